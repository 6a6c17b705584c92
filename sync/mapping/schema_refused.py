"""Constructs that are refused by name: redefinitions, and what only XSD 1.1 has."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sync.errors import Problem
from sync.mapping.schema_files import XSD, SchemaDocument

_REDEFINING = ("redefine", "override")
_NEW = ("assert", "assertion", "alternative", "openContent", "defaultOpenContent", "explicitTimezone")
_ELEMENTS = [f"{{{XSD}}}{name}" for name in (*_REDEFINING, *_NEW)]
_ATTRIBUTES = {
    "defaultAttributes",
    "defaultAttributesApply",
    "xpathDefaultNamespace",
    "notNamespace",
    "notQName",
    "inheritable",
}
_HOLDERS = [f"{{{XSD}}}{name}" for name in ("schema", "complexType", "any", "anyAttribute", "attribute", "element")]


def refused(document: SchemaDocument) -> Iterator[Problem]:
    """Name each construct of a file that is not supported."""
    for node in document.root.iter(*_ELEMENTS):
        if not _is_told(node):
            name = etree.QName(node).localname
            if name in _REDEFINING:
                remedy = "write the changed components into a copy and include that"
                yield document.problem(node, f"xs:{name} is not supported", remedy)
            else:
                yield _of_xsd_1_1(document, node, f"xs:{name}")
    for node in document.root.iter(*_HOLDERS):
        for name in _ATTRIBUTES & set(node.attrib):
            if not _is_told(node):
                yield _of_xsd_1_1(document, node, f"{name} at xs:{etree.QName(node).localname}")


def _is_told(node: etree._Element) -> bool:
    """Tell whether it stands in an annotation."""
    return next(node.iterancestors(f"{{{XSD}}}annotation"), None) is not None


def _of_xsd_1_1(document: SchemaDocument, node: etree._Element, construct: str) -> Problem:
    what = f"{construct} is of XSD 1.1, which is not supported"
    return document.problem(node, what, "take it out, or use the XSD 1.0 edition of this schema")
