"""What libxml2 says of an invalid document, as findings: one for a fault, with what a person needs to correct it.

The type of an error decides (`error.type_name`); its message is asked only for names and limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.places import XSI_TYPE, Places, local_name, shortened, text_of
from sync.mapping.schema import SimpleType


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One error of libxml2 and the element that it stands at."""

    node: etree._Element
    attribute: str  #: as `{namespace}name`; "" for the element itself
    type_name: str  #: without SCHEMAV_
    message: str

    @classmethod
    def read(cls, entry: etree._LogEntry, node: etree._Element) -> Fault:
        """Read an entry of libxml2's log."""
        found = re.match(r"Element '[^']*', attribute '([^']*)'", entry.message)
        return cls(
            node=node,
            attribute=found[1] if found else "",
            type_name=entry.type_name.removeprefix("SCHEMAV_"),
            message=entry.message,
        )

    @property
    def is_missing(self) -> bool:
        """Whether the element ends too early; else something stands in it that is not expected."""
        return "Missing child element" in self.message

    @property
    def expected(self) -> list[str]:
        """The local names that could stand here, at most ten (libxml2 names no more); `*` for a wildcard."""
        found = re.search(r"Expected is (?:one of )?\( (.*) \)\.", self.message)
        names = found[1].split(", ") if found else []
        return list(dict.fromkeys("*" if name.startswith("##") else local_name(name) for name in names))

    @property
    def twin(self) -> str:
        """The tag that could stand here and has the element's name in another namespace; "" where there is none."""
        found = re.search(r"Expected is (?:one of )?\( (.*) \)\.", self.message)
        tags = found[1].split(", ") if found and not self.is_missing else []
        return next((tag for tag in tags if local_name(tag) == local_name(self.node.tag)), "")

    @property
    def last_quoted(self) -> str:
        """What stands between the message's last quotation marks: a limit, a fixed value, a name."""
        return str((re.findall(r"'([^']*)'", self.message) or [""])[-1])

    @property
    def pattern(self) -> str:
        """The pattern that does not match."""
        return self.message.rpartition("by the pattern '")[2].removesuffix(".").removesuffix("'")

    @property
    def enumerated(self) -> tuple[str, ...]:
        """The values of the enumeration."""
        return tuple(re.findall(r"'([^']*)'", self.message.rpartition("element of the set {")[2]))

    @property
    def length(self) -> str:
        """The length that the value has."""
        found = re.search(r"has a length of '(\d+)'", self.message)
        return found[1] if found else ""


VALUES = {
    "CVC_ENUMERATION_VALID": Code.SCHEMA_ENUMERATION,
    "CVC_PATTERN_VALID": Code.SCHEMA_PATTERN,
    "CVC_LENGTH_VALID": Code.SCHEMA_TOO_LONG,
    "CVC_MAXLENGTH_VALID": Code.SCHEMA_TOO_LONG,
    "CVC_MINLENGTH_VALID": Code.SCHEMA_TOO_SHORT,
    "CVC_MININCLUSIVE_VALID": Code.SCHEMA_RANGE,
    "CVC_MINEXCLUSIVE_VALID": Code.SCHEMA_RANGE,
    "CVC_MAXINCLUSIVE_VALID": Code.SCHEMA_RANGE,
    "CVC_MAXEXCLUSIVE_VALID": Code.SCHEMA_RANGE,
    "CVC_TOTALDIGITS_VALID": Code.SCHEMA_DIGITS,
    "CVC_FRACTIONDIGITS_VALID": Code.SCHEMA_DIGITS,
    "CVC_DATATYPE_VALID_1_2_1": Code.SCHEMA_TYPE,
    "CVC_DATATYPE_VALID_1_2_2": Code.SCHEMA_TYPE,
    "CVC_DATATYPE_VALID_1_2_3": Code.SCHEMA_TYPE,
    "CVC_AU": Code.SCHEMA_FIXED,
    "CVC_ELT_5_2_2_2_1": Code.SCHEMA_FIXED,
    "CVC_ELT_5_2_2_2_2": Code.SCHEMA_FIXED,
}
RELATIONS = {
    "CVC_MININCLUSIVE_VALID": "≥",
    "CVC_MINEXCLUSIVE_VALID": ">",
    "CVC_MAXINCLUSIVE_VALID": "≤",
    "CVC_MAXEXCLUSIVE_VALID": "<",
}
NIL = frozenset({"CVC_ELT_3_1", "CVC_ELT_3_2_1", "CVC_ELT_3_2_2"})
ATTRIBUTE_UNEXPECTED = frozenset({"CVC_COMPLEX_TYPE_3_2_1", "CVC_COMPLEX_TYPE_3_2_2", "CVC_TYPE_3_1_1"})
ATTRIBUTE_MISSING = "CVC_COMPLEX_TYPE_4"
NO_CONTENT = frozenset({"CVC_COMPLEX_TYPE_2_1", "CVC_COMPLEX_TYPE_2_2", "CVC_COMPLEX_TYPE_2_3", "CVC_TYPE_3_1_2"})
UNKNOWN_ROOT = "CVC_ELT_1"
KEY = "CVC_IDC"
ABSTRACT_ELEMENT = "CVC_ELT_2"
ABSTRACT_TYPE = "CVC_TYPE_2"
WRONG_TYPE = frozenset({"CVC_ELT_4_2", "CVC_ELT_4_3"})
CONTENT = "ELEMENT_CONTENT"
INTERNAL = "INTERNAL"


