"""What libxml2 and expat say in English, recognised, so that a catalogue can say it in a person's words."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message that was recognised: its name in the catalogues' [parser], and what it names."""

    name: str
    facts: dict[str, str]


#: By name in the catalogues; the first that fits is taken. Their groups are the placeholders there.
PATTERNS: tuple[tuple[str, str], ...] = (
    ("tag-mismatch", r"Opening and ending tag mismatch: (?P<opened>\S+) line (?P<begun>\d+) and (?P<closed>\S+)"),
    ("ampersand", r"xmlParseEntityRef: no name|EntityRef: expecting ';'"),
    ("entity", r"Entity '(?P<entity>[^']+)' not defined"),
    ("less-than", r"StartTag: invalid element name|Unescaped '<' not allowed"),
    ("end-missing", r"Premature end of data in tag (?P<opened>\S+) line (?P<begun>\d+)"),
    ("end-missing", r"Couldn't find end of Start Tag (?P<opened>\S+) line (?P<begun>\d+)"),
    ("after-end", r"Extra content at the end of the document|junk after document element"),
    ("attribute-twice", r"Attribute (?P<attribute>\S+) redefined"),
    ("attribute-quotes", r"AttValue: .* expected|Specification mandates value for attribute"),
    ("control", r"PCDATA invalid Char value (?P<number>\d+)|invalid xmlChar value (?P<reference>\d+)"),
    ("prefix", r"Namespace prefix (?P<prefix>\S+) .*not defined"),
    ("declaration", r"XML declaration allowed only at the start|XML or text declaration not at start of entity"),
    ("token", r"not well-formed \(invalid token\)|syntax error"),
    ("limit-depth", r"Excessive depth in document: (?P<depth>\d+)"),
    ("limit-name", r"Name too long"),
    ("limit-text", r"Text node too long|Buffer size limit exceeded|too big found"),
    ("pdf-reference", r"'indirect_reference' of 'IndirectObject' object"),
    ("too-long", r"'maxLength'\] .*length of '(?P<length>\d+)'.*length of '(?P<limit>\d+)'"),
    ("too-short", r"'minLength'\] .*length of '(?P<length>\d+)'.*length of '(?P<limit>\d+)'"),
    ("no-length", r"'length'\] .*length of '(?P<length>\d+)'.*length of '(?P<limit>\d+)'"),
    ("enumeration", r"'enumeration'\] .*is not an element of the set \{(?P<known>.*)\}"),
    ("pattern", r"'pattern'\] .*is not accepted by the pattern '(?P<pattern>.*)'\.$"),
    ("minimum", r"'minInclusive'\] .*'(?P<limit>[^']*)'\)?\.$"),
    ("above", r"'minExclusive'\] .*'(?P<limit>[^']*)'\)?\.$"),
    ("maximum", r"'maxInclusive'\] .*'(?P<limit>[^']*)'\)?\.$"),
    ("below", r"'maxExclusive'\] .*'(?P<limit>[^']*)'\)?\.$"),
    ("digits", r"'totalDigits'\] .*\('(?P<limit>\d+)'\)"),
    ("fraction", r"'fractionDigits'\] .*\('(?P<limit>\d+)'\)"),
    ("type", r"is not a valid value of the (?:\w+ )*type '(?P<type>[^']*)'"),
    ("missing", r"Missing child element\(s\)\. Expected is (?:one of )?\( (?P<expected>.*) \)\."),
    ("unexpected", r"This element is not expected\."),
    ("attribute-missing", r"The attribute '(?P<attribute>[^']*)' is required but missing\."),
)
_COMPILED = tuple((name, re.compile(pattern, re.DOTALL)) for name, pattern in PATTERNS)
_KEPT = 250  #: characters at each end of a message; what is between is mostly a value
_NAMESPACE = re.compile(r"(?<!\\[pP])\{(?![\d,]*\})[^{}]*\}")  # a pattern has braces, too: {2,5} and \p{L}


def recognised(message: str) -> Message:
    """Recognise a message; one that nobody knows has the name `other` and is quoted."""
    plain = shortened(message)
    for name, pattern in _COMPILED:
        if found := pattern.search(plain):
            facts = {key: value for key, value in found.groupdict().items() if value is not None}
            if "reference" in facts:
                facts["number"] = facts.pop("reference")
            return Message(name=name, facts=facts)
    return Message(name="other", facts={"message": _NAMESPACE.sub("", plain)})


def shortened(message: str) -> str:
    """Leave out the middle of a message that is too long to be read."""
    plain = message.strip()
    return plain if len(plain) <= 2 * _KEPT else f"{plain[:_KEPT]} … {plain[-_KEPT:]}"


def names_in(listed: str) -> list[str]:
    """Take a list of names apart as libxml2 writes it, without their namespaces: `{urn:x}a, {urn:x}b`."""
    return _NAMESPACE.sub("", listed).split(", ")


def values_in(listed: str) -> list[str]:
    """Take a list of values apart as libxml2 writes it: `'a', 'b'`."""
    return listed.strip("'").split("', '")
