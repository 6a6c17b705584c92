"""Which types are derived from which, and which elements may stand for which: read from the nodes alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from sync.mapping.schema.files import XSD, Declaration, Kind, SchemaFiles
from sync.mapping.schema.nodes import derivation, is_a, is_true, within, words
from sync.mapping.schema.types import BASES

Name: TypeAlias = tuple[str, str]  # namespace and name

ANY_TYPE: Name = (XSD, "anyType")
ANY_SIMPLE_TYPE: Name = (XSD, "anySimpleType")
RESTRICTION = "restriction"


class Derivations:
    """Answers from the global types and elements of a schema."""

    def __init__(self, files: SchemaFiles) -> None:
        self._files = files

    # --- types --------------------------------------------------------------------------------------------------------

    def below(self, base: Name) -> list[Name]:
        """Name all types of the schema that are derived from *base*, the nearest first, each once."""
        found: dict[Name, None] = {}
        waiting = [base, *self._members_of_union(base)]
        found |= dict.fromkeys(name for name in waiting if name[0] != XSD)
        for each in waiting:
            new = [name for name in self._derived.get(each, ()) if name not in found]
            found |= dict.fromkeys(new)
            waiting += new
        found.pop(base, None)
        return list(found)

    def methods(self, name: Name, base: Name) -> frozenset[str] | None:
        """Say by which methods a type is derived from *base*, or a member of that union; None where it is not."""
        ways = (self._methods(name, each) for each in (base, *self._members_of_union(base)))
        return next((used for used in ways if used is not None), None)

    def _methods(self, name: Name, base: Name) -> frozenset[str] | None:
        used = set[str]()
        met = set[Name]()
        while name != base:
            met.add(name)
            above, method = self._base(name)
            if above is None or above in met:
                return None
            used.add(method)
            name = above
        return frozenset(used)

    def _members_of_union(self, base: Name) -> list[Name]:
        """Name the types that a union brings together, unions among them opened."""
        found = [base]
        for name in found:
            declared = self._files.components.get((Kind.TYPE, *name))
            union = within(declared, "union") if declared else None
            if union is not None:
                members = (union.document.qname(union.node, each) for each in union.node.get("memberTypes", "").split())
                found += [member for member in members if member not in found]
        return found[1:]

    @cached_property
    def _derived(self) -> dict[Name, list[Name]]:
        found: dict[Name, list[Name]] = {}
        for kind, namespace, name in self._files.components:
            if kind is Kind.TYPE and (above := self._base((namespace, name))[0]):
                found.setdefault(above, []).append((namespace, name))
        return found

    def _base(self, name: Name) -> tuple[Name | None, str]:
        """Give what a type is derived from, and how."""
        if name[0] == XSD:
            return ((XSD, BASES[name[1]]) if name[1] in BASES else None), RESTRICTION
        declared = self._files.components.get((Kind.TYPE, *name))
        return _above(declared) if declared else (None, RESTRICTION)

    # --- elements -----------------------------------------------------------------------------------------------------

    def head(self, declared: Declaration) -> Declaration | None:
        """Give the head of an element's substitution group."""
        head = declared.node.get("substitutionGroup")
        return self._files.find(Kind.ELEMENT, *declared.document.qname(declared.node, head), declared) if head else None

    def substitutes(self, head: Declaration) -> list[Declaration]:
        """Give the elements that may stand for *head*: those that name it, and those that may stand for them."""
        return [each for each in self._members(head) if self._may_stand_for(each, head)]

    def _members(self, head: Declaration) -> Iterator[Declaration]:
        """Walk a substitution group depth first, without the head."""
        met, waiting = {id(head.node)}, self._direct(head)
        while waiting:
            member = waiting.pop(0)
            if id(member.node) not in met:
                met.add(id(member.node))
                yield member
                waiting = self._direct(member) + waiting

    def _direct(self, head: Declaration) -> list[Declaration]:
        if head.node.getparent() is not head.document.root:
            return []
        return list(self._files.substitutes.get((head.document.namespace, head.node.get("name", "")), ()))

    def _may_stand_for(self, member: Declaration, head: Declaration) -> bool:
        if is_true(member, "abstract"):
            return False
        barred = words(head, "block")
        base = self._type_name(head)
        if "substitution" in barred or base is None:  # an anonymous type: only members without a type can have it
            return "substitution" not in barred
        used = set[str]()
        for name, method in self._way(member, base):
            used.add(method)
            barred |= self._blocked(name)
        return not used & (barred | self._blocked(base))

    def _way(self, member: Declaration, base: Name) -> Iterator[tuple[Name, str]]:
        """Walk from an element's type up to *base*: each type that is met below it, and how it was left."""
        name, method = self._of_member(member)
        if name is None:
            return
        if method:
            yield ("", ""), method
        met = set[Name]()
        while name is not None and name != base and name not in met:
            met.add(name)
            above, method = self._base(name)
            yield name, method
            name = above

    def _blocked(self, name: Name) -> frozenset[str]:
        declared = self._files.components.get((Kind.TYPE, *name))
        return words(declared, "block") if declared and is_a(declared, "complexType") else frozenset()

    def _type_name(self, declared: Declaration) -> Name | None:
        name, method = self._of_member(declared)
        return None if method else name

    def _of_member(self, declared: Declaration) -> tuple[Name | None, str]:
        """Give the name of an element's type, or of its anonymous type's base and how that was derived."""
        met = set[int]()
        while id(declared.node) not in met:
            met.add(id(declared.node))
            if reference := declared.node.get("type"):
                return declared.document.qname(declared.node, reference), ""
            for kind in ("simpleType", "complexType"):
                if (inline := within(declared, kind)) is not None:
                    return _above(inline)
            head = self.head(declared)
            if head is None:
                return ANY_TYPE, ""
            declared = head
        return None, ""


def _above(declared: Declaration) -> tuple[Name | None, str]:
    """Give what a type is derived from, and how, by its node."""
    if is_a(declared, "simpleType"):
        restriction = within(declared, "restriction")
        if restriction is None:
            return ANY_SIMPLE_TYPE, RESTRICTION
        inline = within(restriction, "simpleType")
        return _above(inline) if inline and not restriction.node.get("base") else _named_base(restriction)
    for content in ("simpleContent", "complexContent"):
        if (found := within(declared, content)) is not None:
            return _named_base(derivation(found))
    return ANY_TYPE, RESTRICTION


def _named_base(derived: Declaration) -> tuple[Name, str]:
    method = etree.QName(derived.node).localname
    return derived.document.qname(derived.node, derived.node.get("base", "")), method
