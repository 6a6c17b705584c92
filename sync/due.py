"""What a claimed source still has to give: each transfer that is not final or committed yet, and nothing else.

Of a list, all are entered into the ledger before the first one goes, so that whatever stops a run, the next one goes on
with what is left, and no record overtakes an earlier one of its object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from sync import names
from sync.drafts import Draft
from sync.findings import Code, Finding
from sync.ledger import transfers
from sync.ledger.transfers import Key, Known
from sync.model import Flag, Part, PdfNeed, Source, Transfer, TransferState
from sync.reading import Examined
from sync.round import Round

#: What `Source.reason` says of a source whose row the ledger had lost.
ADOPTED = "adopted"
_TOGETHER = 1_000  #: transfers that are made before they are entered


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A transfer to be made."""

    id: str
    source: Source
    draft: Draft
    tree: etree._ElementTree
    pdfs: tuple[Part, ...]  #: in the order in which the XML names them
    fresh: bool  #: it was not begun yet


def due(round_: Round, source: Source, seen: Examined, known: Mapping[Key, Known]) -> list[Due]:
    """List what is to be made of a source; *known* is what the ledger has of it."""
    by_name = {names.fold(names.base(part.name)): part for part in source.pdfs}
    found: list[Due] = []
    for draft in seen.drafts:
        before = known.get((draft.route.name, draft.record))
        if before is None and known and draft.item:  # of a list all that there is was entered
            continue
        if before is None or _goes(round_, before):
            id_ = before.id if before else f"{source.id}-{len(known) + len(found) + 1}"
            pdfs = tuple(_pdfs(source, draft, by_name))
            fresh = before is None
            found.append(Due(id=id_, source=source, draft=draft, tree=seen.tree, pdfs=pdfs, fresh=fresh))
    return found


def _goes(round_: Round, known: Known) -> bool:
    """Tell whether it is tried now; one that is deferred goes when its turn has come, not with the others."""
    if known.state is TransferState.DEFERRED:
        return known.id in round_.trying
    return known.state is TransferState.CLAIMED


def _pdfs(source: Source, draft: Draft, by_name: Mapping[str, Part]) -> Iterable[Part]:
    if draft.need is PdfNeed.NAMED:
        return [by_name[name] for name in dict.fromkeys(map(names.fold, draft.named)) if name in by_name]
    by_stem = [part for part in source.pdfs if names.fold(names.split(part.name).stem) == source.key]
    return [] if draft.need is PdfNeed.NONE else by_stem


def exchanged(source: Source, seen: Examined, known: Mapping[Key, Known]) -> tuple[Finding, ...]:
    """Say that a list of which a part is carried already has other records now: which one is which, nobody knows."""
    before = max((record for _, record in known), default=0)
    if not before or seen.findings or source.xml is None:
        return ()
    began = any(one.state.final for one in known.values())
    other = source.xml.sha256 not in ("", seen.sha256) and not source.wanted
    if seen.records == before and not (began and other):
        return ()
    details = {"before": str(before), "now": str(seen.records)}
    return (Finding(code=Code.RECORDS_CHANGED, file=names.escape(source.xml.name), details=details),)


def transfer(one: Due, before: Transfer | None = None) -> Transfer:
    """Begin a transfer, or begin it again."""
    source, draft = one.source, one.draft
    fresh = Transfer(
        id=one.id,
        source_id=source.id,
        route=draft.route.name,
        record=draft.record,
        target=draft.route.target,
        mapping=draft.mapping.name,
        mapping_digest=draft.mapping.digest,
        state=TransferState.CLAIMED,
        attempt=source.attempt,
        first_seen=source.first_seen,
        flags=frozenset({Flag.POSSIBLE_DUPLICATE} if source.reason == ADOPTED else ()),
    )
    if before is None:
        return replace(fresh, wanted=source.wanted)
    return replace(fresh, wanted=before.wanted, flags=fresh.flags | before.flags)


def enter(round_: Round, found: Sequence[Due]) -> None:
    """Enter the records of lists into the ledger, with what they are about, in one transaction for each list."""
    by_source: dict[str, list[Due]] = defaultdict(list)
    for one in found:
        if one.fresh and one.draft.item:
            by_source[one.source.id].append(one)
    for theirs in by_source.values():
        with round_.ledger.begin() as tx:
            for some in _some(theirs):
                transfers.save(tx, [_entered(one) for one in some])


def _some(found: Sequence[Due]) -> Iterator[Sequence[Due]]:
    for start in range(0, len(found), _TOGETHER):
        yield found[start : start + _TOGETHER]


def _entered(one: Due) -> Transfer:
    if one.draft.findings:
        return transfer(one)
    facts, _ = one.draft.mapping.read_object(one.tree, one.draft.item)
    return replace(transfer(one), facts=facts)
