"""xs:ID and xs:IDREF: libxml2 checks neither that a reference leads somewhere nor that ID elements are unique."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.places import Places, local_name, shortened
from sync.mapping.schema import Schema, SimpleType


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """An ID, or one reference to one, in a document."""

    node: etree._Element
    attribute: str  #: as `{namespace}name`; "" where the element's text is meant
    value: str
    reference: bool


def check_identities(places: Places, schema: Schema, file: str) -> Iterator[tuple[Identity, Finding]]:
    """Give each ID that stands there for the second time, and each reference that leads nowhere."""
    found = list(_identities(places, schema))
    known: set[str] = set()
    for identity in found:
        if not identity.reference and identity.value in known:
            yield identity, _finding(Code.SCHEMA_ID_TWICE, identity, places, file)
        elif not identity.reference:
            known.add(identity.value)
    for identity in found:
        if identity.reference and identity.value not in known:
            yield identity, _finding(Code.SCHEMA_IDREF, identity, places, file)


def _identities(places: Places, schema: Schema) -> Iterator[Identity]:
    elements, attributes = schema.identity_names
    for name in sorted(attributes):
        for value in places.root.xpath("//@*[local-name() = $name]", name=name):
            node, tag = value.getparent(), value.attrname
            declared = places.attribute(node, tag)
            if declared:
                yield from _read(declared.type, node, tag, str(value))
    for name in sorted(elements):
        for node in places.root.iter(f"{{*}}{name}"):
            element = places.declaration(node)
            if element and element.simple:
                yield from _read(element.simple, node, "", node.text or "")


def _read(declared: SimpleType, node: etree._Element, attribute: str, text: str) -> Iterator[Identity]:
    one = declared.item or declared
    if one.builtin in ("ID", "IDREF"):
        for value in text.split():
            yield Identity(node=node, attribute=attribute, value=value, reference=one.builtin == "IDREF")


def _finding(code: Code, identity: Identity, places: Places, file: str) -> Finding:
    node, path = identity.node, places.path(identity.node)
    field = f"@{local_name(identity.attribute)}" if identity.attribute else local_name(node.tag)
    return Finding(
        code=code,
        file=file,
        line=node.sourceline,
        field=field,
        path=f"{path}/{field}" if identity.attribute else path,
        value=shortened(identity.value),
    )
