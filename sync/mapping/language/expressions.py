"""The listed subset of XPath 1.0, read into the syntax tree; all else of XPath is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable

from sync.errors import did_you_mean
from sync.mapping.language.cursor import NAME, Cursor, Mistake
from sync.mapping.language.tree import Binary, Call, Expression, Number, Path, Place, Step, Text

#: How many arguments each function takes: least, most.
CALLS = {
    "not": (1, 1),
    "count": (1, 1),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "string-length": (0, 1),
    "position": (0, 0),
    "last": (0, 0),
    "current": (0, 0),
}
VARIABLES = (
    "action",
    "documents",
    "link",
    "pair",
    "pdf_date",
    "pdf_name",
    "pdf_pages",
    "pdf_sha256",
    "pdf_size",
    "position",
    "received",
    "route",
    "source_pdf_name",
    "target_number",
)
COMPARISONS = ("!=", "<=", ">=", "=", "<", ">")
MOST_PARTS = 50  #: brackets, calls and operators in one line; keeps recursion shallow

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
#: What XPath has besides, and what to write instead.
_OTHER_STEPS = {
    "//": "write the whole path",
    "..": "start at the root with /, or open an each block",
    "@*": "name the attribute",
    "*": "name the element",
}
_OTHER_WORDS = {"||": "write or", "&&": "write and", "==": "write ="}
_INSTEAD = {
    "concat": 'write a template: = "{A} {B}"',
    "normalize-space": "write => trim",
    "substring": "write => cut, or => part",
    "translate": "write => replace, => upper or => lower",
}


def parse_expression(cursor: Cursor) -> Expression:
    """Read an expression up to what cannot belong to it."""
    return _Expressions(cursor).disjunction()


def parse_path(cursor: Cursor, *, dot: bool = False) -> Path:
    """Read a path of the source and nothing else; with *dot* it may end in `/.`."""
    return _Expressions(cursor, dot=dot).path()


class _Expressions:
    """One expression; each method reads one level of precedence."""

    def __init__(self, cursor: Cursor, *, dot: bool = False) -> None:
        self.cursor = cursor
        self.dot = dot
        self.parts = 0

    def disjunction(self) -> Expression:
        left = self.conjunction()
        while self.cursor.at_word("or"):
            left = self.binary("or", left, self.conjunction)
        return left

    def conjunction(self) -> Expression:
        left = self.comparison()
        while self.cursor.at_word("and"):
            left = self.binary("and", left, self.comparison)
        return left

    def comparison(self) -> Expression:
        left = self.operand()
        operator = self.operator()
        if not operator:
            self.refuse_other_operators()
            return left
        self.refuse_other_words()
        compared = self.binary(operator, left, self.operand)
        self.refuse_other_words()
        if self.operator():
            raise self.cursor.mistake("only two values can be compared", "join two comparisons with and")
        return compared

    def operator(self) -> str:
        # `=>` begins a function, not a comparison.
        if self.cursor.at("=>"):
            return ""
        return next((operator for operator in COMPARISONS if self.cursor.at(operator)), "")

    def binary(self, operator: str, left: Expression, parse_right: Callable[[], Expression]) -> Binary:
        self.count_part()
        place = self.cursor.place
        self.cursor.take(operator)
        return Binary(operator=operator, left=left, right=parse_right(), place=place)

    def operand(self) -> Expression:
        cursor, place = self.cursor, self.cursor.place
        if cursor.at_quote():
            return Text(value=cursor.quoted("a text"), place=place)
        if number := cursor.match(_NUMBER):
            return Number(value=number, place=place)
        if cursor.at("("):
            return self.bracket("(", ")", self.disjunction)
        if name := self.called():
            return self.call(name, place)
        return self.path()

    def called(self) -> str:
        found = re.compile(NAME.pattern + r"(?=\s*\()").match(self.cursor.rest)
        return found.group() if found else ""

    def call(self, name: str, place: Place) -> Expression:
        if name not in CALLS:
            suggestion = _INSTEAD.get(name) or did_you_mean(name, CALLS)
            raise Mistake(place, f"{name}() is not part of the language", suggestion)
        self.cursor.take(name)
        arguments = self.arguments()
        least, most = CALLS[name]
        if not least <= len(arguments) <= most:
            expected = str(most) if least == most else f"{least} to {most}"
            raise Mistake(place, f"{name}() takes {expected} arguments, not {len(arguments)}")
        if name == "count" and not isinstance(arguments[0], Path):
            raise Mistake(arguments[0].place, "count() counts the nodes of a path")
        if name == "current" and self.cursor.at("/"):
            return self.steps_from(place, current=True)
        return Call(name=name, arguments=arguments, place=place)

    def arguments(self) -> tuple[Expression, ...]:
        self.count_part()
        self.cursor.take("(")
        found: list[Expression] = []
        while not self.cursor.take(")"):
            if found and not self.cursor.take(","):
                raise self.cursor.mistake("expected , or )")
            found.append(self.disjunction())
        return tuple(found)

    def bracket(self, opening: str, closing: str, parse: Callable[[], Expression]) -> Expression:
        self.count_part()
        opened = self.cursor.place
        self.cursor.take(opening)
        inner = parse()
        if not self.cursor.take(closing):
            raise Mistake(opened, f"{opening} is not closed")
        return inner

    def path(self) -> Path:
        cursor, place = self.cursor, self.cursor.place
        if cursor.at("$"):
            return self.variable(place)
        if cursor.at("/") and not cursor.at("//"):
            return self.steps_from(place, absolute=True)
        if cursor.at("./") and not cursor.at(".//"):
            cursor.take(".")
            return self.steps_from(place)
        if cursor.at(".") and not cursor.at(".."):
            cursor.take(".")
            return Path(steps=(Step(name=".", place=place),), place=place)
        return Path(steps=self.steps(), place=place)

    def variable(self, place: Place) -> Path:
        self.cursor.take("$")
        name = self.cursor.match(NAME)
        if name not in VARIABLES:
            raise Mistake(
                place, f"there is no variable ${name}", did_you_mean(name, VARIABLES).replace("mean ", "mean $")
            )
        if self.cursor.at("/") or self.cursor.at("["):
            raise self.cursor.mistake(f"${name} is a value: no step and no predicate follows it")
        return Path(steps=(), variable=name, place=place)

    def steps_from(self, place: Place, *, absolute: bool = False, current: bool = False) -> Path:
        self.cursor.take("/")
        return Path(steps=self.steps(), absolute=absolute, current=current, place=place)

    def steps(self) -> tuple[Step, ...]:
        found = [self.step()]
        # `/**` ends the path of an ignore.
        while self.cursor.at("/") and not self.cursor.at("/**"):
            if found[-1].attribute:
                raise self.cursor.mistake("nothing can follow an attribute")
            if not self.cursor.at("//"):
                self.cursor.take("/")
            place = self.cursor.place
            if self.dot and not self.cursor.at("..") and self.cursor.take("."):
                return (*found, Step(name=".", place=place))
            found.append(self.step())
        return tuple(found)

    def step(self) -> Step:
        cursor, place = self.cursor, self.cursor.place
        self.refuse_other_steps()
        attribute = cursor.take("@")
        prefix, name = "", cursor.match(NAME)
        if not name:
            raise cursor.mistake("expected the name of an element or attribute")
        if cursor.at("::"):
            raise Mistake(place, f"the axis {name}:: is not part of the language")
        if cursor.take(":"):
            prefix, name = name, cursor.match(NAME)
            if not name:
                raise cursor.mistake(f"expected a name after {prefix}:")
        if cursor.at("("):
            raise Mistake(place, f"{name}() is not part of the language as a step")
        return Step(name=name, prefix=prefix, attribute=attribute, predicates=self.predicates(attribute), place=place)

    def refuse_other_steps(self) -> None:
        for token, suggestion in _OTHER_STEPS.items():
            if self.cursor.at(token):
                raise self.cursor.mistake(f"{token} is not part of the language", suggestion)

    def refuse_other_words(self) -> None:
        for token, suggestion in _OTHER_WORDS.items():
            if self.cursor.at(token):
                raise self.cursor.mistake(f"{token} is not part of the language", suggestion)

    def refuse_other_operators(self) -> None:
        self.refuse_other_words()
        if self.cursor.at("|"):
            raise self.cursor.mistake("| is not part of the language", "use else between two sources")
        if any(map(self.cursor.at, "+-*")) or any(map(self.cursor.at_word, ("div", "mod"))):
            raise self.cursor.mistake("arithmetic is not part of the language")

    def predicates(self, attribute: bool) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self.cursor.at("["):
            if attribute:
                raise self.cursor.mistake("an attribute takes no predicate")
            predicate = self.bracket("[", "]", self.disjunction)
            if isinstance(predicate, Number) and (not predicate.value.isdecimal() or int(predicate.value) == 0):
                raise Mistake(predicate.place, f"there is no [{predicate.value}]", "the first of all is [1]")
            found.append(predicate)
        return tuple(found)

    def count_part(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise self.cursor.mistake(f"an expression of more than {MOST_PARTS} brackets and operators")
