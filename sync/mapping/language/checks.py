"""What is wrong with a mapping although each of its lines can be read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeGuard

from sync.mapping import functions
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import (
    Call,
    Each,
    Function,
    If,
    ObjectBlock,
    Path,
    Place,
    Rule,
    Statement,
    Table,
    TargetPath,
    Text,
    Value,
)


def check_object(found: ObjectBlock | None, mistakes: Mistakes) -> None:
    """Note lines of the object block that stand twice."""
    if found:
        _check_once([(rule.name, rule.place) for rule in found.rules], mistakes, "use else for a second source")


def check_tables(tables: Sequence[Table], mistakes: Mistakes) -> None:
    """Note tables and rows that stand twice."""
    _check_once([(f"the table {table.name}", table.place) for table in tables], mistakes, "remove one of them")
    for table in tables:
        rows = [("the row *" if row.key is None else f'the row "{row.key}"', row.place) for row in table.rows]
        _check_once(rows, mistakes, "remove one of them")


def check_statements(statements: Sequence[Statement], mistakes: Mistakes) -> None:
    """Note rules that write the same target twice in one block."""
    rules = [(f"a rule for {written(rule.target)}", rule.place) for rule in statements if isinstance(rule, Rule)]
    _check_once(rules, mistakes, "use else for a second source")
    for statement in statements:
        if isinstance(statement, Each):
            check_statements(statement.body, mistakes)
        elif isinstance(statement, If):
            check_statements(statement.body, mistakes)
            check_statements(statement.otherwise, mistakes)


def _check_once(named: Sequence[tuple[str, Place]], mistakes: Mistakes, suggestion: str) -> None:
    first: dict[str, int] = {}
    for name, place in named:
        if name in first:
            mistakes.add(place, f"{name} stands already in line {first[name]}", suggestion)
        first.setdefault(name, place.line)


def written(target: TargetPath) -> str:
    """Give a target as it is written in a mapping, in one spelling."""
    return "/".join(
        ("@" if step.attribute else "")
        + (f"{step.prefix}:" if step.prefix else "")
        + step.name
        + "".join(f"[@type='{node.value}']" for node in _nodes(step.predicates) if isinstance(node, Text))
        for step in target.steps
    )


def check_functions(parts: object, tables: Sequence[Table], mistakes: Mistakes) -> None:
    """Note functions that are unknown or wrongly used, with the mapping's own *tables*."""
    by_name = {table.name: {row.key: row.value for row in table.rows} for table in tables}
    for node in _nodes(parts):
        if isinstance(node, Function):
            try:
                functions.bind(node, by_name)
            except functions.Misused as misused:
                mistakes.add(misused.place, misused.what, misused.suggestion)
        elif isinstance(node, Value):
            for again in [function for function in node.functions if function.name == "join"][1:]:
                mistakes.add(again.place, "join stands twice: after the first one there is one value")


def check_numbers(facts: Mapping[str, Any], mistakes: Mistakes) -> None:
    """Note where the head asks for numbers of other systems."""
    for function in _asking(facts.get("object")):
        what = f"{function.name} stands in rules only"
        mistakes.add(function.place, what, "the object block says which object it is, before anything is looked up")


def asked_systems(statements: Sequence[Statement]) -> Iterator[tuple[str, Place]]:
    """Give the systems that the rules ask for numbers, and where."""
    return ((function.arguments[1].value, function.arguments[1].place) for function in _asking(statements))


def _asking(part: Any) -> Iterator[Function]:
    return (node for node in _nodes(part) if isinstance(node, Function) and node.name == functions.NUMBER_OF)


def check_variables(
    facts: Mapping[str, Any], statements: Sequence[Statement], mistakes: Mistakes, *, has_link: bool
) -> None:
    """Note variables that have no value where they stand, and `$documents` where one value is needed."""
    for word in ("when", "pdf", "volatile", "object", "withdraw"):
        for path in _variables(facts.get(word)):
            mistakes.add(path.place, f"{word} sees the document only: ${path.variable} has no value there")
    nodes = list(_nodes(statements))
    eaches = [node for node in nodes if isinstance(node, Each)]
    inside = {id(path) for each in eaches for path in _variables(each.body)}
    variables = [node for node in nodes if _is_variable(node)]
    for path in variables:
        if path.variable == "position" and id(path) not in inside:
            mistakes.add(path.place, "$position has a value inside each only")
        if path.variable == "link" and not has_link:
            what = "$link has no value: the mapping has no link statement"
            mistakes.add(path.place, what, "add the line: link NAME, and [link NAME] to config.ini")
    counted = {id(node.arguments[0]) for node in nodes if isinstance(node, Call) and node.name == "count"}
    _check_lists(variables, {id(each.source) for each in eaches}, counted, mistakes)


def _check_lists(variables: Sequence[Path], repeated: set[int], counted: set[int], mistakes: Mistakes) -> None:
    for path in variables:
        is_list = path.variable == "documents"
        if is_list and id(path) not in repeated | counted:
            mistakes.add(path.place, "$documents is a list", "write each Target <- $documents")
        if not is_list and id(path) in repeated | counted:
            mistakes.add(path.place, f"${path.variable} is one value", "the only list is $documents")


def _variables(part: Any) -> list[Path]:
    return [node for node in _nodes(part) if _is_variable(node)]


def _is_variable(node: Any) -> TypeGuard[Path]:
    return isinstance(node, Path) and bool(node.variable)


def _nodes(part: Any) -> Iterator[Any]:
    """Give every node of the tree in *part*, itself included."""
    left = [part]
    while left:
        one = left.pop()
        if isinstance(one, tuple | list):
            left += reversed(one)
        elif isinstance(one, dict):
            left += reversed(one.values())
        elif below := _fields(one.__class__):
            yield one
            left += [getattr(one, name) for name in reversed(below)]


@cache
def _fields(kind: type[object]) -> tuple[str, ...]:
    """Give the fields in which nodes may stand; nothing for what is no node."""
    if not dataclasses.is_dataclass(kind) or kind is Place:
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if field.name != "place")
