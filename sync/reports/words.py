"""Findings, states and reasons in a person's words, from the catalogues in `texts/`."""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any, Literal

from sync.errors import nearest
from sync.findings import Code, Finding
from sync.folders.base import ClaimAnswer
from sync.model import DeferReason, Flag, Role, SourceState, TransferState, WaitReason
from sync.reports import messages

UNKNOWN = "—"
LANGUAGES = ("de", "en")
#: The part of a catalogue that has the words for an enum.
TABLES: Mapping[type[StrEnum], str] = {
    SourceState: "state",
    TransferState: "state",
    WaitReason: "wait",
    DeferReason: "defer",
    ClaimAnswer: "release",
    Flag: "flag",
    Role: "role",
}
#: Details whose values have words of their own, and the part of the catalogue that has them.
DETAIL_VALUES = {
    "relation": "relation",
    "kind": "kind",
    "type": "type",
    "format": "format",
    "looks_like": "format",
    "order": "order",
    "why": "why",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: Codes all of whose details are counts: 1.000.000.
_COUNTS = frozenset({Code.XML_TOO_MANY_TAGS, Code.PDF_TOO_MANY_PAGES, Code.PDF_TRAILING, Code.SCHEMA_ONLY_FIRST})
#: Codes that are about the name of a field, not about its value.
_WRONG_NAMES = frozenset({Code.SCHEMA_UNEXPECTED, Code.SCHEMA_ATTRIBUTE_UNEXPECTED})
_LONGEST = 300  #: characters of a value that a sentence can hold
_LISTED = 8  #: names or values that a sentence can hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a sentence: the catalogue's own words, or what stands for a placeholder."""

    text: str
    placeholder: str = ""


@functools.cache
def words(language: str) -> Words:
    """Give the words of a language, `de` or `en`."""
    text = resources.files("sync.reports.texts").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, tomllib.loads(text))


