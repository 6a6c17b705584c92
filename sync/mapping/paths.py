"""What a path says as it is written, before any schema is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sync.mapping.language.tree import Binary, Call, Expression, Number, Path, Place, Step, Text


class Chosen(NamedTuple):
    """The part of a path that a condition chooses by, as in `Partei[@rolle='Autor']/Name`."""

    written: str
    above: int  #: elements before it


def chosen(steps: Sequence[Step]) -> Chosen | None:
    """Give the part from the first step on that has a condition; None where the first of all is asked for."""
    for at, step in enumerate(steps):
        if step.predicates and not all(_is_one(predicate) for predicate in step.predicates):
            return Chosen(written=_steps(steps[at:]), above=sum(one.name != "." for one in steps[:at]))
    return None


def is_first(step: Step) -> bool:
    """Tell whether a step leads to one element, the first."""
    return bool(step.predicates) and _is_one(step.predicates[-1])


def end(path: Path) -> Place:
    """Give the place of the last step."""
    return path.steps[-1].place if path.steps else path.place


def _is_one(predicate: Expression) -> bool:
    return isinstance(predicate, Number) and predicate.value == "1"


def _steps(steps: Sequence[Step]) -> str:
    return "/".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    prefix = f"{step.prefix}:" if step.prefix else ""
    predicates = "".join(f"[{_written(predicate)}]" for predicate in step.predicates)
    return f"{'@' * step.attribute}{prefix}{step.name}{predicates}"


def _written(expression: Expression) -> str:
    match expression:
        case Path():
            start = "current()/" * expression.current + "/" * expression.absolute
            return f"${expression.variable}" if expression.variable else start + _steps(expression.steps)
        case Text():
            quote = '"' if "'" in expression.value else "'"
            return f"{quote}{expression.value}{quote}"
        case Number():
            return expression.value
        case Call():
            return f"{expression.name}({', '.join(_written(argument) for argument in expression.arguments)})"
        case Binary(operator="and" | "or"):
            return f"({_written(expression.left)} {expression.operator} {_written(expression.right)})"
        case Binary():
            return f"{_written(expression.left)}{expression.operator}{_written(expression.right)}"
