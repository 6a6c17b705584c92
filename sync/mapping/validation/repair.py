"""Finding all faults of order: libxml2 reads no further in an element whose children are not as expected.

So a copy of the document is put right, step by step, until nothing stands in the way of the rest: what is missing is
put in, what is misplaced is moved, what is unknown is taken out. What is reported is of the document itself.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.places import XSI_TYPE, Places, local_name
from sync.mapping.schema import Element, Group, Model, Particle, Schema, Wildcard
from sync.mapping.validation.faults import CONTENT, KEY, Fault, content_finding, namespace_finding

ROUNDS = 25  #: each takes a validation; nobody corrects more at a time
MOST_FAULTS = 10_000  #: read in all rounds together


def faults_of_order(
    tree: etree._ElementTree,
    schema: Schema,
    faults: list[Fault],
    find: Callable[[etree._ElementTree], list[Fault]],
    file: str,
) -> tuple[list[Finding], list[Fault]]:
    """Give findings for what is missing or not expected, and all other faults; *find* validates a tree."""
    repair = _Repair(tree, schema, file)
    found: list[Finding] = []
    later, read = find(repair.tree), 0
    for _ in range(ROUNDS):
        order = [fault for fault in later if repair.concerns(fault)]
        if not order or read > MOST_FAULTS:
            break
        for fault in order:
            found += repair.apply(fault)
        later = find(repair.tree)
        read += len(later)
    # Keys are as they are in the document: the copy has elements that nobody wrote.
    new = (fault for fault in repair.of_the_document(later) if fault.type_name != KEY)
    return found, list(dict.fromkeys(fault for fault in (*faults, *new) if fault.type_name != CONTENT))


class _Repair:
    """A copy of a document on its way to have every element where the schema wants it."""

    def __init__(self, tree: etree._ElementTree, schema: Schema, file: str) -> None:
        self.tree = copy.deepcopy(tree)
        self._places = Places(tree, schema)
        self._repaired = Places(self.tree, schema)
        self._schema = schema
        self._told: set[tuple[str, str]] = set()  # namespaces that stand for others
        self._file = file
        self._origin = dict(zip(self.tree.iter(), tree.iter(), strict=True))
        self._changed: set[etree._Element] = set()
        self._moved: set[etree._Element] = set()
        self._given_up: set[etree._Element] = set()

    def concerns(self, fault: Fault) -> bool:
        """Whether it is a fault of order that can still be put right."""
        owner = _owner(fault)
        return fault.type_name == CONTENT and owner in self._origin and owner not in self._given_up

    def of_the_document(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """Give the faults that are not those of what was put in, at the document's own elements."""
        return (replace(fault, node=self._origin[fault.node]) for fault in faults if fault.node in self._origin)

    def apply(self, fault: Fault) -> list[Finding]:
        """Put right what stands in the way in one element, and give what was wrong there."""
        owner = _owner(fault)
        unexpected = None if owner is fault.node else fault.node
        declared = self._repaired.declaration(owner)
        if declared is None and XSI_TYPE in owner.attrib:
            self._given_up.add(owner)  # its type is wrong, and that is said: nobody knows what should stand in it
            return []
        if declared is None or declared.content is None:
            return self._give_up(fault, owner)
        order = {tag: position for position, tag in enumerate(declared.standing())}
        if renamed := self._rename(owner, order):
            self._changed.add(owner)
            return [finding for finding in renamed if finding is not None]
        found = self._put_in(fault, owner, declared, order)
        explained = unexpected is not None and any(order[node.tag] < order.get(unexpected.tag, 0) for node, _ in found)
        findings = [finding for _, finding in found]
        if unexpected is not None and not explained:
            findings += self._take_out(fault, declared.content, order)
        elif unexpected is None and not found:
            findings += self._give_up(fault, owner)
        self._changed.add(owner)
        return findings

    def _rename(self, owner: etree._Element, order: dict[str, int]) -> list[Finding | None]:
        """Put children whose name is right into the right namespace; None: it has been told of another."""
        by_name: dict[str, list[str]] = {}
        for tag in order:
            by_name.setdefault(local_name(tag), []).append(tag)
        wrong = [child for child in owner.iterchildren(etree.Element) if child.tag not in order]
        found: list[Finding | None] = []
        for child in wrong:
            tags = by_name.get(local_name(child.tag), [])
            if len(tags) == 1 and child in self._origin:
                found.append(self._misnamed(child, tags[0]))
                child.tag = tags[0]
        if found:
            self._repaired = Places(self.tree, self._schema)  # it keeps what it was asked
        return found

    def _misnamed(self, child: etree._Element, tag: str) -> Finding | None:
        finding = namespace_finding(self._origin[child], tag, self._places, self._file)
        namespaces = finding.details["namespace"], finding.details["expected"]
        # Where the right one is declared, somebody forgot a prefix here; else one declaration is wrong for all.
        if namespaces in self._told and namespaces[1] not in ("", *self._origin[child].nsmap.values()):
            return None
        self._told.add(namespaces)
        return finding

    def _put_in(
        self, fault: Fault, owner: etree._Element, declared: Element, order: dict[str, int]
    ) -> list[tuple[etree._Element, Finding]]:
        """Put in what is lacking."""
        heads = {each.tag: child.tag for child in declared.children() for each in child.substitutes}
        children = (*self._origin[owner].iterchildren(etree.Element), *owner.iterchildren(etree.Element))
        found = []
        for alternatives in list(_lacking(declared.content, {heads.get(child.tag, child.tag) for child in children})):
            possible = [each for element in alternatives for each in _standing(element)]
            if possible:  # else none of them may stand in any document
                node = etree.Element(possible[0].tag)
                _insert(owner, node, order)
                found.append((node, self._missing(fault, node, [each.name for each in possible])))
        return found

    def _take_out(self, fault: Fault, content: Model, order: dict[str, int]) -> list[Finding]:
        """Move what is not expected to where it belongs, or remove it where there is no such place."""
        node, owner = fault.node, fault.node.getparent()
        if node not in self._origin:  # put in at a place that is none: the model is beyond this
            owner.remove(node)
            self._given_up.add(owner)
            return []
        if node.tag in order:
            again = node in self._moved
            self._moved.add(node)
            if again:
                owner.remove(node)
                return []
            _insert(owner, node, order)
            return [self._finding(fault)]
        # Where the content is open, others of unknown names may be fine.
        siblings = () if _is_open(content) else owner.iterchildren(etree.Element)
        others = [child for child in siblings if child.tag not in order and child is not node]
        findings = [self._finding(replace(fault, node=each)) for each in (node, *others)]
        for each in (node, *others):
            owner.remove(each)
        return findings

    def _give_up(self, fault: Fault, owner: etree._Element) -> list[Finding]:
        """Report what libxml2 says, unless it may come from what was changed here."""
        self._given_up.add(owner)
        return [] if owner in self._changed else [self._finding(fault)]

    def _finding(self, fault: Fault) -> Finding:
        return content_finding(replace(fault, node=self._origin[fault.node]), self._places, self._file)

    def _missing(self, fault: Fault, node: etree._Element, names: list[str]) -> Finding:
        """Say that one of *names* is missing; *node* has been put in for it."""
        owner = self._origin[node.getparent()]
        before = next((each for each in node.itersiblings(etree.Element) if each in self._origin), None)
        path = self._places.path(owner)
        return Finding(
            code=Code.SCHEMA_MISSING,
            file=self._file,
            line=owner.sourceline if before is None else self._origin[before].sourceline,
            field=" | ".join(names),
            path=f"{path}/{names[0]}" if len(names) == 1 else path,
            allowed=tuple(fault.expected if set(names) <= set(fault.expected) else names),
        )


