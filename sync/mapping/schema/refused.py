"""Constructs that are refused by name: redefinitions, what only XSD 1.1 has, groups that multiply without end."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sync.errors import Problem
from sync.mapping.schema.files import XSD, Declaration, Kind, SchemaDocument, SchemaFiles

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


MOST_PARTICLES = 20_000  #: of one group, the groups in it in place; libxml2 needs more than linear time for them


def endless_groups(files: SchemaFiles) -> Iterator[Problem]:
    """Name the first group that refers to others, and these to others, until they are too many."""
    sizes: dict[tuple[str, str], int] = {}
    for (kind, namespace, name), declared in files.components.items():
        if kind is Kind.GROUP and _size((namespace, name), files, sizes) > MOST_PARTICLES:
            what = f'the group "{name}" has more than {MOST_PARTICLES} elements, with the groups that it refers to'
            yield declared.document.problem(declared.node, what)
            return


def _size(name: tuple[str, str], files: SchemaFiles, sizes: dict[tuple[str, str], int]) -> int:
    if name not in sizes:
        sizes[name] = 0  # one that refers to itself is refused where it is used
        declared = files.components.get((Kind.GROUP, *name))
        sizes[name] = sum(_sizes(declared, files, sizes)) if declared else 0
    return sizes[name]


def _sizes(declared: Declaration, files: SchemaFiles, sizes: dict[tuple[str, str], int]) -> Iterator[int]:
    for node in declared.node.iterdescendants(f"{{{XSD}}}element", f"{{{XSD}}}group"):
        reference = node.get("ref")
        is_group = reference and node.tag == f"{{{XSD}}}group"
        yield _size(declared.document.qname(node, reference), files, sizes) if is_group else 1
