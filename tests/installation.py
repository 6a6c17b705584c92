"""An installation of two systems in an empty folder, for tests: real folders, the shipped mappings, real runs."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from sync.cli import main
from sync.config import Settings, load
from sync.engine import embedded
from sync.findings import Code
from sync.ledger import sources, transfers, wishes
from sync.ledger.database import Ledger, sqlite_url
from sync.ledger.wishes import What
from sync.model import Outcome, Source, Transfer
from tests import samples

REPOSITORY = Path(__file__).resolve().parent.parent

CONFIG = """\
[pairsync]
mappings = {mappings}
{general}
[folder crm-export]
system = crm
url = inbox/crm
quiet = {quiet}
{crm_export}
[folder pdm-import]
system = pdm
url = outbox/pdm
output-encoding = ISO-8859-1
{pdm_import}
[folder pdm-export]
system = pdm
url = inbox/pdm
quiet = 0s
{pdm_export}
[folder crm-import]
system = crm
url = outbox/crm
{crm_import}
[route crm-to-pdm]
from = crm-export
to = pdm-import
{crm_to_pdm}
[route pdm-to-crm]
from = pdm-export
to = crm-import
{pdm_to_crm}
[link pdm-document]
url = https://pdm.example.com/documents/{{number}}/{{revision}}
[link pdm-article]
url = https://pdm.example.com/parts/{{number}}/{{revision}}
[link pdm-project]
url = https://pdm.example.com/projects/{{number}}
[link pdm-complaint]
url = https://pdm.example.com/complaints/{{number}}
{more}
"""


#: A third system, into which a second route leads from the CRM's export folder.
TO_ERP = """
[folder erp-import]
system = erp
url = outbox/erp
output-encoding = ISO-8859-1
[route crm-to-erp]
from = crm-export
to = erp-import
"""
#: A third system that exports into the PDM, too.
FROM_ERP = """
[folder erp-export]
system = erp
url = inbox/erp
quiet = 0s
[route erp-to-pdm]
from = erp-export
to = pdm-import
"""


@dataclass
class Installation:
    """One installation; keys of `more` are sections of CONFIG that get further lines."""

    root: Path
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("inbox/crm", "inbox/pdm", "outbox/pdm", "outbox/crm"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.configure(**self.more)

    def configure(self, **more: str) -> None:
        """Write config.ini with further lines in some of its sections; *quiet* is the CRM's export folder's."""
        names = ["general", "crm_export", "pdm_import", "pdm_export", "crm_import", "crm_to_pdm", "pdm_to_crm", "more"]
        values = dict.fromkeys(names, "") | {"mappings": str(REPOSITORY / "mappings"), "quiet": "0s"} | more
        (self.root / "config.ini").write_text(CONFIG.format(**values), encoding="utf-8")

    @property
    def settings(self) -> Settings:
        return load(self.root / "config.ini")

    def put(self, folder: str, name: str, content: bytes) -> Path:
        """Drop one file into `inbox/FOLDER`."""
        path = self.root / "inbox" / folder / name
        path.write_bytes(content)
        return path

    def drop_inquiry(self, stem: str = "ANF-1", number: str = "ANF-2026-0001", **fields: str) -> bytes:
        """Drop an inquiry with its PDF into the CRM's export folder; give its XML."""
        xml = samples.inquiry(number, **fields)
        self.put("crm", f"{stem}.xml", xml)
        self.put("crm", f"{stem}.pdf", samples.pdf(number))
        return xml

    def take(self, folder: str = "outbox/pdm") -> list[str]:
        """Play the importer: take everything from an import folder."""
        taken = self.names(folder)
        for name in taken:
            (self.root / folder / name).unlink()
        return taken

    def ask(self, what: What, subject: str, *, forced: bool = False) -> bool:
        """Ask for a retry or resend, which the next run grants."""
        ledger = Ledger.open(sqlite_url(self.settings.general.ledger))
        with ledger.begin() as tx:
            asked = wishes.ask(tx, what, subject, forced=forced)
        ledger.close()
        return asked

    def own_mappings(self, **more: str) -> Path:
        """Give the installation mappings of its own, a copy of the shipped ones, and further lines as `configure`."""
        mappings = self.root / "mappings"
        shutil.copytree(REPOSITORY / "mappings", mappings)
        self.configure(mappings=str(mappings), **more)
        return mappings

    def run(self, *routes: str) -> embedded.Report:
        """Run once, in this process."""
        return embedded.run(self.settings, routes)

    def command(self, *arguments: str, ordinary: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command line, in a process of its own; as an *ordinary* user, whom the rights of files bind."""
        # Root without these capabilities is bound by them too, and need not be somebody else for that.
        bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        return subprocess.run(
            [*(bound if ordinary else []), sys.executable, "-m", "sync", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def typed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line in this process: for where a process is not the subject, since its start takes long."""
        whole = ["--config", str(self.root / "config.ini"), *arguments]
        code: object = 0
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            try:
                main(whole)
            except SystemExit as end:
                code = end.code or 0
        return subprocess.CompletedProcess(whole, int(str(code)), out.getvalue(), err.getvalue())

    def names(self, folder: str) -> list[str]:
        """List the files of a folder that a person sees, those in its sub-folders included."""
        path = self.root / folder
        found = (file.relative_to(path) for file in path.rglob("*") if file.is_file())
        return sorted(str(file) for file in found if not any(part.startswith(".") for part in file.parts))

    def inbox(self, folder: str) -> list[str]:
        """List what lies in an inbox itself."""
        return sorted(file.name for file in (self.root / "inbox" / folder).iterdir() if file.is_file())

    def hidden(self) -> list[str]:
        """List what work folders and stages hold: nothing, when all is done."""
        hidden = [path for path in self.root.rglob("*") if ".pairsync" in path.parts and path.name != "lock"]
        return sorted(
            str(path.relative_to(self.root)) for path in hidden if path.is_file() or path.parent.name == "work"
        )

    def sources(self) -> list[Source]:
        """Give all sources in the ledger."""
        import sqlalchemy as sa

        from sync.ledger.tables import sources as table

        ledger = Ledger.open(sqlite_url(self.settings.general.ledger))
        with ledger.read() as connection:
            found = sources.by_id(connection, connection.scalars(sa.select(table.c.id)).all())
        ledger.close()
        return sorted(found.values(), key=lambda source: source.id)

    def transfers(self) -> list[Transfer]:
        """Give all transfers in the ledger."""
        ledger = Ledger.open(sqlite_url(self.settings.general.ledger))
        with ledger.read() as connection:
            found = transfers.of_sources(connection, [source.id for source in self.sources()])
        ledger.close()
        return [transfer for theirs in found.values() for transfer in theirs]


def states(report: embedded.Report) -> dict[str, str]:
    """Give the state that each pair of a run ended in, by its stem."""
    return {outcome.pair: outcome.state for outcome in report.outcomes}


def waits(report: embedded.Report, folder: str = "crm-export") -> dict[str, str]:
    """Give why each pair of an export folder waits after a run, by its stem."""
    return {source.stem: source.reason for source in report.waiting[folder]}


def codes(outcome: Outcome) -> list[Code]:
    """Give what was found, in the words of programs."""
    return [finding.code for finding in outcome.findings]


def only(report: embedded.Report) -> Outcome:
    """Give the only outcome of a run."""
    (outcome,) = report.outcomes
    return outcome
