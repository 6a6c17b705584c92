"""What stands at the top level of a mapping besides its rules: head statements, the object block, tables, ignores."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sync.errors import did_you_mean
from sync.mapping.language.cursor import NAME, Cursor, Mistake
from sync.mapping.language.expressions import parse_expression, parse_path
from sync.mapping.language.lines import Block, Mistakes
from sync.mapping.language.order import KINDS
from sync.mapping.language.tree import (
    Expression,
    Ignore,
    Link,
    Number,
    ObjectBlock,
    ObjectRule,
    Operator,
    Order,
    Path,
    Pdf,
    SchemaRef,
    Table,
    TableRow,
    Text,
)
from sync.mapping.language.values import parse_operator, parse_value
from sync.model import PdfNeed

OBJECT_LINES = ("number", "revision", "changed", "title", "status", "customer")
NOT_BUILT_OBJECT_LINES = ("fact", "lead")
_MAPPING_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PDF_WORDS = {need.value: need for need in (PdfNeed.REQUIRED, PdfNeed.OPTIONAL, PdfNeed.NONE)}


def not_built(word: str) -> str:
    """Say that a construct belongs to the language but not to this version."""
    return f"{word} is not built in this version of pairsync"


def parse_name(cursor: Cursor) -> str:
    """Read `mapping NAME`."""
    place, written, name = cursor.place, cursor.rest, cursor.word("the name of the mapping")
    if name == written and _MAPPING_NAME.fullmatch(name):
        return name
    allowed = re.sub(r"[^a-z0-9]+", "-", written.lower()).strip("-")
    what = f"{written} is not a name of lower-case letters, digits and hyphens"
    raise Mistake(place, what, f"try {allowed}" if allowed else "")


def parse_schema(cursor: Cursor) -> SchemaRef:
    """Read `source FILE ROOT` or `target FILE ROOT`."""
    place = cursor.place
    file = cursor.quoted("the file") if cursor.at_quote() else cursor.word("the file of the schema")
    if "\\" in file or cursor.at("\\"):
        raise Mistake(place, "the folders of a file name are separated by /, not by \\", "write / for each of them")
    prefix, root = "", cursor.match(NAME)
    if root and cursor.take(":"):
        prefix, root = root, cursor.match(NAME)
    if not root:
        raise cursor.mistake("expected the name of the root element", f"{file} ROOT")
    if not cursor.finished:
        raise cursor.mistake(
            f"unexpected {cursor.rest} after the root element", "put a file name with spaces in quotes"
        )
    return SchemaRef(file=file, root=root, prefix=prefix, place=place)


def parse_condition(cursor: Cursor) -> Expression:
    """Read the condition of `when` or `if`."""
    if cursor.finished:
        raise cursor.mistake("expected a condition")
    condition = parse_expression(cursor)
    if isinstance(condition, Text | Number):
        raise Mistake(condition.place, "a constant is no condition", "compare it with a path: Path = 'text'")
    return condition


def parse_pdf(cursor: Cursor) -> Pdf:
    """Read `pdf required | optional | none` or `pdf <- path`."""
    place = cursor.place
    operator = parse_operator(cursor)
    if operator in (Operator.REQUIRED, Operator.OPTIONAL):
        path = parse_path(cursor)
        return Pdf(need=PdfNeed.NAMED, path=path, optional=operator is Operator.OPTIONAL, place=place)
    if operator:
        raise Mistake(place, f"{operator} does not go with pdf", "write pdf <- path")
    word = cursor.word("required, optional, none or <- path")
    if word not in _PDF_WORDS:
        raise Mistake(place, f"expected required, optional, none or <- path, not {word}", _near(word, _PDF_WORDS))
    return Pdf(need=_PDF_WORDS[word], place=place)


def parse_volatile(cursor: Cursor) -> tuple[Path, ...]:
    """Read `volatile path, path …`."""
    paths = [parse_path(cursor)]
    while cursor.take(","):
        paths.append(parse_path(cursor))
    if not cursor.finished:
        raise cursor.mistake(f"unexpected {cursor.rest}", "separate paths by commas")
    return tuple(paths)


def parse_link(cursor: Cursor) -> Link:
    """Read `link NAME`."""
    place = cursor.place
    return Link(name=cursor.word("the name of a [link …] section of config.ini"), place=place)


def parse_split(cursor: Cursor) -> Path:
    """Read `split Root/Record`."""
    path = parse_path(cursor)
    if path.variable or path.current or path.absolute:
        raise Mistake(path.place, "split takes a path from the root, without /", "split Root/Record")
    for step in path.steps:
        if step.attribute or step.predicates or step.name == ".":
            raise Mistake(step.place, "split takes elements, without predicates", "when chooses among the records")
    if len(path.steps) < 2:
        raise Mistake(path.place, "split names the root and the record in it", "split Root/Record")
    return path


def parse_withdraw(cursor: Cursor) -> Expression:
    """Read `withdraw when CONDITION`."""
    if not cursor.take_word("when"):
        raise cursor.mistake("expected when after withdraw", "withdraw when Path = 'text'")
    return parse_condition(cursor)


def parse_skip(cursor: Cursor) -> str:
    """Read `skip "reason"`."""
    return _reason(cursor)


def parse_ignore(cursor: Cursor) -> Ignore:
    """Read `ignore path "reason"`."""
    place, path = cursor.place, parse_path(cursor)
    if any(step.predicates for step in path.steps):
        raise Mistake(path.place, "ignore takes a path without predicates")
    if path.variable or path.current:
        raise Mistake(path.place, "ignore takes a path of the source")
    deep = cursor.take("/**")
    return Ignore(path=path, deep=deep, reason=_reason(cursor), place=place)


def _reason(cursor: Cursor) -> str:
    place, reason = cursor.place, cursor.quoted("the reason")
    if not reason.strip():
        raise Mistake(place, "the reason is empty")
    return reason


#: Head statements of one line: keyword, and what reads the rest of it.
STATEMENTS: dict[str, Callable[[Cursor], Any]] = {
    "mapping": parse_name,
    "source": parse_schema,
    "target": parse_schema,
    "when": parse_condition,
    "pdf": parse_pdf,
    "volatile": parse_volatile,
    "link": parse_link,
    "skip": parse_skip,
    "withdraw": parse_withdraw,
    "split": parse_split,
}


def parse_object(block: Block, mistakes: Mistakes) -> ObjectBlock:
    """Read `object KIND` and its lines."""
    rules = tuple(_each_line(block, mistakes, _object_rule))
    place, cursor = block.start, block.after_keyword()
    kind = cursor.word("what kind of object it is, as in: object document")
    cursor.expect_end("the kind of object")
    if not block.body:
        raise Mistake(place, "an object block needs lines", "indent them: number <- path")
    all_read = len(rules) == len(block.body)
    if all_read and not any(rule.name == "number" for rule in rules):
        raise Mistake(place, "the object has no number", "add the line: number <- path")
    return ObjectBlock(kind=kind, rules=rules, place=place)


def parse_table(block: Block, mistakes: Mistakes) -> Table:
    """Read `table NAME` and its rows."""
    rows = tuple(_each_line(block, mistakes, _table_row))
    place, cursor = block.start, block.after_keyword()
    name = cursor.word("the name of the table")
    cursor.expect_end("the name of the table")
    if not block.body:
        mistakes.add(place, f"the table {name} has no rows", 'indent them: "from" -> to')
    return Table(name=name, rows=rows, place=place)


def _each_line(block: Block, mistakes: Mistakes, parse: Callable[[Cursor], Any]) -> Iterator[Any]:
    for line in block.body:
        mistakes.refuse_body(line)
        with mistakes.noted():
            cursor = Cursor(line.line)
            parsed = parse(cursor)
            cursor.expect_end("this line")
            yield parsed


def _object_rule(cursor: Cursor) -> ObjectRule:
    place, name = cursor.place, cursor.match(NAME)
    if name in NOT_BUILT_OBJECT_LINES:
        raise Mistake(place, not_built(name))
    if name not in OBJECT_LINES:
        raise Mistake(place, f"unknown line in an object block: {name or cursor.rest}", _near(name, OBJECT_LINES))
    operator_place, operator = cursor.place, parse_operator(cursor)
    if operator is None or operator is Operator.NIL:
        raise Mistake(operator_place, f"expected <-, <-?, = or =? after {name}")
    if name == "number" and operator in (Operator.OPTIONAL, Operator.CONSTANT_OPTIONAL):
        raise Mistake(operator_place, "the number of an object cannot be left out", "write <- or =")
    value = parse_value(cursor, operator, stop="order" if name == "revision" else "")
    return ObjectRule(name=name, operator=operator, value=value, order=_order(cursor, name), place=place)


def _order(cursor: Cursor, name: str) -> Order | None:
    place = cursor.place
    if not cursor.take_word("order"):
        return None
    if name != "revision":
        raise Mistake(place, "only revision has an order")
    kind_place, kind = cursor.place, cursor.word(", ".join(KINDS))
    if kind not in KINDS:
        raise Mistake(kind_place, f"unknown order: {kind}", _near(kind, KINDS))
    values = tuple(_order_values(cursor)) if kind == "list" else ()
    return Order(kind=kind, values=values, place=place)


def _order_values(cursor: Cursor) -> Iterator[str]:
    seen: set[str] = set()
    while not seen or not cursor.finished:
        place, value = cursor.place, cursor.quoted("a revision")
        if value in seen:
            raise Mistake(place, f'"{value}" stands twice in the order')
        seen.add(value)
        yield value


def _table_row(cursor: Cursor) -> TableRow:
    place = cursor.place
    if not cursor.at_quote() and "->" not in cursor.rest:
        raise cursor.mistake("expected -> in a row of a table", '"from" -> to')
    key = None if cursor.take("*") else _table_word(cursor, "the value of the source, or *", "->")
    key = key if key is None else key.strip()  # as the value that is looked up
    if key == "":
        raise Mistake(place, "a missing value never reaches a table", 'write else "…" before => map')
    if not cursor.take("->"):
        raise cursor.mistake("expected -> in a row of a table", '"from" -> to')
    return TableRow(key=key, value=_table_word(cursor, "the value for the target", ""), place=place)


def _table_word(cursor: Cursor, what: str, until: str) -> str:
    if cursor.at_quote():
        return cursor.quoted(what)
    place, written = cursor.place, cursor.rest.partition(until)[0].strip() if until else cursor.rest
    word = cursor.word(what)
    if word != written:
        raise Mistake(place, "a value of more than one word stands in quotes", f'"{written}"')
    return word


def _near(word: str, known: Iterable[str]) -> str:
    words = list(known)
    return did_you_mean(word, words) or "one of " + ", ".join(words)
