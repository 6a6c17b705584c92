"""Whether what a mapping produced is valid, and which of its rules is to blame where it is not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.places import XSI, Places, local_name, shortened, text_of
from sync.mapping.reading import MOST_FINDINGS, Read, Record
from sync.mapping.schema import Schema
from sync.mapping.target.elements import Origin
from sync.mapping.validation.documents import LARGE, elements, validate
from sync.mapping.validation.faults import ATTRIBUTE_MISSING, CONTENT, VALUES, Fault, simple_type, type_name
from sync.mapping.validation.identities import check_identities

_LEAST = LARGE * len("<a/>")  #: bytes of a large document
_POSITION = re.compile(r"\[\d+\]")
_XSI = XSI.encode()
_LOCAL = re.compile(r"the local (\w+) type\b")
_NAMESPACE = re.compile(r"(?<!\\[pP])\{(?![\d,]*\})[^}]*\}")  # a pattern has braces, too: {2,5} and \p{L}


def check_produced(
    tree: etree._ElementTree, content: bytes, target: Schema, origins: Mapping[str, Origin], file: str
) -> list[Finding]:
    """Validate a produced document; each finding names the rule that wrote the element, as far as *origins* knows.

    content: the same in UTF-8, which is faster to ask than the tree.
    """
    if len(content) >= _LEAST and elements(tree) >= LARGE:
        # What validates also writes the schema's defaults, which the target has not asked for.
        found = validate(deepcopy(tree) if target.has_defaults else tree, target, file=file)
        return [_restated(finding, origins) for finding in found]
    with target.lock:
        valid = target.validator.validate(tree)
        errors = [] if valid else list(target.validator.error_log)
    if valid and not (any(target.identity_names) or _XSI in content):  # a type that xsi:type names may be xs:ID, too
        return []
    places = Places(tree, target)
    if valid:
        return [_restated(finding, origins) for _, finding in check_identities(places, target, file)]
    return _findings((Fault.read(error, places.node(error.path or "")) for error in errors), places, origins, file)


def check_values(
    tree: etree._ElementTree, content: bytes, target: Schema, origins: Mapping[str, Origin], file: str
) -> list[Finding]:
    """Give the wrong values of what was produced although some rules could not give any."""
    if len(content) >= _LEAST and elements(tree) >= LARGE:
        return []
    with target.lock:
        errors = [] if target.validator.validate(tree) else list(target.validator.error_log)
    places = Places(tree, target)
    faults = (Fault.read(error, places.node(error.path or "")) for error in errors)
    found = _findings((fault for fault in faults if fault.type_name in VALUES), places, origins, file)
    return [finding for finding in found if finding.value]


def located(findings: Iterable[Finding], record: Record) -> list[Finding]:
    """Say where in the source stands what the target does not accept: where the rule that wrote it read it."""
    reads: dict[tuple[str, str], deque[Read]] = {}
    for read in record.reads or ():
        reads.setdefault((read.rule, shortened(read.text)), deque()).append(read)
    return [_located(finding, reads, record) for finding in findings]


def _located(finding: Finding, reads: Mapping[tuple[str, str], deque[Read]], record: Record) -> Finding:
    # A rule writes in the order in which it reads, so of several places with one value the first is the first.
    places = reads.get((finding.rule, finding.value or ""))
    if not places or finding.code is not Code.TARGET_INVALID:
        return finding
    read = places.popleft()
    if read.element is None:
        return finding
    source = "".join([record.path(read.element), *(f"/{name}" for name in read.below)])
    return replace(finding, line=read.element.sourceline, details={**finding.details, "source": source})


def _findings(faults: Iterable[Fault], places: Places, origins: Mapping[str, Origin], file: str) -> list[Finding]:
    findings: dict[str, Finding] = {}
    for fault in faults:
        finding = _finding(fault, places, origins, file)
        # libxml2 complains of the facet and then of the type; the first says more.
        findings.setdefault(finding.path, finding)
    return list(findings.values())[:MOST_FINDINGS]


def _restated(finding: Finding, origins: Mapping[str, Origin]) -> Finding:
    """Say that what a schema finds is the mapping's fault."""
    if finding.code is Code.SCHEMA_ONLY_FIRST:
        return finding
    origin = _nearest(_POSITION.sub("", finding.path), origins)
    said = ", ".join([str(finding.code), *(f"{name} {value}" for name, value in finding.details.items())])
    details = {"parser": said, "element": finding.field}
    return replace(finding, code=Code.TARGET_INVALID, line=None, field=origin.field, rule=origin.rule, details=details)


def _finding(fault: Fault, places: Places, origins: Mapping[str, Origin], file: str) -> Finding:
    parent, names = _blamed(fault, places, origins)
    above = _POSITION.sub("", parent)
    written = [origins[f"{above}/{name}"] for name in names if f"{above}/{name}" in origins]
    origin = next((one for one in written if one.field), None) or _nearest(f"{above}/{names[0]}", origins)
    itself = names == [local_name(fault.node.tag)] and not len(fault.node)
    has_value = itself or local_name(fault.attribute) in {local_name(name) for name in fault.node.attrib}
    return Finding(
        code=Code.TARGET_INVALID,
        file=file,
        field=origin.field,
        path=places.path(fault.node) if itself else f"{parent}/{names[0]}",
        value=shortened(text_of(fault.node, fault.attribute)) if has_value else None,
        allowed=tuple(names) if len(names) > 1 else (),
        rule=origin.rule,
        details={"parser": _said(fault, places), "element": " | ".join(names)},
    )


def _said(fault: Fault, places: Places) -> str:
    """Give libxml2's message without namespaces, and with a name for a type that has none."""
    message, simple = _NAMESPACE.sub("", fault.message), simple_type(fault, places)
    return _LOCAL.sub(rf"the \1 type 'xs:{type_name(fault, simple)}'", message) if simple else message


def _blamed(fault: Fault, places: Places, origins: Mapping[str, Origin]) -> tuple[str, list[str]]:
    """Give the path of the parent and the names of what is wrong below it; several where one of them is missing."""
    if attribute := fault.last_quoted if fault.type_name == ATTRIBUTE_MISSING else fault.attribute:
        return places.path(fault.node), [f"@{local_name(attribute)}"]
    above = fault.node.getparent()
    parent = "" if above is None else places.path(above)
    if fault.type_name == CONTENT:
        # Where an element is not expected, the one that should stand before it is to blame, if a rule was to write it.
        within = places.path(fault.node) if "Missing child element" in fault.message else parent
        known = _POSITION.sub("", within)
        if written := [name for name in fault.expected if f"{known}/{name}" in origins]:
            return within, written
    return parent, [local_name(fault.node.tag)]


def _nearest(path: str, origins: Mapping[str, Origin]) -> Origin:
    """Give the rule that wrote what stands at *path*, or what is nearest above it."""
    while path and path not in origins:
        path = path.rpartition("/")[0]
    return origins.get(path, Origin(rule=""))
