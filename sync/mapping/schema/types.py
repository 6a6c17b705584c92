"""Simple types of a schema: what a text may be, its whole chain of restrictions gathered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from sync.mapping.schema.files import XSD, Declaration, Kind, SchemaFiles


@dataclass(frozen=True, kw_only=True, slots=True)
class SimpleType:
    """What a simple type allows, its whole chain of restrictions gathered."""

    name: str  #: the named type nearest to the leaf, or "" for an anonymous one
    builtin: str  #: the built-in type at the end of the chain: "string", "date" …; of lists and unions "anySimpleType"
    enumeration: tuple[str, ...] = ()  #: of a union too, where every member has one
    patterns: tuple[str, ...] = ()  #: each must match; the alternatives of one restriction are one, joined by |
    min_length: int | None = None
    max_length: int | None = None
    min_inclusive: str | None = None
    max_inclusive: str | None = None
    min_exclusive: str | None = None
    max_exclusive: str | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    white_space: str = "preserve"  #: preserve, replace or collapse
    item: SimpleType | None = None  #: of a list
    members: tuple[SimpleType, ...] = ()  #: of a union

    def normalize(self, text: str) -> str:
        """Give *text* with its white space as the validator sees it."""
        if self.white_space == "preserve":
            return text
        replaced = text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
        return replaced if self.white_space == "replace" else " ".join(replaced.split(" ")).strip()


_PLAIN = (
    "anySimpleType anyURI base64Binary boolean date dateTime decimal double duration float gDay gMonth gMonthDay gYear "
    "gYearMonth hexBinary ENTITY ID IDREF Name NCName NMTOKEN NOTATION QName language time token"
)
_INTEGERS: dict[str, tuple[str | None, str | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, "0"),
    "negativeInteger": (None, "-1"),
    "nonNegativeInteger": ("0", None),
    "positiveInteger": ("1", None),
    "long": ("-9223372036854775808", "9223372036854775807"),
    "int": ("-2147483648", "2147483647"),
    "short": ("-32768", "32767"),
    "byte": ("-128", "127"),
    "unsignedLong": ("0", "18446744073709551615"),
    "unsignedInt": ("0", "4294967295"),
    "unsignedShort": ("0", "65535"),
    "unsignedByte": ("0", "255"),
}


def _builtins() -> dict[str, SimpleType]:
    found = {name: SimpleType(name=name, builtin=name, white_space="collapse") for name in _PLAIN.split()}
    found["string"] = SimpleType(name="string", builtin="string")
    found["normalizedString"] = SimpleType(name="normalizedString", builtin="normalizedString", white_space="replace")
    for name, (low, high) in _INTEGERS.items():
        found[name] = SimpleType(
            name=name, builtin=name, white_space="collapse", fraction_digits=0, min_inclusive=low, max_inclusive=high
        )
    for name in ("IDREF", "NMTOKEN", "ENTITY"):
        plural = "ENTITIES" if name == "ENTITY" else f"{name}S"
        found[plural] = SimpleType(name=plural, builtin=plural, white_space="collapse", min_length=1, item=found[name])
    return found


BUILTINS = _builtins()
#: what each built-in type is derived from by restriction
BASES = dict.fromkeys(BUILTINS, "anySimpleType") | {
    "anySimpleType": "anyType",
    "normalizedString": "string",
    "token": "normalizedString",
    "language": "token",
    "NMTOKEN": "token",
    "Name": "token",
    "NCName": "Name",
    "ID": "NCName",
    "IDREF": "NCName",
    "ENTITY": "NCName",
    "integer": "decimal",
    "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger",
    "long": "integer",
    "int": "long",
    "short": "int",
    "byte": "short",
    "nonNegativeInteger": "integer",
    "positiveInteger": "nonNegativeInteger",
    "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong",
    "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort",
}
ANY_SIMPLE = BUILTINS["anySimpleType"]

_TEXT_FACETS = {
    "minInclusive": "min_inclusive",
    "maxInclusive": "max_inclusive",
    "minExclusive": "min_exclusive",
    "maxExclusive": "max_exclusive",
    "whiteSpace": "white_space",
}
_NUMBER_FACETS = {
    "length": ("min_length", "max_length"),
    "minLength": ("min_length",),
    "maxLength": ("max_length",),
    "totalDigits": ("total_digits",),
    "fractionDigits": ("fraction_digits",),
}
_OPPOSITE = {"minInclusive": "min_exclusive", "minExclusive": "min_inclusive"} | {
    "maxInclusive": "max_exclusive",
    "maxExclusive": "max_inclusive",
}


class SimpleTypes:
    """Reads simple types when they are asked for, each named one once."""

    def __init__(self, files: SchemaFiles) -> None:
        self._files = files
        self._named: dict[tuple[str, str], SimpleType] = {}

    def named(self, name: tuple[str, str], used: Declaration) -> SimpleType:
        """Give the simple type of this namespace and name."""
        if name[0] == XSD:
            return _builtin(name[1], used)
        if (known := self._named.get(name)) is None:
            found = self._files.find(Kind.TYPE, *name, used)
            if found.node.tag != f"{{{XSD}}}simpleType":
                used.document.refuse(used.node, f'"{name[1]}" is not a simple type')
            with self._files.entered(Kind.TYPE, name, used, "simple"):
                known = self._named[name] = self.read(found)
        return known

    def read(self, declaration: Declaration) -> SimpleType:
        """Read an `xs:simpleType`."""
        node, document = declaration.node, declaration.document
        name = node.get("name", "")
        for child in node.iterchildren(*(f"{{{XSD}}}{kind}" for kind in ("restriction", "list", "union"))):
            inner = Declaration(node=child, document=document)
            match etree.QName(child).localname:
                case "restriction":
                    base = self._given(inner, "base") or [ANY_SIMPLE]
                    return self.restrict(base[0], inner, name)
                case "list":
                    items = self._given(inner, "itemType") or [ANY_SIMPLE]
                    return replace(ANY_SIMPLE, name=name, item=items[0])
                case _:
                    return self._union(name, tuple(self._given(inner, "memberTypes")))
        return document.refuse(node, "xs:simpleType is empty")

    def restrict(self, base: SimpleType, restriction: Declaration, name: str) -> SimpleType:
        """Lay the facets of a restriction over *base*."""
        changes: dict[str, Any] = {"name": name}
        enumeration, patterns = [], []
        for node in restriction.node.iterchildren():
            facet, value = etree.QName(node).localname, node.get("value", "")
            if facet == "enumeration":
                enumeration.append(value)
            elif facet == "pattern":
                patterns.append(value)
            elif facet in _NUMBER_FACETS:
                if not value.strip().removeprefix("+").isdecimal():
                    restriction.document.refuse(node, f'{facet} "{value}" is not a number')
                changes |= dict.fromkeys(_NUMBER_FACETS[facet], int(value))
            elif facet in _TEXT_FACETS:
                changes[_TEXT_FACETS[facet]] = value.strip()
                if facet in _OPPOSITE:
                    changes[_OPPOSITE[facet]] = None
        if patterns:
            changes["patterns"] = (*base.patterns, "|".join(patterns))
        narrowed = replace(base, **changes)
        if enumeration:
            narrowed = replace(narrowed, enumeration=tuple(map(narrowed.normalize, enumeration)))
        return narrowed

    def _given(self, declaration: Declaration, attribute: str) -> list[SimpleType]:
        """The types that an attribute names and those that stand inline."""
        node, document = declaration.node, declaration.document
        names = [document.qname(node, reference) for reference in node.get(attribute, "").split()]
        named = [self.named(name, declaration) for name in names]
        inline = node.iterchildren(f"{{{XSD}}}simpleType")
        return named + [self.read(Declaration(node=child, document=document)) for child in inline]

    def _union(self, name: str, members: tuple[SimpleType, ...]) -> SimpleType:
        enumerated = members and all(member.enumeration for member in members)
        values = [value for member in members for value in member.enumeration] if enumerated else []
        return replace(ANY_SIMPLE, name=name, members=members, enumeration=tuple(dict.fromkeys(values)))


def _builtin(name: str, used: Declaration) -> SimpleType:
    if name in _OF_XSD_1_1:
        used.document.refuse(used.node, f"xs:{name} is of XSD 1.1, which is not supported")
    if name not in BUILTINS:
        used.document.refuse(used.node, f'there is no built-in simple type "{name}"')
    return BUILTINS[name]


_OF_XSD_1_1 = frozenset({"anyAtomicType", "dateTimeStamp", "dayTimeDuration", "yearMonthDuration", "error"})
