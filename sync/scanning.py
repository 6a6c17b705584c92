"""Scan an export folder and pair its files: names first, a look only at candidates, nothing touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sync import names
from sync.errors import FileUnavailable, PairsyncError
from sync.findings import Finding
from sync.folders import fitness, pairing
from sync.folders.base import Entry, Kind
from sync.folders.pairing import Group
from sync.gates.pdf import looks_cut_off_pdf
from sync.ledger import sources as ledger_sources
from sync.model import Part, PdfNeed, Role, Source, SourceState, WaitReason
from sync.reading import Examined, examine
from sync.round import Round, now

#: What looks cut off is waiting, not wrong, while it was last seen to change less than so many seconds ago.
YOUNG = 60.0
#: What one scan finds was seen one after the other, so many seconds apart.
_APART = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A source all of whose parts are there and quiet, to be claimed."""

    source: Source
    examined: Examined | None  #: None: it is wrong before its XML is read


class _NotYet(Exception):  # a turn of the way, not an error
    """A group is not ready."""

    def __init__(self, reason: WaitReason, detail: str = "") -> None:
        self.reason = f"{reason} {names.escape(detail)}".strip()


class _Wrong(Exception):
    """A group is wrong before its XML is read."""

    def __init__(self, finding: Finding, *parts: Part) -> None:
        self.finding, self.parts = finding, parts


class _Late(Exception):  # a turn of the way, not an error
    """An XML is wrong; its turn comes after the good ones, which may name the same PDFs."""

    def __init__(self, examined: Examined) -> None:
        self.examined = examined