class Words:
    """One language's catalogue; what a finding lacks is written as a dash, nothing here fails for it."""

    def __init__(self, language: str, catalogue: Mapping[str, Any]) -> None:
        self.language = language
        self.catalogue = catalogue

    # --- findings -----------------------------------------------------------------------------------------------------

    def what(self, finding: Finding) -> str:
        """Say what is wrong."""
        return _joined(self.pieces(finding, "what"))

    def do(self, finding: Finding) -> str:
        """Say what to do about it."""
        return _joined(self.pieces(finding, "do"))

    def pieces(self, finding: Finding, key: Literal["what", "do"]) -> tuple[Piece, ...]:
        """Say the one or the other, with the finding's own facts kept apart from the words around them."""
        return _filled(self.catalogue["code"][finding.code][key], self._facts(finding))

    def allowed(self, finding: Finding) -> str:
        """Say what the list of the allowed values is."""
        return str(self.catalogue["code"][finding.code].get("allowed") or self.sheet("allowed"))

    def suggestion(self, finding: Finding) -> str:
        """Give the allowed value that was probably meant; empty where none is near."""
        wrong = (finding.field if finding.code in _WRONG_NAMES else finding.value) or ""
        # Of codes and numbers the next one is another, not one that was meant.
        is_word = len(wrong) <= _LONGEST and any(character.isalpha() for character in wrong)
        return nearest(wrong.strip(), finding.allowed) if is_word else ""

    def _facts(self, finding: Finding) -> dict[str, str]:
        facts = {name: self._detail(finding.code, name, text) for name, text in finding.details.items() if text}
        value = finding.value or ""
        facts |= {"value": value if len(value) <= _LONGEST else value[:_LONGEST] + "…"}
        facts |= {"file": finding.file, "field": self._either(finding.field)}
        facts |= {"line": "" if finding.line is None else str(finding.line)}
        return facts

    def _detail(self, code: Code, name: str, text: str) -> str:
        if name == "parser":
            return self.parser(text)
        if name == "root":
            namespace, _, local = text.removeprefix("{").rpartition("}")
            return f"{local} ({namespace})" if namespace else local
        if name == "element":
            return self._either(text)
        if code is Code.TOO_LARGE and text.isdecimal():
            return self._bytes(int(text))
        if code in _COUNTS and text.isdecimal():
            return self.count(int(text))
        return self._value(DETAIL_VALUES[name], text) if name in DETAIL_VALUES else text

    def _value(self, table: str, text: str) -> str:
        return str(self.catalogue["values"][table].get(text, text))

    def _either(self, names: str) -> str:
        """Write alternatives, which findings put between bars."""
        return names.replace(" | ", f" {self.sheet('or')} ")

    def count(self, number: int) -> str:
        """Write a count: 1.000.000."""
        return f"{number:,}".replace(",", self.sheet("group"))

    def _bytes(self, size: int) -> str:
        # Rounded up, so that what is too large by a byte does not look as large as the limit.
        tenths = math.ceil(size / 100_000)
        whole, tenth = divmod(tenths, 10)
        grouped = f"{whole:,}".replace(",", self.sheet("group"))
        return f"{grouped}{self.sheet('decimal')}{tenth} MB" if tenth else f"{grouped} MB"

    def parser(self, text: str) -> str:
        """Say in a sentence what a checking program reported."""
        message = messages.recognised(text)
        facts = dict(message.facts)
        if "type" in facts:
            facts["type"] = self._value("type", facts["type"].removeprefix("xs:"))
        if "expected" in facts:
            facts["expected"] = self._list(messages.names_in(facts["expected"]))
        if "known" in facts:
            facts["known"] = self._list(messages.values_in(facts["known"]))
        return _joined(_filled(self.catalogue["parser"][message.name], facts))

    def _list(self, items: list[str]) -> str:
        if len(items) > _LISTED:
            return ", ".join(items[:_LISTED]) + " …"
        return f" {self.sheet('or')} ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)

    # --- states and reasons -------------------------------------------------------------------------------------------

    def state(self, state: str) -> str:
        """Give the word for a state of a source or transfer."""
        return self._word("state", state)

    def wait(self, reason: str) -> str:
        """Say why a source waits or was released; *reason* is `Source.reason`: a word, and a detail after a blank."""
        return self._sentence(("wait", "release"), *_reason(reason))

    def defer(self, reason: str) -> str:
        """Say why a transfer is deferred."""
        return self._sentence(("defer",), *_reason(reason))

    def word(self, member: StrEnum) -> str:
        """Give the word for a state, reason, flag or role."""
        return self._word(TABLES[type(member)], member)

    def sentence(self, member: StrEnum, detail: str = "") -> str:
        """Say a state, reason, flag or role in a sentence."""
        return self._sentence((TABLES[type(member)],), member, detail)

    def _word(self, table: str, name: str) -> str:
        known: Mapping[str, Any] = self.catalogue[table]
        return str(known[name]["word"]) if name in known else name

    def _sentence(self, tables: Iterable[str], name: str, detail: str) -> str:
        for table in tables:
            if name in self.catalogue[table]:
                return _joined(_filled(self.catalogue[table][name]["sentence"], {"detail": detail}))
        return f"{name} {detail}".strip()

    # --- the sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, name: str, /, **facts: str) -> str:
        """Give a phrase of the error sheet."""
        return _joined(self.sheet_pieces(name, **facts))

    def sheet_pieces(self, name: str, /, **facts: str) -> tuple[Piece, ...]:
        """Give a phrase of the error sheet, its facts kept apart."""
        return _filled(self.catalogue["sheet"][name], facts)

    # --- the note -----------------------------------------------------------------------------------------------------

    def note_pieces(self, name: str, /, **facts: str) -> tuple[Piece, ...]:
        """Give a sentence of a note, its facts kept apart."""
        return _filled(self.catalogue["note"][name], facts)


def placeholders(template: str) -> set[str]:
    """Name the placeholders of a template."""
    return set(_PLACEHOLDER.findall(template))


def versions(template: str | list[str]) -> list[str]:
    """Give the versions of a text: the first for which everything is known is taken, else the last."""
    return [template] if isinstance(template, str) else template


def _filled(template: str | list[str], facts: Mapping[str, str]) -> tuple[Piece, ...]:
    known = {name for name, text in facts.items() if text}
    candidates = versions(template)
    chosen = next((one for one in candidates if placeholders(one) <= known), candidates[-1])
    # Split by the one group, every second part is a placeholder's name.
    parts = _PLACEHOLDER.split(chosen)
    return tuple(
        Piece(text=facts.get(part) or UNKNOWN, placeholder=part) if position % 2 else Piece(text=part)
        for position, part in enumerate(parts)
        if part
    )


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _reason(text: str) -> tuple[str, str]:
    name, _, detail = text.partition(" ")
    return name, detail
