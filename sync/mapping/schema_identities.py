"""Which names may carry xs:ID, xs:IDREF or xs:IDREFS."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sync.mapping.schema_files import XSD, SchemaFiles


def identity_names(files: SchemaFiles) -> tuple[frozenset[str], frozenset[str]]:
    """Give the local names of elements and attributes whose type may lead to xs:ID, xs:IDREF or xs:IDREFS."""
    types = {"ID", "IDREF", "IDREFS"}
    holders: dict[str, set[str]] = {"element": set(), "attribute": set()}
    size = 0
    while size < (size := len(types) + sum(map(len, holders.values()))):
        for document in files.documents:
            for holder, name in _typed_with(document.root, types):
                holders.get(holder, types).add(name)
    return frozenset(holders["element"]), frozenset(holders["attribute"])


def _typed_with(root: etree._Element, types: set[str]) -> Iterator[tuple[str, str]]:
    """Give kind and name of each component that names one of *types*, by local names only."""
    for node in root.iter(*(f"{{{XSD}}}{tag}" for tag in _NAMING)):
        for attribute in ("type", "base", "itemType", "memberTypes"):
            used = {reference.rpartition(":")[2] for reference in node.get(attribute, "").split()}
            if used & types:
                holder = node if node.get("name") else next(each for each in node.iterancestors() if each.get("name"))
                yield etree.QName(holder).localname, holder.get("name")


_NAMING = ("element", "attribute", "restriction", "extension", "list", "union")
