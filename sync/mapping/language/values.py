"""The right side of a rule: alternatives with `else`, templates, and the functions after `=>`."""

from __future__ import annotations

import re

from sync.mapping.language.cursor import NAME, WORD, Cursor, Mistake
from sync.mapping.language.expressions import parse_expression, parse_path
from sync.mapping.language.tree import (
    Argument,
    Expression,
    Function,
    Number,
    Operator,
    Path,
    Place,
    Template,
    Text,
    Value,
)

_CONSTANTS = (Operator.CONSTANT, Operator.CONSTANT_OPTIONAL)
#: `<-nilpotent` reads the element nilpotent; `=>` begins a function, `==` is nothing.
_OPERATOR = re.compile(r"<-nil(?![\w.-])|<-\?|<-|=\?|=(?![>=])")
_OTHER_QUOTES = "„“”‚‘’«»‹›`´"  #: what word processors make of them
_PATH = re.compile(rf"[$./@]|{NAME.pattern}")
_PLAIN = re.compile(r"[^{}]+")


def parse_operator(cursor: Cursor) -> Operator | None:
    """Read the operator of a rule, if one comes next."""
    found = cursor.match(_OPERATOR)
    return Operator(found) if found else None


def parse_value(cursor: Cursor, operator: Operator, *, stop: str = "") -> Value:
    """Read a value up to the end of the line, or up to the word *stop* after a function."""
    place = cursor.place
    if operator in _CONSTANTS:
        alternatives: tuple[Expression | Template, ...] = (_constant(cursor, operator),)
    else:
        alternatives = _alternatives(cursor)
    return Value(alternatives=alternatives, functions=_functions(cursor, stop), place=place)


def _constant(cursor: Cursor, operator: Operator) -> Template:
    if cursor.finished:
        raise cursor.mistake(f"expected a quoted text after {operator}")
    if cursor.rest[0] in _OTHER_QUOTES:
        raise cursor.mistake(f"{cursor.rest[0]} is no quote here", "write \" or ' before and after the text")
    if not cursor.at_quote():
        raise cursor.mistake(
            f"{operator} takes a text in quotes",
            f'{operator} "{cursor.rest}" for a constant, <- {cursor.rest} for a path of the source',
        )
    template = parse_template(cursor)
    if cursor.at_word("else"):
        raise cursor.mistake(f"else does not go with {operator}", "write <- and a path before it")
    return template


def _alternatives(cursor: Cursor) -> tuple[Expression | Template, ...]:
    found = [_alternative(cursor)]
    if isinstance(found[0], Template):
        raise Mistake(found[0].place, "a quoted value cannot be the first source", "write = for a constant or template")
    while cursor.at_word("else"):
        if isinstance(found[-1], Template):
            raise cursor.mistake("nothing after a quoted value is ever reached", "put the quoted value last")
        cursor.take("else")
        found.append(_alternative(cursor))
    return tuple(found)


def _alternative(cursor: Cursor) -> Expression | Template:
    if cursor.finished or cursor.at("=>"):
        raise cursor.mistake("expected a path of the source")
    if cursor.at_quote():
        return parse_template(cursor)
    expression = parse_expression(cursor)
    if isinstance(expression, Number | Text):
        raise Mistake(expression.place, "a constant is written in quotes", f'"{expression.value}"')
    return expression


def parse_template(cursor: Cursor) -> Template:
    """Read a quoted text with `{path}` in it."""
    place = cursor.place
    start, end = cursor.inside_quotes("a text")
    inner = Cursor(cursor.line, start, end)
    parts: list[str | Path] = []
    while inner.position < end:
        part = _template_part(inner)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return Template(parts=tuple(parts), place=place)


def _template_part(inner: Cursor) -> str | Path:
    text, position = inner.line.text, inner.position
    plain = _PLAIN.match(text, position, inner.end)
    if plain:
        inner.position = plain.end()
        return plain.group()
    if text[position : min(position + 2, inner.end)] in ("{{", "}}"):
        inner.position += 2
        return text[position]
    place = Place(line=inner.line.number, column=position + 1)
    if text[position] == "}":
        raise Mistake(place, "} without {", "write }} for a brace")
    inner.position += 1
    if (
        not inner.at("$")
        and not inner.at(".")
        and not inner.at("/")
        and not inner.at("@")
        and not NAME.match(inner.rest)
    ):
        raise Mistake(place, "{ without a path", "write {{ for a brace; only a path can stand between { and }")
    path = parse_path(inner)
    if not inner.take("}"):
        raise Mistake(place, "{ is not closed", "write {{ for a brace; only a path can stand between { and }")
    return path


def _functions(cursor: Cursor, stop: str) -> tuple[Function, ...]:
    found: list[Function] = []
    while cursor.take("=>"):
        place = cursor.place
        name = cursor.match(NAME)
        if not name:
            raise cursor.mistake("expected the name of a function after =>")
        if name == stop:
            raise Mistake(place, f"{name} is no function", f"leave out the => before {name}")
        found.append(Function(name=name, arguments=_arguments(cursor, stop), place=place))
    return tuple(found)


def _arguments(cursor: Cursor, stop: str) -> tuple[Argument, ...]:
    found: list[Argument] = []
    while not (cursor.finished or cursor.at("=>") or (stop and cursor.at_word(stop))):
        if cursor.at_word("else"):
            raise cursor.mistake("else stands before the functions", "they apply to what the whole chain gave")
        found.append(_argument(cursor))
    return tuple(found)


def _argument(cursor: Cursor) -> Argument:
    place = cursor.place
    if cursor.at_quote():
        return Argument(value=cursor.quoted("an argument"), quoted=True, place=place)
    if cursor.at(","):
        raise cursor.mistake("arguments are separated by spaces")
    word = cursor.match(WORD)
    if not word:
        raise cursor.mistake(f"unexpected {cursor.rest}", "a function begins with =>, a text stands in quotes")
    return Argument(value=word, quoted=False, place=place)
