"""A batch of everything, and what must hold of it after any fault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from sync.model import SourceState, TransferState
from tests import samples
from tests.installation import Installation

#: What must arrive, by import folder: each exactly once, whatever happened.
EXPECTED = {
    "outbox/pdm": {"P-1.xml", "ANF-1.xml", "ANF-1.pdf", "ANF-2.xml", "ANF-2.pdf", "ANF-2-neu.xml", "ANF-2-neu.pdf"},
    "outbox/crm": {"TA-1.xml", "blatt.pdf", "mass.pdf"},
}
REJECTED = {"kaputt.xml", "falsch.xml", "falsch.pdf"}
WAITING = {"halb.pdf"}


def drop(here: Installation) -> dict[str, str]:
    """Drop good, wrong, superseding and half pairs on both routes; give the hashes of all originals."""
    here.put("crm", "P-1.xml", samples.project("P-2026-001"))
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001"))
    here.put("crm", "ANF-1.pdf", samples.pdf("eins"))
    here.put("crm", "ANF-2.xml", samples.inquiry("ANF-2026-0002", index="A"))
    here.put("crm", "ANF-2.pdf", samples.pdf("zwei"))
    here.put("crm", "ANF-2-neu.xml", samples.inquiry("ANF-2026-0002", index="B"))
    here.put("crm", "ANF-2-neu.pdf", samples.pdf("zwei, neu", pages=2))
    here.put("crm", "kaputt.xml", b"<Project><oops></Project>")
    here.put("crm", "falsch.xml", samples.inquiry("ANF-2026-0003", StatusCode="falsch"))
    here.put("crm", "falsch.pdf", samples.pdf("falsch"))
    here.put("crm", "halb.pdf", samples.pdf("halb"))
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=("blatt.pdf", "mass.pdf")))
    here.put("pdm", "blatt.pdf", samples.pdf("Datenblatt"))
    here.put("pdm", "mass.pdf", samples.pdf("Maßblatt"))
    return {path.name: _hash(path) for side in ("crm", "pdm") for path in (here.root / "inbox" / side).glob("*.*")}


@dataclass
class Importer:
    """Takes everything the instant it appears, as the promises allow, and remembers what it took."""

    here: Installation
    taken: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def take(self) -> None:
        """Take all pairs that are visible now; a visible XML whose PDFs are not there is a broken promise."""
        for folder in EXPECTED:
            path = self.here.root / folder
            for xml in sorted(path.glob("*.xml")):
                self._take_pair(path, folder, xml)

    def _take_pair(self, path: Path, folder: str, xml: Path) -> None:
        tree = etree.parse(xml)
        promised = zip(
            tree.xpath("//*[local-name()='Datei' or local-name()='File']/*[local-name()='Name']/text()"),
            tree.xpath("//*[local-name()='Pruefsumme' or local-name()='Sha256']/text()"),
            strict=True,
        )
        for name, digest in promised:
            if not (path / name).exists():
                self.complaints.append(f"{folder}/{xml.name} was visible before {name}")
            elif _hash(path / name) != digest:
                self.complaints.append(f"{folder}/{name} is not what {xml.name} says")
            else:
                (path / name).unlink()
                self.taken.append(f"{folder}/{name}")
        xml.unlink()
        self.taken.append(f"{folder}/{xml.name}")


def complaints(here: Installation, importer: Importer, originals: dict[str, str]) -> list[str]:
    """Say every promise that is broken now that a run has ended without a fault."""
    found = list(importer.complaints)
    expected = sorted(f"{folder}/{name}" for folder, names in EXPECTED.items() for name in names)
    if sorted(importer.taken) != expected:
        found.append(f"delivered {sorted(importer.taken)}, expected {expected}")
    found += [f"left in an import folder: {name}" for folder in EXPECTED for name in here.names(folder)]
    kept: dict[str, list[str]] = {}
    for side in ("crm", "pdm"):
        for path in (here.root / "inbox" / side).rglob("*.*"):
            if path.is_file() and ".pairsync" not in path.parts and ".error." not in path.name:
                kept.setdefault(path.name, []).append(_hash(path))
    found += [f"original {name}: {kept.get(name)}" for name, digest in originals.items() if kept.get(name) != [digest]]
    found += [f"not an original: {name}" for name in kept if name not in originals]
    in_error = {name for name in here.names("inbox/crm/error") if ".error." not in name}
    if in_error != REJECTED:
        found.append(f"error/ holds {sorted(in_error)}")
    sheets = {name for name in here.names("inbox/crm/error") if ".error." in name}
    if sheets != {f"{stem}.error.{kind}" for stem in ("kaputt", "falsch") for kind in ("html", "json")}:
        found.append(f"the sheets are {sorted(sheets)}")
    if {*here.inbox("crm"), *here.inbox("pdm")} != WAITING:
        found.append(f"the inboxes hold {here.inbox('crm')} {here.inbox('pdm')}")
    found += [f"residue: {name}" for name in here.hidden()]
    return found + _ledger(here)


def _ledger(here: Installation) -> list[str]:
    found = [
        f"source {source.stem} is {source.state}"
        for source in here.sources()
        if source.state in (SourceState.CLAIMING, SourceState.CLAIMED)
        or (source.state not in (SourceState.WAITING, SourceState.RELEASED) and not source.archived)
    ]
    by_state = sorted(transfer.state for transfer in here.transfers())
    # Five deliveries; "falsch" and "kaputt" are rejected as sources, before there is a transfer.
    if by_state != [TransferState.DELIVERED] * 5:
        found.append(f"transfers are {by_state}")
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
