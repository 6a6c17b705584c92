"""A batch of everything, and what must hold of it after any fault."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from sync.ledger import wishes
from sync.ledger.database import Ledger, sqlite_url
from sync.ledger.wishes import Wish
from sync.model import SourceState, TransferState
from tests import samples
from tests.installation import TO_ERP, Installation

#: A second route for projects: the first one is no reason to wait for it, nor it for the first.
ERP = f"{TO_ERP}mappings = crm-project*"
#: The PDM exports its PDFs into a folder below its XMLs, the CRM wants them in one beside its own.
SETTINGS = {"more": ERP, "pdm_export": "documents = documents", "crm_import": "documents = outbox/crm-documents"}
DOCUMENTS = {"outbox/crm": "outbox/crm-documents"}

#: What must arrive, by import folder: each exactly so often, whatever happened.
EXPECTED = {
    "outbox/pdm": [
        *("P-1.xml", "ANF-1.xml", "ANF-1.pdf", "ANF-2.xml", "ANF-2.pdf", "ANF-2-neu.xml", "ANF-2-neu.pdf"),
        *("belegt.xml", "belegt.pdf", "belegt.xml", "belegt.pdf"),
        *("gesendet.xml", "gesendet.pdf", "berichtigt.xml", "berichtigt.pdf"),
        *("kunden_200001.xml", "kunden_200003.xml"),
    ],
    "outbox/erp": ["P-1.xml"],
    "outbox/crm": ["TA-1.xml", "blatt.pdf", "mass.pdf"],
}
REJECTED = {
    "crm": {"kaputt.xml", "falsch.xml", "falsch.pdf", "kunden.xml"},
    "pdm": {"TA-2.xml", "eins.pdf", "zwei.pdf"},
}
SHEETS = {"crm": {"kaputt", "falsch", "kunden"}, "pdm": {"TA-2"}}
WAITING = {"halb.pdf"}
#: What becomes of the transfers; what is rejected as a source, "falsch" and "kaputt", never has one.
TRANSFERS = {TransferState.DELIVERED: 12, TransferState.DUPLICATE: 1, TransferState.REJECTED: 2}


def prepare(root: Path) -> Installation:
    """Make an installation with a past: what is asked for again, corrected, doubled, or not taken by its importer."""
    for folder in ("outbox/erp", "outbox/crm-documents", "inbox/pdm/documents"):
        (root / folder).mkdir(parents=True)
    here = Installation(root, SETTINGS)
    _inquiry(here, "gesendet", "ANF-2026-0010")
    _inquiry(here, "berichtigt", "ANF-2026-0011", StatusCode="falsch")
    _inquiry(here, "belegt", "ANF-2026-0012")
    here.run()
    for name in ("gesendet.xml", "gesendet.pdf"):
        (root / "outbox/pdm" / name).unlink()
    (root / "inbox/crm/error/berichtigt.xml").write_bytes(samples.inquiry("ANF-2026-0011"))
    rejected = next(source for source in here.sources() if source.stem == "berichtigt")
    sent = next(source for source in here.sources() if source.stem == "gesendet")
    for wish in (["retry", rejected.id], ["resend", sent.id]):
        asked = here.typed(*wish)
        assert asked.returncode == 0, asked.stderr
    return here


def copy(past: Path, root: Path) -> Installation:
    """Give a copy of a prepared installation, as from a backup."""
    shutil.copytree(past, root, dirs_exist_ok=True)
    return Installation(root, SETTINGS)


def drop(here: Installation) -> Counter[str]:
    """Drop good, wrong, doubled, superseding and half pairs on all routes; give the hashes of all originals."""
    here.put("crm", "P-1.xml", samples.project("P-2026-001"))
    _inquiry(here, "ANF-1", "ANF-2026-0001")
    _inquiry(here, "ANF-2", "ANF-2026-0002", index="A")
    _inquiry(here, "ANF-2-neu", "ANF-2026-0002", index="B")
    _inquiry(here, "doppelt", "ANF-2026-0012", content="belegt")
    _inquiry(here, "belegt", "ANF-2026-0013")
    _inquiry(here, "falsch", "ANF-2026-0003", StatusCode="falsch")
    # A list: what is wrong with the second customer is no reason to hold up the others.
    here.put("crm", "kunden.xml", samples.customers({"200001": "DE", "200002": "IS", "200003": "AT"}))
    here.put("crm", "kaputt.xml", b"<Project><oops></Project>")
    here.put("crm", "halb.pdf", samples.pdf("halb"))
    _quotation(here, "TA-1", ("blatt.pdf", "mass.pdf"))
    _quotation(here, "TA-2", ("eins.pdf", "zwei.pdf"))
    here.put("pdm", "documents/zwei.pdf", b"kein PDF")
    return _originals(here)


def _inquiry(here: Installation, stem: str, number: str, *, content: str = "", **fields: str) -> None:
    here.put("crm", f"{stem}.xml", samples.inquiry(number, **fields))
    here.put("crm", f"{stem}.pdf", samples.pdf(content or stem))


def _quotation(here: Installation, number: str, pdfs: tuple[str, ...]) -> None:
    here.put("pdm", f"{number}.xml", samples.quotation(number, pdfs=pdfs))
    for name in pdfs:
        here.put("pdm", f"documents/{name}", samples.pdf(name))


def _originals(here: Installation) -> Counter[str]:
    """Count what lies in inboxes and archives, by its content and the first part of its name."""
    found = (path for side in ("crm", "pdm") for path in (here.root / "inbox" / side).rglob("*.*"))
    files = [path for path in found if path.is_file() and ".pairsync" not in path.parts and ".error." not in path.name]
    # In the archive an id may follow the name, where there was one of that name before.
    return Counter(f"{re.split('[~.]', path.name)[0]}{path.suffix} {_hash(path)}" for path in files)


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
            pdf = self.here.root / DOCUMENTS.get(folder, folder) / name
            if not pdf.exists():
                self.complaints.append(f"{folder}/{xml.name} was visible before {name}")
            elif _hash(pdf) != digest:
                self.complaints.append(f"{folder}/{name} is not what {xml.name} says")
            else:
                pdf.unlink()
                self.taken.append(f"{folder}/{name}")
        xml.unlink()
        self.taken.append(f"{folder}/{xml.name}")


def complaints(here: Installation, importer: Importer, originals: Counter[str]) -> list[str]:
    """Say every promise that is broken now that a run has ended without a fault."""
    found = list(importer.complaints)
    expected = sorted(f"{folder}/{name}" for folder, names in EXPECTED.items() for name in names)
    if sorted(importer.taken) != expected:
        found.append(f"delivered {sorted(importer.taken)}, expected {expected}")
    found += [
        f"left in an import folder: {name}"
        for folder in (*EXPECTED, *DOCUMENTS.values())
        for name in here.names(folder)
    ]
    kept = _originals(here)
    found += [f"original lost: {name}" for name in originals - kept]
    found += [f"not an original, or doubled: {name}" for name in kept - originals]
    found += [complaint for side in REJECTED for complaint in _rejected(here, side)]
    inboxes = {folder: here.inbox(folder) for folder in ("crm", "pdm", "pdm/documents")}
    if {name for listed in inboxes.values() for name in listed} != WAITING:
        found.append(f"the inboxes hold {inboxes}")
    found += [f"residue: {name}" for name in here.hidden()]
    return found + _ledger(here)


def _rejected(here: Installation, side: str) -> list[str]:
    found = []
    in_error = {*here.names(f"inbox/{side}/error")}
    sheets = {name for name in in_error if ".error." in name}
    if in_error - sheets != REJECTED[side]:
        found.append(f"{side}/error/ holds {sorted(in_error - sheets)}")
    if sheets != {f"{stem}.error.{kind}" for stem in SHEETS[side] for kind in ("html", "json")}:
        found.append(f"the sheets in {side}/error/ are {sorted(sheets)}")
    return found


def _ledger(here: Installation) -> list[str]:
    found = [
        f"source {source.stem} is {source.state}"
        for source in here.sources()
        if source.state in (SourceState.CLAIMING, SourceState.CLAIMED)
        or (source.state not in (SourceState.WAITING, SourceState.RELEASED) and not source.archived)
    ]
    by_state = Counter(transfer.state for transfer in here.transfers())
    if by_state != TRANSFERS:
        found.append(f"transfers are {by_state}")
    if wished := _wished(here):
        found.append(f"still wished for: {wished}")
    return found


def _wished(here: Installation) -> list[Wish]:
    with closing(Ledger.open(sqlite_url(here.settings.general.ledger))) as ledger, ledger.read() as connection:
        return wishes.pending(connection)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
