"""From the tree of a mapping and its two schemas to a program: one XSLT 1.0 stylesheet and what reads its values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync.mapping.emit import emit
from sync.mapping.functions.numbers_there import Numbers
from sync.mapping.language.tree import MappingTree
from sync.mapping.places import local_name
from sync.mapping.reading import Reader, rule_at
from sync.mapping.resolve import Leaf, Resolver
from sync.mapping.schema import Element
from sync.mapping.target.elements import Block, Loop, Origin, Target, Written
from sync.mapping.target.plan import Planner
from sync.mapping.values import Values
from sync.mapping.xpath import Namespaces, split_tag

#: What is new in every delivery and says nothing: rules that read it do not count for duplicates.
_SAYS_NOTHING = (
    ("$action",),
    ("$received",),
    ("$pair",),
    ("$route",),
    ("$target_number",),
    ("$documents", "name"),
    ("$documents", "source_name"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A compiled mapping."""

    stylesheet: str
    readers: dict[int, Reader]  #: by the line of their rule
    needed: dict[int, tuple[str, Leaf]]  #: `each` that needs at least one, by line: its rule, and what it goes over
    parameters: tuple[str, ...]  #: the variables that it uses
    origins: dict[str, Origin]  #: by path in the target, as /Document/@version
    volatile: tuple[str, ...]  #: XPath of the leaves that say nothing
    namespaces: dict[str, str]  #: of those
    numbers: Numbers  #: what its rules ask of other systems
    sees_records: bool = False  #: a rule reads other records of the list than its own


def compile_rules(
    tree: MappingTree, resolver: Resolver, target: Element, known: Mapping[str, str], volatile: Sequence[Leaf]
) -> Program:
    """Compile the rules of a mapping; what is wrong is noted, and the program then of no use.

    volatile: what is new in every export of the source; known: the prefixes of the target's schema.
    """
    assert tree.target is not None
    tables = {table.name: {row.key: row.value for row in table.rows} for table in tree.tables}
    values = Values(resolver=resolver, tables=tables)
    planner = Planner(values=values, prefixes=known, mistakes=resolver.mistakes, whole=tree.complete)
    plan, block = planner.plan(tree.statements, target, tree.target.place)
    namespaces = Namespaces()
    return Program(
        stylesheet=emit(plan, block, resolver, known),
        readers={written.place.line: written.reader for written in _values(block)},
        needed={loop.place.line: (rule_at(loop.place), loop.leaf) for loop in _loops(block) if loop.required},
        parameters=tuple(sorted(resolver.variables)),
        origins=_origins(plan),
        volatile=tuple(_volatile(plan, [*_SAYS_NOTHING, *(leaf.origin for leaf in volatile)], namespaces)),
        namespaces=namespaces.by_prefix(),
        numbers=values.numbers,
        sees_records=resolver.sees_records,
    )


def _values(block: Block) -> Iterator[Written]:
    yield from block.values
    for loop in block.loops:
        yield from _values(loop.block)


def _loops(block: Block) -> Iterator[Loop]:
    for loop in block.loops:
        yield loop
        yield from _loops(loop.block)


def _origins(target: Target) -> dict[str, Origin]:
    """Say for each element and attribute which rules write it, or first reached it."""
    rules: dict[str, dict[str, str]] = {}
    for one in (each for each in target.below() if each.group is None):
        path = "".join(f"/{local_name(step)}" for step in one.path)
        first = {rule_at(one.place): ""}
        rules.setdefault(path, {}).update({rule_at(each.place): each.field for each in one.text} or first)
        for attribute, written in one.ordered_attributes():
            found = {rule_at(each.place): each.field for each in written}
            rules.setdefault(f"{path}/@{attribute.name}", {}).update(found)
    return {
        path: Origin(rule=", ".join(found), field=next(filter(None, found.values()), ""))
        for path, found in rules.items()
    }


def _volatile(target: Target, origins: Collection[tuple[str, ...]], namespaces: Namespaces) -> list[str]:
    """Give the XPath of what says nothing, whichever rules wrote it."""
    found: dict[str, bool] = {}
    for path, nothing in _leaves(target, origins, namespaces):
        found[path] = found.get(path, True) and nothing
    return [path for path, nothing in found.items() if nothing]


def _leaves(target: Target, origins: Collection[tuple[str, ...]], namespaces: Namespaces) -> Iterator[tuple[str, bool]]:
    """Give the XPath of what rules write, and whether it is written from sources that say nothing."""
    for one in (each for each in target.below() if each.group is None):
        path = "".join(f"/{namespaces.qualify(*split_tag(step))}" for step in one.path)
        if one.loop and _within(one.loop.leaf, origins):
            yield path, True
            continue
        for written in one.text:
            yield path, _says_nothing(written, origins)
        for attribute, alternatives in one.ordered_attributes():
            for written in alternatives:
                name = namespaces.qualify(attribute.namespace, attribute.name)
                yield f"{path}/@{name}", _says_nothing(written, origins)


def _says_nothing(written: Written, origins: Collection[tuple[str, ...]]) -> bool:
    return any(_within(leaf, origins) for leaf in written.reader.leaves)


def _within(leaf: Leaf, origins: Collection[tuple[str, ...]]) -> bool:
    read = leaf.reads if leaf.computed and leaf.reads else (leaf.origin,)
    return any(origin and one[: len(origin)] == origin for origin in origins for one in read)
