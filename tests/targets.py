"""Small targets of mappings, for the tests of what is written into every construct of a schema."""

from __future__ import annotations

from collections.abc import Mapping as Named
from pathlib import Path

from tests.workshop import HEAD, SCHEMA, akte, convert, mapping, problems, text

#: A document with two positions and one part.
TWO = akte('<Position nr="a"><Text>x</Text><Teil nr="p"/></Position><Position nr="b"><Text>y</Text></Position>')


def target(content: str, more: str = "", attributes: str = "", head: str = "") -> str:
    """Give a schema whose Document holds *content*; *more* stands beside it."""
    document = f'<xs:element name="Document"><xs:complexType>{content}{attributes}</xs:complexType></xs:element>'
    return f'{SCHEMA}targetNamespace="urn:t" xmlns="urn:t" {head}>{document}{more}</xs:schema>'


def leaf(name: str, more: str = "", kind: str = "xs:string") -> str:
    """Declare an element with a text."""
    return f'<xs:element name="{name}" type="{kind}" {more}/>'


def holder(name: str, content: str, more: str = "") -> str:
    """Declare an element with others below it."""
    return f'<xs:element name="{name}" {more}><xs:complexType>{content}</xs:complexType></xs:element>'


def sequence(*particles: str, more: str = "") -> str:
    """Declare a sequence."""
    return f"<xs:sequence {more}>{''.join(particles)}</xs:sequence>"


def choice(*particles: str, more: str = "") -> str:
    """Declare a choice."""
    return f"<xs:choice {more}>{''.join(particles)}</xs:choice>"


def produced(folder: Path, schema: str, rules: str, source: object = None, **more: object) -> str:
    """Convert a document by these rules; what comes out is valid, and given without its root and namespace."""
    whole = text(convert(mapping(folder, rules, target=schema, **more), source or TWO))  # type: ignore[arg-type]
    return whole.removeprefix("<Document>").removesuffix("</Document>")


def wrong(folder: Path, schema: str, rules: str, files: Named[str, str] | None = None) -> list[tuple[int, str, str]]:
    """Give what is wrong with these rules: line (the first rule's is 1), what, and what to do."""
    before = HEAD.count("\n")
    found = problems(folder, rules, target=schema, files=files or {})
    return [((one.line or 0) - before, one.what, one.suggestion) for one in found]
