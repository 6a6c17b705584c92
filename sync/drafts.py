"""Which transfers a document makes: on each route one by the mapping that takes it, or one for each of its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass, replace

from lxml import etree

from sync.config import Route
from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.mapping.choosing import none_applies
from sync.mapping.lists import Item, RecordPath, find_records
from sync.mapping.store import Mapping
from sync.mapping.validation.records import Validated, validate_records
from sync.model import PdfNeed


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A transfer to be: the route, and the one mapping on it that this document is for."""

    route: Route
    mapping: Mapping
    named: tuple[str, ...] = ()  #: PDFs that the XML names
    item: Item | None = None  #: the record of a list; None: the document as a whole
    findings: tuple[Finding, ...] = ()  #: why the record is rejected, before anything is read of it

    @property
    def record(self) -> int:
        """Which record of its list it is; 0: it is no list's."""
        return self.item.position if self.item else 0

    @property
    def skipped(self) -> bool:
        """Whether the mapping says that it is not carried."""
        return self.mapping.skip is not None

    @property
    def need(self) -> PdfNeed:
        """How its PDFs are found; a route may only ask for more than the mapping, and what is skipped needs none."""
        if self.skipped or self.findings:
            return PdfNeed.NONE
        if self.item:  # it has no stem of its own
            return self.mapping.pdf
        if self.route.pdf == "required" and self.mapping.pdf in (PdfNeed.NONE, PdfNeed.OPTIONAL):
            return PdfNeed.REQUIRED
        return self.mapping.pdf


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A document, the mappings for its root, and what is wrong with it by their schemas; mostly they share one."""

    tree: etree._ElementTree
    file: str  #: as messages call it
    routes: Named[str, Route]
    candidates: Named[str, Sequence[Mapping]]  #: by route; routes without any are left out
    items: Sequence[Item]  #: all records that any of them is for, in the order of the document
    of: Named[RecordPath, frozenset[int]]  #: which of them stand where a mapping looks, by position
    valid: Named[str, Validated]  #: by the digest of a schema

    @classmethod
    def at(
        cls, tree: etree._ElementTree, candidates: Named[str, Sequence[Mapping]], routes: Named[str, Route], file: str
    ) -> Look:
        """Validate a document; raises PairRejected with what is wrong by the first schema if it satisfies none."""
        asked = list({one.name: one for found in candidates.values() for one in found}.values())
        lists = find_records(tree, [one.records for one in asked if one.records])
        _refuse_nested(lists, asked, file)
        items = sorted((item for one in lists.values() for item in one.items), key=lambda item: item.position)
        valid = {}
        for one in asked:
            if one.source.digest not in valid:
                valid[one.source.digest] = validate_records(tree, items, one.source, file=file)
        if all(one.header for one in valid.values()):
            raise PairRejected(next(iter(valid.values())).header)
        of = {path: frozenset(item.position for item in one.items) for path, one in lists.items()}
        return cls(tree=tree, file=file, routes=routes, candidates=candidates, items=items, of=of, valid=valid)

    def drafts(self) -> tuple[Draft, ...]:
        """Choose the mappings; raises PairRejected where none is for the document, or several on one route are."""
        whole = [draft for route in self.candidates for draft in self._whole(route)]
        taken = {draft.route.name for draft in whole}
        splitting = {
            route: splits
            for route, found in self.candidates.items()
            if route not in taken and (splits := [one for one in found if one.records])
        }
        records = [draft for item in self.items for draft in self._of_record(item, splitting)] if splitting else []
        if not whole and not records and not self._empty(splitting):
            raise PairRejected(self._nothing_for_it())
        return (*whole, *records)

    def _empty(self, splitting: Named[str, Sequence[Mapping]]) -> bool:
        """Tell whether it is a list without any records: then there is nothing to do, and nothing is wrong."""
        return not self.items and any(not self._wrong(one) for found in splitting.values() for one in found)

    # --- the document as a whole --------------------------------------------------------------------------------------

    def _whole(self, route: str) -> list[Draft]:
        """Give the transfer of the whole document; a mapping that takes it so goes before those that split it."""
        wholes = [one for one in self.candidates[route] if not one.records]
        valid = [one for one in wholes if not self._wrong(one)]
        applying = [one for one in valid if one.applies(self.tree)]
        if len(applying) > 1:
            raise PairRejected([self._several(applying)])
        return [Draft(route=self.routes[route], mapping=one, named=self._named(one)) for one in applying]

    def _wrong(self, mapping: Mapping) -> tuple[Finding, ...]:
        validated = self.valid[mapping.source.digest]
        return validated.header or tuple(one for theirs in validated.records.values() for one in theirs)

    def _nothing_for_it(self) -> Sequence[Finding]:
        """Say why no mapping takes the document: it satisfies no schema, or no condition holds."""
        asked = {one.name: one for found in self.candidates.values() for one in found}
        wrong = [self._wrong(one) for one in asked.values()]
        if all(wrong):
            return wrong[0]
        subjects = {name: one.subject for name, one in asked.items() if not self._wrong(one)}
        return [none_applies(self.tree, subjects, self.file)]

    # --- records ------------------------------------------------------------------------------------------------------

    def _of_record(self, item: Item, candidates: Named[str, Sequence[Mapping]]) -> Iterator[Draft]:
        """Give the transfers of a record, at least one: it is rejected where no mapping is for it."""
        drafts = [draft for route, found in candidates.items() for draft in self._on_route(item, route, found)]
        if drafts:
            yield from drafts
            return
        for route, found in candidates.items():
            if theirs := [one for one in found if item.position in self.of[one.records]]:
                yield Draft(route=self.routes[route], mapping=theirs[0], item=item, findings=self._none(item, theirs))
                return

    def _on_route(self, item: Item, route: str, candidates: Sequence[Mapping]) -> Iterator[Draft]:
        theirs = [one for one in candidates if item.position in self.of[one.records]]
        applying = [one for one in theirs if not self._wrong_record(one, item) and one.applies(self.tree, item)]
        if not applying:
            return
        draft = Draft(route=self.routes[route], mapping=applying[0], item=item)
        if len(applying) > 1:
            several = replace(self._several(applying), path=item.path, line=item.node.sourceline)
            yield replace(draft, findings=(several,))
            return
        try:
            yield replace(draft, named=self._named(applying[0], item))
        except PairRejected as rejected:
            yield replace(draft, findings=tuple(rejected.findings))

    def _wrong_record(self, mapping: Mapping, item: Item) -> tuple[Finding, ...]:
        validated = self.valid[mapping.source.digest]
        return validated.header or validated.records.get(item.position, ())

    def _none(self, item: Item, candidates: Sequence[Mapping]) -> tuple[Finding, ...]:
        wrong = [self._wrong_record(one, item) for one in candidates]
        if all(wrong):
            return wrong[0]
        subjects = {one.name: one.subject for one, why in zip(candidates, wrong, strict=True) if not why}
        return (none_applies(self.tree, subjects, self.file, item),)

    # --- both ---------------------------------------------------------------------------------------------------------

    def _several(self, applying: Sequence[Mapping]) -> Finding:
        found = ", ".join(mapping.name for mapping in applying)
        return Finding(code=Code.MAPPING_SEVERAL, file=self.file, details={"names": found})

    def _named(self, mapping: Mapping, item: Item | None = None) -> tuple[str, ...]:
        """Give the PDFs that are named; raises PairRejected unless it is not carried anyway."""
        try:
            return mapping.pdf_names(self.tree, item, file=self.file)
        except PairRejected:
            if mapping.skip is None:
                raise
            return ()


def _refuse_nested(paths: Named[RecordPath, object], mappings: Sequence[Mapping], file: str) -> None:
    """Refuse records that are in others: each would be carried twice."""
    for path in paths:
        within = [one for one in paths if len(one) > len(path) and one[: len(path)] == path]
        if within:
            found = ", ".join(one.name for one in mappings if one.records in (path, *within))
            raise PairRejected([Finding(code=Code.MAPPING_SEVERAL, file=file, details={"names": found})])
