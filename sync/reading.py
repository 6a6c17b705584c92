"""Read and gate an XML, and choose the mappings that it is for, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from sync.config import Route
from sync.drafts import Draft, Look
from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.gates import xml
from sync.mapping.choosing import none_for_root
from sync.mapping.lists import find_records
from sync.mapping.store import Mapping
from sync.model import PdfNeed
from sync.round import Round


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What a look into an XML gave: findings that reject it, or the transfers it makes."""

    sha256: str
    tree: etree._ElementTree | None = None
    drafts: tuple[Draft, ...] = ()
    findings: tuple[Finding, ...] = ()
    records: int = 0  #: of a list
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
    tree, asked = None, list[Mapping]()
    try:
        prolog = xml.inspect(data, round_.limits, file=file)
        candidates = {name: _candidates(round_, route, prolog.root) for name, route in round_.routes.items()}
        if not any(candidates.values()):
            raise PairRejected([none_for_root(prolog.root, _roots(round_), file)])
        tree = xml.parse(prolog)
        asked = list({one.name: one for found in candidates.values() for one in found}.values())
        look = Look.at(tree, {name: found for name, found in candidates.items() if found}, round_.routes, file)
        drafts = look.drafts()
    except PairRejected as rejected:
        unmapped = any(finding.code is Code.MAPPING_NONE for finding in rejected.findings)
        along = () if tree is None else _along(tree, asked, file)
        undecided = unmapped and _lacking(round_, ())
        return Examined(sha256=digest, findings=rejected.findings, along=along, undecided=undecided)
    unmapped = any(finding.code is Code.MAPPING_NONE for draft in drafts for finding in draft.findings)
    undecided = _lacking(round_, () if unmapped else drafts)
    return Examined(sha256=digest, tree=tree, drafts=drafts, records=len(look.items), undecided=undecided)


def _along(tree: etree._ElementTree, candidates: Sequence[Mapping], file: str) -> tuple[str, ...]:
    """Give the PDFs that a well-formed XML names for any of these mappings, wrong as it is."""
    found: list[str] = []
    lists = find_records(tree, [one.records for one in candidates if one.records])
    for mapping in candidates:
        for item in lists[mapping.records].items if mapping.records else (None,):
            with suppress(PairRejected):  # of these names nothing can be said
                found += mapping.pdf_names(tree, item, file=file)
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