def _owner(fault: Fault) -> etree._Element:
    """Give the element whose children are not as expected."""
    return fault.node if fault.is_missing else fault.node.getparent()


def _insert(owner: etree._Element, node: etree._Element, order: dict[str, int]) -> None:
    position = order[node.tag]
    for child in owner.iterchildren(etree.Element):
        if order.get(child.tag, -1) > position:
            child.addprevious(node)
            return
    owner.append(node)


def _standing(element: Element) -> tuple[Element, ...]:
    """Give what documents have in the place of an element: itself, unless it is abstract."""
    return element.substitutes if element.needs_substitute else (element,)


def _lacking(model: Model | None, present: set[str]) -> Iterator[tuple[Element, ...]]:
    """Give each element that must stand there and does not; several: one of them would do."""
    if model is None:
        return
    touched = _stands(model, present)
    if model.minimum == 0 and not touched:
        return
    if model.group is Group.CHOICE and not touched:
        firsts = [_first(particle) for particle in model.particles]
        if all(firsts):
            yield tuple(first for first in firsts if first)
        return
    for particle in model.particles:
        if isinstance(particle, Element) and model.group is not Group.CHOICE:
            if particle.minimum > 0 and particle.tag not in present:
                yield (particle,)
        elif isinstance(particle, Model) and (model.group is not Group.CHOICE or _stands(particle, present)):
            yield from _lacking(particle, present)


def _first(particle: Particle) -> Element | None:
    """Give the element that a particle begins with; None where it may be empty, or open."""
    if isinstance(particle, Wildcard) or particle.minimum == 0:
        return None
    if isinstance(particle, Element):
        return particle
    firsts = [_first(each) for each in particle.particles]
    if particle.group is Group.CHOICE:
        return firsts[0] if firsts and all(firsts) else None
    return next(filter(None, firsts), None)


def _stands(model: Model, present: set[str]) -> bool:
    return any(element.tag in present for element in model.elements())


def _is_open(model: Model) -> bool:
    return any(
        isinstance(particle, Wildcard) or (isinstance(particle, Model) and _is_open(particle))
        for particle in model.particles
    )
