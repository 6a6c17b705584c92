"""The records of a list: each is a transfer of its own, and the header is every record's (`split`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from lxml import etree

from sync.mapping.places import Places, local_name
from sync.mapping.schema import Schema

#: Where the records of a list stand: tags from the root.
RecordPath: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Item:
    """One record of a list."""

    of: List
    number: int  #: among the records of its list, from 1
    position: int  #: among all records of the document, from 1
    node: etree._Element
    path: str  #: where it stands, as /Unterlagen/Unterlage[17]


class List:
    """All records at one path of a document."""

    def __init__(self, tree: etree._ElementTree) -> None:
        self.tree = tree
        self.items: list[Item] = []
        self._places: Places | None = None

    def places(self, schema: Schema) -> Places:
        """Tell where something stands in the document; one for all records, since it counts what stands beside them."""
        self._places = self._places or Places(self.tree, schema)
        return self._places

    def cut(self, items: Sequence[Item]) -> tuple[etree._ElementTree, list[etree._Element]]:
        """Copy the document with these records only, in its order; give the copy and the records in it.

        Elements between the root and the records stand there only where one of these is in them.
        """
        below: dict[etree._Element, list[etree._Element]] = defaultdict(list)
        for item in items:
            child = item.node
            for above in item.node.iterancestors():
                if below[above][-1:] == [child]:
                    break
                below[above].append(child)
                child = above
        copies: list[etree._Element] = []
        return etree.ElementTree(self._copied(self.tree.getroot(), below, copies)), copies

    def _copied(
        self,
        above: etree._Element,
        below: dict[etree._Element, list[etree._Element]],
        copies: list[etree._Element],
    ) -> etree._Element:
        copy = etree.Element(above.tag, dict(above.attrib), dict(above.nsmap))
        copy.text = above.text
        if above.sourceline:
            copy.sourceline = above.sourceline
        for child in sorted([*self._others[above], *below[above]], key=self._order.__getitem__):
            if child in below:
                copy.append(self._copied(child, below, copies))
                continue
            copy.append(deepcopy(child))
            if child in self._nodes:
                copies.append(copy[-1])
        return copy

    @cached_property
    def _nodes(self) -> set[etree._Element]:
        return {item.node for item in self.items}

    @cached_property
    def _above(self) -> list[etree._Element]:
        """The elements that records are in, the root first."""
        parents = dict.fromkeys(item.node.getparent() for item in self.items)
        return list(dict.fromkeys(one for parent in parents for one in (parent, *parent.iterancestors())))

    @cached_property
    def _order(self) -> dict[etree._Element, int]:
        """The positions of all that stands beside records, or beside what they are in."""
        return {child: number for above in self._above for number, child in enumerate(above)}

    @cached_property
    def _others(self) -> dict[etree._Element, list[etree._Element]]:
        """The header: what stands there and has no records in it."""
        carrying = {*self._nodes, *self._above}
        return {above: [child for child in above if child not in carrying] for above in self._above}


def find_records(tree: etree._ElementTree, paths: Collection[RecordPath]) -> dict[RecordPath, List]:
    """Find the records at these paths, in the order of the document."""
    lists = {path: List(tree) for path in dict.fromkeys(paths)}
    steps: dict[etree._Element, RecordPath] = {}
    found = list(_in_order(tree, lists))
    twins = Counter((node.getparent(), node.tag) for node in found)
    numbers: Counter[tuple[Any, str]] = Counter()
    places: dict[etree._Element, str] = {}
    for position, node in enumerate(found, start=1):
        above = node.getparent()
        if above not in steps:
            steps[above] = tuple(one.tag for one in reversed([above, *above.iterancestors()]))
            places[above] = _place(above)
        one = lists[*steps[above], node.tag]
        key = (above, node.tag)
        numbers[key] += 1
        which = f"[{numbers[key]}]" if twins[key] > 1 else ""
        path = f"{places[above]}/{local_name(node.tag)}{which}"
        one.items.append(Item(of=one, number=len(one.items) + 1, position=position, node=node, path=path))
    return lists


def _in_order(tree: etree._ElementTree, paths: Iterable[RecordPath]) -> list[etree._Element]:
    """Give the elements at these paths in the order of the document."""
    namespaces: dict[str, str] = {}
    xpath = " | ".join("".join(f"/{_qualified(tag, namespaces)}" for tag in path) for path in paths)
    found: list[etree._Element] = tree.xpath(xpath, namespaces=namespaces) if xpath else []
    return found


def _qualified(tag: str, namespaces: dict[str, str]) -> str:
    namespace, _, name = tag.rpartition("}")
    if not namespace:
        return name
    known = {uri: prefix for prefix, uri in namespaces.items()}
    prefix = known.get(namespace[1:]) or f"n{len(namespaces)}"
    namespaces[prefix] = namespace[1:]
    return f"{prefix}:{name}"


def _place(node: etree._Element) -> str:
    """Write where an element that holds records stands."""
    above = node.getparent()
    if above is None:
        return f"/{local_name(node.tag)}"
    twins = above.findall(node.tag)
    which = f"[{twins.index(node) + 1}]" if len(twins) > 1 else ""
    return f"{_place(above)}/{local_name(node.tag)}{which}"
