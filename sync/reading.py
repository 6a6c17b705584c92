"""Read and gate an XML, and choose the mappings that it is for, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from sync.config import Route
from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.gates import xml
from sync.mapping.choosing import none_applies, none_for_root
from sync.mapping.store import Mapping
from sync.mapping.validation import validate
from sync.model import PdfNeed
from sync.round import Round


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A transfer to be: the route, and the one mapping on it that this document is for."""

    route: Route
    mapping: Mapping
    named: tuple[str, ...] = ()  #: PDFs that the XML names

    @property
    def skipped(self) -> bool:
        """Whether the mapping says that it is not carried."""
        return self.mapping.skip is not None

    @property
    def need(self) -> PdfNeed:
        """How its PDFs are found; a route may only ask for more than the mapping, and what is skipped needs none."""
        if self.skipped:
            return PdfNeed.NONE
        if self.route.pdf == "required" and self.mapping.pdf in (PdfNeed.NONE, PdfNeed.OPTIONAL):
            return PdfNeed.REQUIRED
        return self.mapping.pdf


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What a look into an XML gave: findings that reject it, or the transfers it makes."""

    sha256: str
    tree: etree._ElementTree | None = None
    drafts: tuple[Draft, ...] = ()
    findings: tuple[Finding, ...] = ()
    along: tuple[str, ...] = ()  #: PDFs that a wrong one names as far as it can be read
    undecided: bool = False  #: on a route no mapping takes it, and it may be for one that is missing (docs/adr/0006)

    @property
    def looks_cut_off(self) -> bool:
        """Whether somebody may still be writing it."""
        return any(finding.code in (Code.XML_CUT_OFF, Code.XML_EMPTY) for finding in self.findings)

    @property
    def needs(self) -> set[PdfNeed]:
        """How its PDFs are found, over all transfers."""
        return {draft.need for draft in self.drafts}

    @property
    def named(self) -> tuple[str, ...]:
        """The PDFs that it names, over all transfers that need them."""
        return tuple(dict.fromkeys(name for draft in self.drafts if not draft.skipped for name in draft.named))

    @property
    def companions(self) -> tuple[str, ...]:
        """The PDFs that are named by what is not carried: they go along, if they are there."""
        return tuple(dict.fromkeys(name for draft in self.drafts if draft.skipped for name in draft.named))


def examine(data: bytes, round_: Round, *, file: str) -> Examined:
    """Gate an XML, validate it and choose its mappings; *file* is its name as messages call it."""
    digest = hashlib.sha256(data).hexdigest()
    tree, asked = None, {}
    try:
        prolog = xml.inspect(data, round_.limits, file=file)
        candidates = {route.name: _candidates(round_, route, prolog.root) for route in round_.routes.values()}
        if not any(candidates.values()):
            raise PairRejected([none_for_root(prolog.root, _roots(round_), file)])
        tree = xml.parse(prolog)
        asked = {mapping.name: mapping for found in candidates.values() for mapping in found}
        valid = _valid(tree, asked, file)
        drafts = [
            draft
            for route in round_.routes.values()
            for draft in _drafts(tree, route, [one for one in candidates[route.name] if one.name in valid], file)
        ]
        if not drafts:
            subjects = {name: mapping.subject for name, mapping in asked.items() if name in valid}
            raise PairRejected([none_applies(tree, subjects, file)])
    except PairRejected as rejected:
        unmapped = any(finding.code is Code.MAPPING_NONE for finding in rejected.findings)
        along = () if tree is None else _along(tree, asked.values(), file)
        undecided = unmapped and _lacking(round_, ())
        return Examined(sha256=digest, findings=rejected.findings, along=along, undecided=undecided)
    return Examined(sha256=digest, tree=tree, drafts=tuple(drafts), undecided=_lacking(round_, drafts))


def _along(tree: etree._ElementTree, candidates: Iterable[Mapping], file: str) -> tuple[str, ...]:
    """Give the PDFs that a well-formed XML names for any of these mappings, wrong as it is."""
    found: list[str] = []
    for mapping in candidates:
        with suppress(PairRejected):  # of these names nothing can be said
            found += mapping.pdf_names(tree, file=file)
    return tuple(dict.fromkeys(found))


def _roots(round_: Round) -> Iterator[str]:
    """Give the roots that the mappings of these routes are for."""
    for route in round_.routes.values():
        yield from (round_.mappings.mappings[name].root for name in _usable(round_, route))


def _usable(round_: Round, route: Route) -> list[str]:
    return sorted(round_.mappings.chosen(route.mappings) & round_.mappings.mappings.keys())


def _lacking(round_: Round, drafts: Iterable[Draft]) -> bool:
    """Tell whether on a route that these are not for a mapping is missing."""
    taken = {draft.route.name for draft in drafts}
    return any(round_.mappings.lacks(route.mappings) for name, route in round_.routes.items() if name not in taken)


def _candidates(round_: Round, route: Route, root: str) -> list[Mapping]:
    return round_.mappings.for_root(root, round_.mappings.chosen(route.mappings))


def _valid(tree: etree._ElementTree, candidates: dict[str, Mapping], file: str) -> set[str]:
    """Tell which mappings' source schemas the document satisfies; mostly they share one.

    Raises PairRejected with what is wrong by the first schema if it satisfies none.
    """
    findings: dict[str, list[Finding]] = {}
    for mapping in candidates.values():
        if mapping.source.digest not in findings:
            findings[mapping.source.digest] = validate(tree, mapping.source, file=file)
    if all(findings.values()):
        raise PairRejected(next(iter(findings.values())))
    return {name for name, mapping in candidates.items() if not findings[mapping.source.digest]}


def _drafts(tree: etree._ElementTree, route: Route, candidates: Iterable[Mapping], file: str) -> list[Draft]:
    applying = [mapping for mapping in candidates if mapping.applies(tree)]
    if len(applying) > 1:
        found = ", ".join(mapping.name for mapping in applying)
        raise PairRejected([Finding(code=Code.MAPPING_SEVERAL, file=file, details={"names": found})])
    return [Draft(route=route, mapping=one, named=_named(one, tree, file)) for one in applying]


def _named(mapping: Mapping, tree: etree._ElementTree, file: str) -> tuple[str, ...]:
    """Give the PDFs that a document names; raises PairRejected unless it is not carried anyway."""
    try:
        return mapping.pdf_names(tree, file=file)
    except PairRejected:
        if mapping.skip is None:
            raise
        return ()
