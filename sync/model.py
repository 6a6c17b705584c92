"""The facts that every part of pairsync speaks of; nothing here reads or writes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from sync.findings import Finding


class Role(StrEnum):
    """What a file is in its source."""

    XML = "xml"  #: the metadata
    PDF = "pdf"  #: a document that goes with it
    DONE = "done"  #: the exporter's word that the others are complete


class SourceState(StrEnum):
    """Where a source stands."""

    WAITING = "waiting"  #: half of it is missing, or it still changes
    CLAIMING = "claiming"  #: the claim is recorded; its files may or may not have been moved yet
    CLAIMED = "claimed"  #: ours, in the work folder, until all its transfers are final
    RELEASED = "released"  #: a claim undone: put back
    FINISHED = "finished"  #: all its transfers are final
    REJECTED = "rejected"  #: wrong as a whole; trying again cannot help


class TransferState(StrEnum):
    """Where one record of a source stands on its route."""

    CLAIMED = "claimed"  #: being read, checked and converted
    DEFERRED = "deferred"  #: something else goes first
    COMMITTED = "committed"  #: staged and durable; will be published
    DELIVERED = "delivered"  #: published
    DUPLICATE = "duplicate"  #: the latest delivery of this object already says the same
    SUPERSEDED = "superseded"  #: something newer was delivered, or came while this one was deferred
    SKIPPED = "skipped"  #: a mapping says that it is not carried
    REJECTED = "rejected"  #: it is wrong; trying again cannot help

    @property
    def final(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self not in (TransferState.CLAIMED, TransferState.DEFERRED, TransferState.COMMITTED)


class Flag(StrEnum):
    """What is worth knowing about a delivery."""

    POSSIBLE_DUPLICATE = "possible_duplicate"  #: delivered again after a power cut or a lost ledger
    UNVERIFIED = "unverified"  #: a file was gone from stage and import folder after a crash: taken by whom?
    UNSYNCED = "unsynced"  #: published, but the folder could not be flushed afterwards


class Action(StrEnum):
    """What a delivery means for the target, as far as the ledger knows the object ($action)."""

    CREATE = "create"
    UPDATE = "update"
    REVISE = "revise"
    WITHDRAW = "withdraw"


class PdfNeed(StrEnum):
    """How a mapping finds the PDFs that belong to an XML."""

    NONE = "none"  #: no PDF
    REQUIRED = "required"  #: one of the same stem, always
    OPTIONAL = "optional"  #: one of the same stem, if it comes in time
    NAMED = "named"  #: the XML names them


class Place(StrEnum):
    """The parts of an export folder in which originals lie."""

    INBOX = ""
    ERROR = "error"
    PROCESSED = "processed"  #: with a folder for each day


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One file of a source."""

    role: Role
    name: str  #: as in the folder; bytes that are not UTF-8 as surrogates
    identity: str  #: opaque: equal means the same file, unchanged; the folder gives it
    size: int  #: bytes
    sha256: str = ""  #: hexadecimal, once it was read
    observed: float = 0.0  #: when this identity was first seen, by our own clock: seconds since 1970
    archive_name: str = ""  #: its name in `processed/…` or `error/`


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What is known of one PDF of a pair; `$documents` lists them and the `$pdf_…` variables speak of the only one."""

    name: str  #: as delivered
    source_name: str  #: as dropped
    sha256: str  #: hexadecimal
    size: int  #: bytes
    pages: int
    date: str = ""  #: the PDF's own creation date as xs:dateTime, empty where it has none


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectFacts:
    """What a mapping's object block says a transfer is about."""

    kind: str
    number: str
    revision: str = ""  #: as written; empty where the mapping names none
    revision_key: str = ""  #: compares as text in the mapping's order (`order letters` …)
    changed: str = ""  #: UTC, xs:dateTime; empty where the mapping names none
    title: str = ""
    status: str = ""
    customer: str = ""