def findings(faults: Iterable[Fault], places: Places, roots: tuple[str, ...], file: str) -> Iterator[Finding]:
    """Give one finding for each fault that is not the consequence of another at the same place."""
    together: dict[tuple[etree._Element, str], list[Fault]] = {}
    unknown: set[tuple[etree._Element, str]] = set()  # attributes
    for fault in faults:
        if fault.type_name in ATTRIBUTE_UNEXPECTED:
            unknown.add((fault.node, local_name(fault.attribute)))
        together.setdefault((fault.node, fault.attribute), []).append(fault)
    for group in together.values():
        others = [fault for fault in group if fault.type_name not in VALUES]
        if not any(fault.type_name in NIL or fault.type_name in NO_CONTENT for fault in others):
            yield from _value_findings([fault for fault in group if fault.type_name in VALUES], places, file)
        for fault in others:
            if (
                fault.type_name == ABSTRACT_TYPE
                and XSI_TYPE in fault.node.attrib
                and not places.declaration(fault.node)
            ):
                continue  # its xsi:type is wrong, and that has been said
            if fault.type_name == ATTRIBUTE_MISSING and (fault.node, local_name(fault.last_quoted)) in unknown:
                continue  # it is there, in another namespace, and that is said
            yield _other_finding(fault, places, roots, file)


# --- values ---------------------------------------------------------------------------------------------------------


def _value_findings(faults: list[Fault], places: Places, file: str) -> Iterator[Finding]:
    """Give what is wrong with one value: each facet that it breaks, or the one thing that explains all."""
    found = [_value_finding(fault, places, file) for fault in faults]
    for code in (Code.SCHEMA_EMPTY, Code.SCHEMA_ENUMERATION, Code.SCHEMA_TYPE):
        if explaining := [finding for finding in found if finding.code is code]:
            return iter(explaining[:1])
    return iter(found)


def _value_finding(fault: Fault, places: Places, file: str) -> Finding:
    value, simple = text_of(fault.node, fault.attribute), simple_type(fault, places)
    code, details = _what_is_wrong(fault, simple)
    if code is not Code.SCHEMA_FIXED and not value.strip() and (not value or _collapses(simple)):
        code, details = Code.SCHEMA_EMPTY, {}
    allowed = simple.enumeration if simple and code in (Code.SCHEMA_ENUMERATION, Code.SCHEMA_EMPTY) else ()
    if code is Code.SCHEMA_ENUMERATION:
        allowed = allowed or fault.enumerated  # below xsi:type, where the model does not look
    return Finding(code=code, value=shortened(value), allowed=allowed, details=details, **_place(fault, places, file))