@dataclass(kw_only=True)
class Scan:
    """One look at the whole inbox; `ready` gives what can be claimed, the rest is known once it is exhausted."""

    round: Round
    known: Mapping[str, Source]  #: what waited when we last looked, by pair key
    waiting: list[Source] = field(default_factory=list)
    offered: set[str] = field(default_factory=set)  #: ids of what `ready` gave

    def __post_init__(self) -> None:
        """List the folder and look at the candidates."""
        self.at = now()
        self._names = pairing.group(self.round.folder.names())
        self._entries = self.round.folder.look(self._candidates())
        self._seen = {part.name: part for source in self.known.values() for part in source.parts}
        self._first_seen = self._arrivals()
        self._taken: set[str] = set()
        self._late: list[tuple[Group, Examined]] = []

    def ready(self) -> Iterator[Ready]:
        """Give what is complete and quiet, what was seen first coming first; raises FolderUnavailable."""
        for name in self._names.strange:
            yield from self._consider(Group(key=names.fold(name), xmls=(name,)))
        groups = sorted(self._names.groups.values(), key=self._age)
        for group in (group for group in groups if group.xmls):
            yield from self._consider(group)
        for group, wrong in self._late:
            yield from self._consider(group, wrong)
        for group in (group for group in groups if not group.xmls):
            self._half(group)
        self._say_who_took()

    def gone(self) -> list[str]:
        """Give the ids of what waited and is not there any more, once `ready` is exhausted."""
        still = {source.id for source in self.waiting} | self.offered
        return [source.id for source in self.known.values() if source.id not in still]

    def _candidates(self) -> Iterable[str]:
        """Names to look at: every XML, and where there is one, the PDFs that it might name."""
        xmls = [name for group in self._names.groups.values() for name in group.xmls]
        pdfs = [name for found in self._names.pdfs.values() for name in found] if xmls else []
        return [*self._names.strange, *xmls, *pdfs]

    def _arrivals(self) -> dict[str, float]:
        """Tell since when each group is there; of those that one scan finds, the one with the older file came first.

        Where `changed` is equal, that decides which of two exports of an object is delivered last, and stays.
        """
        new = sorted((self._modified(group), key) for key, group in self._names.groups.items() if key not in self.known)
        found = {key: self.at + position * _APART for position, (_, key) in enumerate(new)}
        # Not in the future, should our clock have been set back: a PDF would be waited for until then.
        return found | {key: min(source.first_seen, self.at) for key, source in self.known.items()}

    def _modified(self, group: Group) -> float:
        return max((self._entries[name].modified for name in group.xmls if name in self._entries), default=0.0)

    def _age(self, group: Group) -> float:
        return self._first_seen.get(group.key, self.at)

    def _consider(self, group: Group, wrong: Examined | None = None) -> Iterator[Ready]:
        parts: tuple[Part, ...] = tuple(
            self._part(names.role(name) or Role.XML, name) for name in group.xmls if name in self._entries
        )
        if not parts:
            return  # it vanished between the listing and the look
        try:
            examined, parts = self._complete(group, parts, wrong)
        except _Late as late:
            self._late.append((group, late.examined))
        except _NotYet as waits:
            parts += tuple(self._part(Role.PDF, name) for name in group.pdfs if name in self._entries)
            self.waiting.append(self._source(group, parts, reason=waits.reason))
        except _Wrong as refused:
            source = dataclasses.replace(self._source(group, refused.parts), findings=(refused.finding,))
            yield self._offer(Ready(source=source, examined=None))
        else:
            yield self._offer(Ready(source=self._source(group, parts), examined=examined))

    def _offer(self, ready: Ready) -> Ready:
        self._taken.update(part.name for part in ready.source.parts)
        self.offered.add(ready.source.id)
        return ready

    def _complete(
        self, group: Group, xmls: tuple[Part, ...], wrong: Examined | None
    ) -> tuple[Examined, tuple[Part, ...]]:
        """Give what the group's XML says, *wrong* if it is, and all its parts; raises _NotYet, _Wrong or _Late."""
        done = self._done(group.xmls[0]) if xmls[0].role is Role.XML else ()  # a PDF alone has none: its name is wrong
        for part in xmls:
            self._still(part, done)
        left = [name for name in group.pdfs if self._regular(name) and name not in self._taken]
        companions = tuple(self._part(Role.PDF, name) for name in left)
        if len(xmls) > 1:
            raise _Wrong(fitness.ambiguous(group.xmls), *xmls, *companions, *done)
        if not names.is_utf8(xmls[0].name):
            raise _Wrong(fitness.not_utf8(xmls[0].name), *xmls, *done)
        self._sound(xmls[0], self.round.export.max_xml, *xmls, *companions, *done)
        examined = wrong or self._examine(xmls[0])
        if examined.findings:
            if wrong is None:
                raise _Late(examined)
            # What is wrong goes to error/ as a pair, so that the person who mends it finds all of it.
            pdfs = tuple(dict.fromkeys((*companions, *self._along(examined))))
            for part in pdfs:
                self._still(part, done)
        else:
            pdfs = self._pdfs(group, xmls[0], examined, done)
        return examined, (*xmls, *pdfs, *done)

    def _along(self, wrong: Examined) -> Iterator[Part]:
        """Give the PDFs that a wrong XML names, as far as they are there and nobody else's."""
        named = [name for wanted in wrong.along for name in self._names.pdfs.get(names.fold(wanted), ())]
        yield from (self._part(Role.PDF, name) for name in named if self._regular(name) and name not in self._taken)

    def _examine(self, xml: Part) -> Examined:
        try:
            data = self.round.folder.read(xml.name, self.round.export.max_xml)
        except FileUnavailable as error:
            self.round.trouble(error)
            raise _NotYet(WaitReason.LOCKED) from error
        try:
            examined = examine(data, self.round, file=names.escape(xml.name))
        except PairsyncError:
            raise
        except Exception as error:
            self.round.mistakes.append(error)  # ours; it stops no other pair
            raise _NotYet(WaitReason.MISTAKE) from error
        if examined.looks_cut_off and self._young(xml):
            raise _NotYet(WaitReason.INCOMPLETE)
        if examined.undecided:
            raise _NotYet(WaitReason.MAPPING_WRONG)
        return examined

    def _pdfs(self, group: Group, xml: Part, examined: Examined, done: tuple[Part, ...]) -> tuple[Part, ...]:
        """Find the PDFs that belong to the XML, by its stem or by the names in it."""
        found = self._companions(group, examined)
        if examined.needs & {PdfNeed.REQUIRED, PdfNeed.OPTIONAL}:
            found += self._by_stem(group, xml, examined, done)
        for name in examined.named:
            candidates = self._names.pdfs.get(names.fold(name), ())
            if not candidates:
                raise _NotYet(WaitReason.PDF_MISSING, name)
            found.append(self._only(candidates, xml, *done))
        parts = tuple(self._part(Role.PDF, name) for name in dict.fromkeys(found))
        for part in parts:
            if part.name not in self._entries:  # it vanished between the listing and the look
                raise _NotYet(WaitReason.PDF_MISSING, part.name)
            if part.name in self._taken:
                raise _NotYet(WaitReason.PDF_TAKEN, part.name)
            self._still(part, done)
        for part in parts:
            self._sound(part, self.round.export.max_pdf, xml, *parts, *done)
            # Its end is read however old it is: what may not be read stays where it is.
            if self._cut_off(part) and self._young(part):
                raise _NotYet(WaitReason.INCOMPLETE, part.name)
        return parts

    def _companions(self, group: Group, examined: Examined) -> list[str]:
        """Give the PDFs that go along with what is not carried; nobody waits for them."""
        if not any(draft.skipped for draft in examined.drafts):
            return []
        named = [name for wanted in examined.companions for name in self._names.pdfs.get(names.fold(wanted), ())]
        alone = () if examined.needs - {PdfNeed.NONE} else group.pdfs
        return [name for name in (*alone, *named) if self._regular(name) and name not in self._taken]

    def _by_stem(self, group: Group, xml: Part, examined: Examined, done: tuple[Part, ...]) -> list[str]:
        wanted = f"{names.split(xml.name).stem}.pdf"
        if group.pdfs:
            return [self._only(group.pdfs, xml, *done)]
        if PdfNeed.REQUIRED in examined.needs:
            raise _NotYet(WaitReason.PDF_MISSING, wanted)
        if not done and self.at - self._age(group) < self.round.export.optional_wait:
            raise _NotYet(WaitReason.PDF_MISSING, wanted)
        return []

    def _only(self, candidates: tuple[str, ...], *together: Part) -> str:
        if len(candidates) > 1:
            pdfs = [self._part(Role.PDF, name) for name in candidates if self._regular(name)]
            raise _Wrong(fitness.ambiguous(candidates), *together, *pdfs)
        return candidates[0]

    def _done(self, xml: str) -> tuple[Part, ...]:
        """Give the done file as a part, where the folder has such and it is there; raises _NotYet while it is not."""
        if self.round.export.done_file is None:
            return ()
        wanted = names.fold(pairing.done_name(self.round.export.done_file, xml))
        present = self._names.others.get(wanted, ())
        entries = self.round.folder.look(present)
        if not any(entry.kind is Kind.FILE for entry in entries.values()):
            raise _NotYet(WaitReason.DONE_MISSING, pairing.done_name(self.round.export.done_file, xml))
        return tuple(self._of(Role.DONE, entry) for entry in entries.values() if entry.kind is Kind.FILE)

    def _still(self, part: Part, done: tuple[Part, ...]) -> None:
        """Raise _NotYet unless this is a regular file that is quiet, or that a done file vouches for."""
        if part.name in self._entries and self._entries[part.name].kind is Kind.UNKNOWN:
            self.round.trouble(FileUnavailable(f"{names.escape(part.name)}: cannot be looked at"))
            raise _NotYet(WaitReason.LOCKED, part.name)
        if not self._regular(part.name):
            raise _NotYet(WaitReason.REFUSED, part.name)
        if not done and not 0 <= self.round.export.quiet <= self.at - part.observed:
            raise _NotYet(WaitReason.CHANGING)

    def _regular(self, name: str) -> bool:
        return name in self._entries and self._entries[name].kind is Kind.FILE

    def _sound(self, part: Part, limit: int, *together: Part) -> None:
        for finding in fitness.unfit(self._entries[part.name], limit):
            raise _Wrong(finding, *together)

    def _cut_off(self, part: Part) -> bool:
        try:
            return looks_cut_off_pdf(*self.round.folder.ends(part.name))
        except FileUnavailable as error:
            self.round.trouble(error)
            raise _NotYet(WaitReason.LOCKED, part.name) from error

    def _young(self, part: Part) -> bool:
        return self.at - part.observed < YOUNG

    def _half(self, group: Group) -> None:
        """Keep a PDF without an XML in mind; nothing has to be looked at for that."""
        left = [name for name in group.pdfs if name not in self._taken]
        if left:
            parts = tuple(self._part(Role.PDF, name) for name in left)
            self.waiting.append(self._source(group, parts, reason=WaitReason.XML_MISSING))

    def _say_who_took(self) -> None:
        """Say of PDFs that are missing which source took them, where one did."""
        missing = {source.id: _missing(source) for source in self.waiting}
        if not any(missing.values()):
            return
        with self.round.ledger.read() as connection:
            takers = ledger_sources.took(connection, self.round.folder.name, filter(None, missing.values()))
        self.waiting = [_taken(source, takers.get(missing[source.id], "")) for source in self.waiting]

    def _part(self, role: Role, name: str) -> Part:
        entry = self._entries.get(name)
        return (
            self._of(role, entry) if entry else self._seen.get(name) or Part(role=role, name=name, identity="", size=0)
        )

    def _of(self, role: Role, entry: Entry) -> Part:
        """Make a part of what the look gave, observed since it was first seen like this."""
        seen = self._seen.get(entry.name)
        same = seen is not None and seen.identity == entry.identity and 0 < seen.observed <= self.at
        observed = seen.observed if seen is not None and same else self.at
        return Part(role=role, name=entry.name, identity=entry.identity, size=entry.size, observed=observed)

    def _source(self, group: Group, parts: tuple[Part, ...], reason: str = "") -> Source:
        known = self.known.get(group.key)
        return Source(
            id=known.id if known else ledger_sources.new_id(),
            folder=self.round.folder.name,
            key=group.key,
            stem=names.split(parts[0].name).stem,
            state=SourceState.WAITING,
            reason=reason,
            parts=parts,
            first_seen=self._age(group),
        )


def _missing(source: Source) -> str:
    """Give the name of the PDF that a source waits for; empty: it waits for something else."""
    reason, _, name = source.reason.partition(" ")
    return names.base(names.unescape(name)) if reason == WaitReason.PDF_MISSING else ""


def _taken(source: Source, taker: str) -> Source:
    if not taker:
        return source
    reason = f"{WaitReason.PDF_TAKEN} {names.escape(_missing(source))} {taker}"
    return dataclasses.replace(source, reason=reason)
