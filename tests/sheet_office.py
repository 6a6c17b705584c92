"""An export folder and a ledger in which sources are rejected, and their sheets as people and programs read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import html

from sync import names
from sync.config import Folder, load
from sync.findings import Code, Finding
from sync.folders.base import ExportFolder
from sync.folders.local_export import LocalExportFolder
from sync.ledger import sources, transfers
from sync.ledger.database import Ledger, sqlite_url
from sync.model import ObjectFacts, Part, Role, Source, SourceState, Transfer, TransferState
from sync.reports import sheets

CONFIG = """
[folder pdm-export]
system = pdm
url = inbox
[folder crm-import]
system = crm
url = outbox
[route pdm-to-crm]
from = pdm-export
to = crm-import
"""
UNTERLAGE = """<?xml version="1.0" encoding="{encoding}"?>
<Unterlage>
  <Nummer>TA-4720</Nummer>
  <Benennung>Förderer für Ä & Söhne</Benennung>
  <Freigabestand>Freigegben</Freigabestand>
  <Datei name="a.pdf"/>
</Unterlage>
""".replace(" & ", " &amp; ")
MISSPELT = Finding(
    code=Code.SCHEMA_ENUMERATION,
    file="TA-4720.xml",
    line=5,
    field="Freigabestand",
    path="/Unterlage/Freigabestand",
    value="Freigegben",
    allowed=("in Arbeit", "in Prüfung", "freigegeben"),
)
NASTY = "<script>alert(1)</script>\"'&\u202e\u200b\x07\x00"


@dataclass(frozen=True, kw_only=True)
class Office:
    """A real export folder and a real ledger, and what is written about a source in them."""

    export: Folder
    folder: ExportFolder
    ledger: Ledger
    language: str = "de"

    def write(
        self,
        findings: Sequence[Finding],
        *,
        content: bytes = UNTERLAGE.format(encoding="UTF-8").encode(),
        place: str = "work/{id}",
        transfers_: Sequence[Transfer] = (),
        name: str = "TA-4720.xml",
        sha256: str | None = None,
        pdf: str = "",
    ) -> Sheets:
        """Reject a source whose XML lies at *place*; give what its sheets say."""
        digest = hashlib.sha256(content).hexdigest() if sha256 is None else sha256
        parts = [part(Role.XML, name, digest), *([part(Role.PDF, pdf, "")] if pdf else [])]
        source = source_of(parts, findings)
        path = self.folder.path(place.format(id=source.id), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with self.ledger.begin() as tx:
            sources.save(tx, [source])
            transfers.save(tx, [replace(one, id=f"{source.id}-{number}", source_id=source.id)
                                for number, one in enumerate(transfers_, start=1)])  # fmt: skip
        return Sheets(source, sheets.render(self, source))


class Sheets:
    """What `render` gave, read as a browser and a program would."""

    def __init__(self, source: Source, rendered: Sequence[tuple[str, bytes]]) -> None:
        (self.html_name, html_bytes), (self.json_name, json_bytes) = rendered
        self.source = source
        self.html = html_bytes.decode("utf-8")
        self.tree = html.document_fromstring(html_bytes, parser=html.HTMLParser(encoding="utf-8"))
        self.json = json.loads(json_bytes)

    @property
    def text(self) -> str:
        return " ".join(self.tree.find("body").text_content().split())

    @property
    def listed(self) -> list[str]:
        """The allowed values, in their order."""
        return [item.text_content() for one in self.tree.find_class("allowed") for item in one.iter("li")]

    def excerpt(self, number: int = 0) -> list[tuple[str, str]]:
        """The numbered lines of the excerpt of one finding."""
        table = self.tree.findall(".//table")[number]
        return [tuple(cell.text_content() for cell in row.findall("td")) for row in table.iter("tr")]

    @property
    def marked(self) -> list[str]:
        return [mark.text_content() for mark in self.tree.iter("mark")]


def part(role: Role, name: str, sha256: str) -> Part:
    archive_name = names.printable(name)
    return Part(role=role, name=name, identity="1:2:3", size=1, sha256=sha256, archive_name=archive_name)


def source_of(parts: Sequence[Part], findings: Sequence[Finding]) -> Source:
    return Source(
        id=sources.new_id(),
        folder="pdm-export",
        key="ta-4720",
        stem=names.split(parts[0].name).stem,
        state=SourceState.REJECTED,
        parts=tuple(parts),
        first_seen=1.0,
        claimed_at=1_795_456_834.0,
        archive="error",
        sheet=sheets.stem(parts[0].archive_name),
        findings=tuple(findings),
    )


def transfer(findings: Sequence[Finding], state: TransferState = TransferState.REJECTED, route: str = "pdm-to-crm"):
    return Transfer(
        id="",
        source_id="",
        route=route,
        target="crm-import",
        mapping="pdm-technical-quotation-to-crm-document",
        mapping_digest="0",
        state=state,
        facts=ObjectFacts(kind="document", number="TA-4720", revision="A", title="Förderer"),
        findings=tuple(findings),
    )


def opened(path: Path, config: str = CONFIG) -> Office:
    (path / "config.ini").write_text(config)
    source = load(path / "config.ini").folders["pdm-export"]
    folder = LocalExportFolder(
        source.name, source.path, hidden=source.work, processed=source.processed, error=source.error
    )
    return Office(export=source, folder=folder, ledger=Ledger.open(sqlite_url(path / "ledger.sqlite")))