def _what_is_wrong(fault: Fault, simple: SimpleType | None) -> tuple[Code, dict[str, str]]:
    code = VALUES[fault.type_name]
    match code:
        case Code.SCHEMA_TYPE if simple and simple.enumeration:  # a union whose members all enumerate
            return Code.SCHEMA_ENUMERATION, {}
        case Code.SCHEMA_TYPE:
            return code, {"type": type_name(fault, simple)}
        case Code.SCHEMA_PATTERN:
            # libxml2 names only the last of a type's alternative patterns.
            whole = (pattern for pattern in simple.patterns if fault.pattern in pattern) if simple else iter(())
            return code, {"pattern": next(whole, fault.pattern)}
        case Code.SCHEMA_TOO_LONG | Code.SCHEMA_TOO_SHORT:
            length, limit = fault.length, fault.last_quoted
            short = length.isdecimal() and limit.isdecimal() and int(length) < int(limit)
            return Code.SCHEMA_TOO_SHORT if short else Code.SCHEMA_TOO_LONG, {"length": length, "limit": limit}
        case Code.SCHEMA_RANGE:
            return code, {"relation": RELATIONS[fault.type_name], "limit": fault.last_quoted}
        case Code.SCHEMA_DIGITS:
            kind = "total" if fault.type_name == "CVC_TOTALDIGITS_VALID" else "fraction"
            return code, {"limit": fault.last_quoted, "kind": kind}
        case Code.SCHEMA_FIXED:
            return code, {"fixed": fault.message.rpartition("value constraint '")[2].removesuffix("'.")}
    return code, {}


def simple_type(fault: Fault, places: Places) -> SimpleType | None:
    """Give the declared type of the value that a fault is about."""
    if fault.attribute:
        attribute = places.attribute(fault.node, fault.attribute)
        return attribute.type if attribute else None
    declared = places.declaration(fault.node)
    return declared.simple if declared else None


def type_name(fault: Fault, simple: SimpleType | None) -> str:
    """Name the built-in type that a value has to be of."""
    if simple and simple.item:
        return simple.item.builtin
    if simple and not simple.members:
        return simple.builtin
    return local_name(fault.last_quoted).rpartition(":")[2]


def _collapses(simple: SimpleType | None) -> bool:
    return simple is not None and simple.white_space == "collapse"


# --- all others -----------------------------------------------------------------------------------------------------


def _other_finding(fault: Fault, places: Places, roots: tuple[str, ...], file: str) -> Finding:
    where = _place(fault, places, file)
    if fault.type_name == INTERNAL:
        return Finding(code=Code.SCHEMA_INTERNAL, details={"parser": fault.message}, **where)
    if fault.type_name in NIL:
        return Finding(code=Code.SCHEMA_NIL, value=shortened(text_of(fault.node, "")), **where)
    if fault.type_name == ATTRIBUTE_MISSING:
        name = local_name(fault.last_quoted)
        return Finding(code=Code.SCHEMA_ATTRIBUTE_MISSING, **_named(where, f"@{name}"))
    if fault.type_name in ATTRIBUTE_UNEXPECTED and fault.attribute:
        return _attribute_finding(fault, places, file)
    if fault.type_name in NO_CONTENT:
        return _no_content_finding(fault, places, file)
    if fault.type_name == UNKNOWN_ROOT:
        return Finding(code=Code.SCHEMA_UNEXPECTED, allowed=roots, **where)
    if fault.type_name == CONTENT:
        return content_finding(fault, places, file)
    if fault.type_name in (*WRONG_TYPE, ABSTRACT_TYPE, ABSTRACT_ELEMENT):
        return _derivation_finding(fault, places, file)
    if fault.type_name == KEY:
        value = shortened(text_of(fault.node, fault.attribute).strip())
        return Finding(code=Code.SCHEMA_KEY, value=value or None, details={"parser": fault.message}, **where)
    return Finding(code=Code.SCHEMA_OTHER, details={"parser": fault.message}, **where)