class Asked(NamedTuple):
    """A question of `number-of`: which number has an object in another system?"""

    kind: str
    number: str
    system: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Variables:
    """What a mapping knows besides the document; `facts.ini` of a golden case sets it too."""

    pair: str = ""  #: the stem
    route: str = ""
    received: str = ""  #: when the source was claimed: UTC, xs:dateTime
    link: str = ""
    target_number: str = ""  #: the object's number in the target's system, where the ledger knows it
    action: Action = Action.CREATE
    documents: tuple[Document, ...] = field(default_factory=tuple)
    numbers: Mapping[Asked, str] = field(default_factory=dict)  #: what the ledger knows of what was asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What is, or will be, claimed together: one XML, its PDFs, a done file."""

    id: str  #: 12 characters, in the order of time
    folder: str  #: the export folder
    key: str  #: the pair key: NFC and casefold of the stem
    stem: str  #: as dropped
    state: SourceState
    parts: tuple[Part, ...]  #: the XML first
    first_seen: float  #: seconds since 1970
    reason: str = ""  #: why it waits, or was released or rejected as a whole
    attempt: int = 0
    claimed_at: float = 0.0
    archive: str = ""  #: where the originals go or are: "processed/2026-11-23" or "error"
    archived: bool = False  #: they are there
    purged: bool = False  #: they were, and were removed after the configured days
    sheet: str = ""  #: stem of the error sheets in error/
    origin: str = ""  #: the source whose corrected file this one is
    wanted: str = ""  #: "retry" or "force" while such a wish is being carried out
    findings: tuple[Finding, ...] = ()  #: what is wrong with it as a whole

    @property
    def xml(self) -> Part | None:
        """Its XML, if it has one."""
        return next((part for part in self.parts if part.role is Role.XML), None)

    @property
    def pdfs(self) -> tuple[Part, ...]:
        """Its PDFs."""
        return tuple(part for part in self.parts if part.role is Role.PDF)

    @property
    def in_error(self) -> bool:
        """Whether its originals were put into error/, and not removed since."""
        return self._kept and self.archive == Place.ERROR

    @property
    def in_processed(self) -> bool:
        """Whether its originals were put into processed/, and not removed since."""
        return self._kept and self.archive.startswith(Place.PROCESSED)

    @property
    def _kept(self) -> bool:
        return self.archived and not self.purged


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredFile:
    """A file of a transfer, staged or published."""

    role: Role
    stage_name: str  #: empty: it lay in the import folder already
    name: str  #: in the import folder
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """One record of a source on its way along one route."""

    id: str  #: the source's, a hyphen, and a number from 1
    source_id: str
    route: str
    record: int = 0  #: which record of a list it is, from 1; 0: the source is no list
    target: str  #: the import folder
    mapping: str
    mapping_digest: str
    state: TransferState
    facts: ObjectFacts | None = None  #: None: it could not be read
    action: Action = Action.CREATE
    reason: str = ""  #: why it is deferred, superseded or rejected; while it is committed: "stolen" from the stage
    attempt: int = 0
    says: str = ""  #: digest of what the document says
    files: tuple[DeliveredFile, ...] = ()
    flags: frozenset[Flag] = frozenset()
    findings: tuple[Finding, ...] = ()
    wanted: str = ""  #: "retry", "resend" or "force" while such a wish is being carried out
    boot: str = ""  #: the boot in which it was committed
    first_seen: float = 0.0  #: of its source
    delivered_at: float | None = None

    def staged_as(self, position: int) -> str:
        """Give a file's name on the stage; another attempt has others, so that what failed is never opened again."""
        return f"{self.id}.{self.attempt}.{position}"


class WaitReason(StrEnum):
    """Why a source waits; a detail may follow it after a blank (a file's name)."""

    CHANGING = "changing"  #: not yet looked at twice with the same result
    INCOMPLETE = "incomplete"  #: looks cut off and is young: somebody may still be writing
    LOCKED = "locked"  #: somebody holds it open, or it may not be read for now
    REFUSED = "refused"  #: no regular file: a link, a device, a folder
    XML_MISSING = "xml-missing"  #: a PDF without the XML that speaks of it
    PDF_MISSING = "pdf-missing"
    PDF_TAKEN = "pdf-taken"  #: another source took the PDF that it names
    MAPPING_WRONG = "mapping-wrong"  #: no mapping is for it, but one is missing or could not be loaded
    TARGET_DOWN = "target-down"  #: its import folder cannot be reached or is full
    PAUSED = "paused"  #: all routes that it is for are paused, or not those that were asked for
    MISTAKE = "mistake"  #: pairsync itself could not deal with it; the log says more
    DONE_MISSING = "done-missing"  #: the exporter has not said yet that it is complete


class DeferReason(StrEnum):
    """Why a transfer is deferred."""

    ORDER = "order"  #: an earlier one of the same object goes first
    NAME = "name"  #: our own earlier delivery still occupies its name in the import folder
    WRITER = "writer"  #: somebody still writes to the original


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one run did with one source or transfer: a line of its report."""

    state: str  #: of the source or transfer
    source_id: str
    pair: str  #: the stem, escaped
    folder: str
    route: str = ""
    record: int = 0  #: which record of a list it is
    number: str = ""  #: of its object
    together: int = 0  #: how many records of that list are tried
    reason: str = ""
    names: tuple[str, ...] = ()  #: as delivered
    flags: tuple[Flag, ...] = ()
    sheet: str = ""  #: path of the error sheet
    findings: tuple[Finding, ...] = ()
