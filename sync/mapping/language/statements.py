"""The rules of a mapping and the blocks that hold them: each, if and else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sync.errors import nearest
from sync.mapping.language.cursor import WORD, Cursor, Mistake
from sync.mapping.language.expressions import parse_path
from sync.mapping.language.head import STATEMENTS as HEAD
from sync.mapping.language.head import not_built, parse_condition
from sync.mapping.language.lines import Block, Mistakes
from sync.mapping.language.tree import (
    Binary,
    Each,
    Expression,
    If,
    Operator,
    Path,
    Required,
    Rule,
    Statement,
    TargetPath,
    Text,
)
from sync.mapping.language.values import parse_operator, parse_value

BLOCKS = ("each", "if", "else")
DECLARATIONS = (*HEAD, "object", "table", "ignore")
KEYWORDS = (*DECLARATIONS, *BLOCKS, "required")
NOT_BUILT = ("fact", "lead", "needs")
OPERATORS = ", ".join(Operator)

#: Takes what only the top level has; raises Mistake elsewhere. Gives whether it was such a thing.
Declare = Callable[[str, Block], bool]


def parse_body(blocks: Sequence[Block], mistakes: Mistakes, declare: Declare) -> tuple[Statement, ...]:
    """Read the statements of a block, or of the top level, each mistake noted and passed over."""
    found: list[Statement] = []
    previous = ""
    for block in blocks:
        word = _keyword(block, mistakes)
        with mistakes.noted():
            if word == "else":
                _add_else(block, mistakes, found, previous)
            elif not declare(word, block):
                found.extend(_statement(word, block, mistakes, declare))
        previous = word
    return tuple(found)


def _keyword(block: Block, mistakes: Mistakes) -> str:
    """Give the first word of a line, or nothing where it is the target of a rule.

    So an element may be called `link` or `table`: an operator follows it. A misspelled statement is noted and read
    on as if it had been written right, so that nothing that follows from it is reported too.
    """
    cursor = Cursor(block.line)
    word = cursor.match(WORD)
    if cursor.at("[") or parse_operator(cursor):
        return ""
    if not word or word in (*KEYWORDS, *NOT_BUILT):
        return word
    meant = nearest(word, KEYWORDS, likeness=0.75)
    if meant:
        mistakes.add(block.start, f"unknown statement: {word}", f"did you mean {meant}?")
    return meant


def _statement(word: str, block: Block, mistakes: Mistakes, declare: Declare) -> Sequence[Statement]:
    if word == "each":
        return [_each(block, mistakes)]
    if word == "if":
        return [_if(block, mistakes)]
    if word in NOT_BUILT:
        raise Mistake(block.start, not_built(word))
    statement = _required(block) if word == "required" else _rule(block)
    return [statement, *_wrongly_indented(block, mistakes, declare)]


def _wrongly_indented(block: Block, mistakes: Mistakes, declare: Declare) -> tuple[Statement, ...]:
    mistakes.refuse_body(block)
    return parse_body(block.body, mistakes, declare)


def _rule(block: Block) -> Rule:
    cursor = Cursor(block.line)
    place, target, operator = cursor.place, parse_target(cursor), parse_operator(cursor)
    if operator is None:
        raise cursor.mistake(f"expected one of {OPERATORS} after the target")
    value = parse_value(cursor, operator)
    cursor.expect_end("the rule")
    return Rule(target=target, operator=operator, value=value, place=place)


def _each(block: Block, mistakes: Mistakes) -> Each:
    body = parse_body(block.body, mistakes, _refuse_declaration)
    cursor = block.after_keyword()
    target = parse_target(cursor, dot=True)
    operator_place, operator = cursor.place, parse_operator(cursor)
    if operator not in (Operator.REQUIRED, Operator.OPTIONAL):
        raise Mistake(operator_place, "expected <- (at least one) or <-? (any number) after the target of each")
    source = parse_path(cursor)
    if not cursor.finished:
        raise cursor.mistake(f"unexpected {cursor.rest} after the path of each", "else and functions go with a rule")
    _needs_body(block)
    return Each(target=target, operator=operator, source=source, body=body, place=block.start)


def _if(block: Block, mistakes: Mistakes) -> If:
    body = parse_body(block.body, mistakes, _refuse_declaration)
    cursor = block.after_keyword()
    condition = parse_condition(cursor)
    cursor.expect_end("the condition")
    _needs_body(block)
    return If(condition=condition, body=body, place=block.start)


def _add_else(block: Block, mistakes: Mistakes, found: list[Statement], previous: str) -> None:
    body = parse_body(block.body, mistakes, _refuse_declaration)
    cursor = block.after_keyword()
    if cursor.at_word("if"):
        raise cursor.mistake("else if is not part of the language", "open an if block under else")
    cursor.expect_end("else")
    if previous != "if":
        raise Mistake(block.start, "else without an if before it", "it stands right below its if, equally indented")
    _needs_body(block)
    if found and isinstance(opened := found[-1], If):
        found[-1] = If(condition=opened.condition, body=opened.body, otherwise=body, place=opened.place)


def _required(block: Block) -> Required:
    cursor = block.after_keyword()
    target = parse_target(cursor)
    cursor.expect_end("the target")
    return Required(target=target, place=block.start)


def parse_target(cursor: Cursor, *, dot: bool = False) -> TargetPath:
    """Read a path in the target: elements and attributes; a predicate is only `[@type='Sub']`."""
    if cursor.at_quote():
        raise cursor.mistake("a rule begins with the target", 'as in: Target = "text"')
    path = parse_path(cursor, dot=dot)
    if path.absolute or path.variable or path.current:
        raise Mistake(path.place, "a target is a path below the current target element", "leave out what leads there")
    for step in path.steps:
        for predicate in step.predicates:
            if not _names_a_type(predicate):
                raise Mistake(step.place, "in a target only [@type='Sub'] can follow an element")
        if len(step.predicates) > 1:
            raise Mistake(step.place, "an element has one type")
    return TargetPath(steps=path.steps, place=path.place)


def _names_a_type(predicate: Expression) -> bool:
    match predicate:
        case Binary(operator="=", left=Path(steps=(step,), absolute=False, current=False), right=Text()):
            return step.attribute and step.name == "type"
    return False


def _needs_body(block: Block) -> None:
    if not block.body:
        raise Mistake(block.start, "no lines follow that are indented under it", "indent the lines of the block")


def _refuse_declaration(word: str, block: Block) -> bool:
    if word in DECLARATIONS:
        raise Mistake(block.start, f"{word} stands at the top level, not in a block")
    return False