def content_finding(fault: Fault, places: Places, file: str) -> Finding:
    """Say what is missing or not expected, as libxml2 sees it."""
    where, expected = _place(fault, places, file), fault.expected
    if fault.twin:
        return namespace_finding(fault.node, fault.twin, places, file)
    if not fault.is_missing:
        return Finding(code=Code.SCHEMA_UNEXPECTED, allowed=tuple(expected), **where)
    named = _named(where, expected[0]) if len(expected) == 1 else where | {"field": " | ".join(expected)}
    return Finding(code=Code.SCHEMA_MISSING, allowed=tuple(expected), **named)


def namespace_finding(node: etree._Element, expected: str, places: Places, file: str) -> Finding:
    """Say that an element has the right name in the wrong namespace; *expected* is the right tag."""
    fault = Fault(node=node, attribute="", type_name=CONTENT, message="")
    details = _namespaces(node.tag, expected)
    return Finding(code=Code.SCHEMA_UNEXPECTED, details=details, **_place(fault, places, file))


def _attribute_finding(fault: Fault, places: Places, file: str) -> Finding:
    where, value = _place(fault, places, file), shortened(text_of(fault.node, fault.attribute))
    declared = places.declaration(fault.node)
    known = {attribute.tag: f"@{attribute.name}" for attribute in declared.attributes} if declared else {}
    twin = next((tag for tag in known if local_name(tag) == local_name(fault.attribute)), None)
    details, allowed = (_namespaces(fault.attribute, twin), ()) if twin else ({}, tuple(known.values()))
    return Finding(code=Code.SCHEMA_ATTRIBUTE_UNEXPECTED, value=value, allowed=allowed, details=details, **where)


def _namespaces(tag: str, expected: str) -> dict[str, str]:
    both = {"namespace": tag, "expected": expected}
    return {name: each.rpartition("}")[0].removeprefix("{") for name, each in both.items()}


def _derivation_finding(fault: Fault, places: Places, file: str) -> Finding:
    """Say what may stand in the place of something abstract, or of a type that does not fit."""
    element = Fault(node=fault.node, attribute="", type_name=fault.type_name, message=fault.message)
    where, declared = _place(element, places, file), places.declared_at(fault.node)
    if fault.type_name == ABSTRACT_ELEMENT:
        members = tuple(each.name for each in declared.substitutes) if declared else ()
        return Finding(code=Code.SCHEMA_UNEXPECTED, allowed=members, **where)
    prefixes = {uri: f"{prefix}:" if prefix else "" for prefix, uri in fault.node.nsmap.items()}
    types = declared.derived_types() if declared else ()
    allowed, where = tuple(prefixes.get(each.namespace, "") + each.name for each in types), _named(where, "@xsi:type")
    if XSI_TYPE not in fault.node.attrib:
        return Finding(code=Code.SCHEMA_ATTRIBUTE_MISSING, allowed=allowed, **where)
    value = shortened(fault.node.get(XSI_TYPE))
    return Finding(code=Code.SCHEMA_ENUMERATION, value=value, allowed=allowed, **where)


def _no_content_finding(fault: Fault, places: Places, file: str) -> Finding:
    """Say what stands in an element that may not hold it: an element, or text."""
    children = places.children(fault.node)
    text = text_of(fault.node, "")
    if children and "lement content" in fault.message:
        first = Fault(node=children[0], attribute="", type_name=fault.type_name, message=fault.message)
        return Finding(code=Code.SCHEMA_UNEXPECTED, **_place(first, places, file))
    return Finding(code=Code.SCHEMA_TEXT, value=shortened(text.strip() or text), **_place(fault, places, file))


def _place(fault: Fault, places: Places, file: str) -> dict[str, Any]:
    path, name = places.path(fault.node), local_name(fault.attribute or fault.node.tag)
    where = {"file": file, "line": fault.node.sourceline, "field": name, "path": path}
    return _named(where, f"@{name}") if fault.attribute else where


def _named(where: dict[str, Any], field: str) -> dict[str, Any]:
    """Say that it is about something in the element and not the element itself."""
    return where | {"field": field, "path": f"{where['path']}/{field}"}
