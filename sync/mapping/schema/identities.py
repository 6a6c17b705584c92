"""Which names may carry xs:ID, xs:IDREF or xs:IDREFS."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sync.mapping.schema.files import XSD, SchemaFiles


def identity_names(files: SchemaFiles) -> tuple[frozenset[str], frozenset[str]]:
    """Give the local names of elements and attributes whose type may lead to xs:ID, xs:IDREF or xs:IDREFS."""
    types = {"ID", "IDREF", "IDREFS"}
    holders: dict[str, set[str]] = {"element": set(), "attribute": set()}
    size = 0
    while size < (size := len(types) + sum(map(len, holders.values()))):
        for document in files.documents:
            for holder, name in _typed_with(document.root, types, holders["element"]):
                holders.get(holder, types).add(name)
    return frozenset(holders["element"]), frozenset(holders["attribute"])


def _typed_with(root: etree._Element, types: set[str], heads: set[str]) -> Iterator[tuple[str, str]]:
    """Give kind and name of each component that names one of *types* or *heads*, by local names only."""
    for node in root.iter(*(f"{{{XSD}}}{tag}" for tag in _NAMING)):
        names = " ".join(node.get(attribute, "") for attribute in ("type", "base", "itemType", "memberTypes"))
        of_type = {reference.rpartition(":")[2] for reference in names.split()} & types
        if of_type or node.get("substitutionGroup", "").rpartition(":")[2] in heads:
            named = [each for each in (node, *node.iterancestors()) if each.get("name")]
            if named:
                yield etree.QName(named[0]).localname, named[0].get("name")


_NAMING = ("element", "attribute", "restriction", "extension", "list", "union")
