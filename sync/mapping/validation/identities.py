"""xs:ID and xs:IDREF: libxml2 checks neither that a reference leads somewhere nor that ID elements are unique."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.places import XSI, Places, local_name, shortened
from sync.mapping.schema import Schema, SimpleType

_RETYPED = etree.XPath("//@xsi:type", namespaces={"xsi": XSI})  # a predicate takes three times as long
_ATTRIBUTES = etree.XPath("//@*[local-name() = $name]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """An ID, or one reference to one, in a document."""

    node: etree._Element
    attribute: str  #: as `{namespace}name`; "" where the element's text is meant
    value: str = ""
    reference: bool = False
    perhaps: bool = False  #: of a union's member: then it is neither twice nor astray, but others may refer to it


def check_identities(places: Places, schema: Schema, file: str) -> Iterator[tuple[Identity, Finding]]:
    """Give each ID that stands there for the second time, and each reference that leads nowhere."""
    found = list(_identities(places, schema))
    known: set[str] = {identity.value for identity in found if identity.perhaps and not identity.reference}
    for identity in found:
        if identity.reference or identity.perhaps:
            continue
        if identity.value in known:
            yield identity, _finding(Code.SCHEMA_ID_TWICE, identity, places, file)
        known.add(identity.value)
    for identity in found:
        if identity.reference and not identity.perhaps and identity.value not in known:
            yield identity, _finding(Code.SCHEMA_IDREF, identity, places, file)


def _identities(places: Places, schema: Schema) -> Iterator[Identity]:
    elements, attributes = schema.identity_names
    for name in sorted(attributes):
        for value in _ATTRIBUTES(places.root, name=name):
            node, tag = value.getparent(), value.attrname
            declared = places.attribute(node, tag)
            if declared:
                yield from _read(declared.type, Identity(node=node, attribute=tag), str(value))
    named = (node for name in sorted(elements) for node in places.root.iter(f"{{*}}{name}"))
    retyped = (value.getparent() for value in _RETYPED(places.root))
    for node in dict.fromkeys((*named, *retyped)):
        element = places.declaration(node)
        if element and element.simple:
            yield from _read(element.simple, Identity(node=node, attribute=""), node.text or "")


def _read(declared: SimpleType, place: Identity, text: str) -> Iterator[Identity]:
    """Give the IDs and references in a text; of a union it may be another member that takes it."""
    if declared.item:
        for one in text.split():
            yield from _read(declared.item, place, one)
    elif declared.builtin in ("ID", "IDREF"):
        for value in text.split():
            yield replace(place, value=value, reference=declared.builtin == "IDREF")
    for member in declared.members:
        for identity in _read(member, place, text):
            yield replace(identity, perhaps=True)


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
