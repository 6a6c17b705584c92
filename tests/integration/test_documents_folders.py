"""PDFs in a documents folder of their own, on the exporter's side and on the importer's, through real folders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync import claiming, delivery, pipeline, preparation, staging
from sync.findings import Code
from sync.folders.local_import import LocalImportFolder
from sync.model import Flag, TransferState
from tests import samples
from tests.commands import Command
from tests.installation import Installation, codes, only, states, waits
from tests.integration.test_recovery import stopped_before

PDFS = ("blatt.pdf", "mass.pdf")


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """An installation whose PDM exports its PDFs below the XMLs, and whose CRM wants them beside its import folder."""
    for folder in ("inbox/pdm/documents", "outbox/crm-documents/in"):
        (tmp_path / folder).mkdir(parents=True)
    return Installation(
        tmp_path, {"pdm_export": "documents = documents", "crm_import": "documents = outbox/crm-documents/in"}
    )


@pytest.fixture
def other_disk() -> Iterator[Path]:
    """A folder in memory, which is another file system than where the tests' folders are."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("there is no second file system")
    with TemporaryDirectory(dir=memory) as found:
        yield Path(found)


def _drop(here: Installation, stem: str = "TA-1", pdfs: tuple[str, ...] = PDFS, **fields: str) -> None:
    here.put("pdm", f"{stem}.xml", samples.quotation(stem, pdfs=pdfs, **fields))
    for name in pdfs:
        here.put("pdm", f"documents/{name}", samples.pdf(name))


def _inbox(here: Installation) -> list[str]:
    return [*here.inbox("pdm"), *(f"documents/{name}" for name in here.inbox("pdm/documents"))]


def _delivered(here: Installation) -> list[str]:
    return [*here.names("outbox/crm"), *here.names("outbox/crm-documents")]


def test_pdfs_are_taken_from_a_documents_folder_and_delivered_into_one(here: Installation) -> None:
    _drop(here)

    report = here.run()

    assert only(report).state == "delivered"
    assert _delivered(here) == ["TA-1.xml", "in/blatt.pdf", "in/mass.pdf"]
    assert (here.root / "outbox/crm-documents/in/blatt.pdf").read_bytes() == samples.pdf("blatt.pdf")
    assert b"<Name>blatt.pdf</Name>" in (here.root / "outbox/crm/TA-1.xml").read_bytes().replace(b"FileName", b"Name")
    assert [Path(name).name for name in here.names("inbox/pdm/processed")] == ["TA-1.xml", "blatt.pdf", "mass.pdf"]
    assert _inbox(here) == here.hidden() == []


def test_a_pdf_of_the_same_stem_is_found_in_the_documents_folder_and_beside_the_xml(here: Installation) -> None:
    (here.root / "inbox/crm/documents").mkdir()
    here.configure(crm_export="documents = documents")
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001"))
    here.put("crm", "documents/anf-1.PDF", samples.pdf())
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    report = here.run()

    assert states(report) == {"ANF-1": "delivered", "ANF-2": "delivered"}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "ANF-2.pdf", "ANF-2.xml"]


def test_the_xml_is_published_after_its_pdfs_are_durable_in_their_folder(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(here)
    happened: list[str] = []
    publish, fsync = LocalImportFolder._publish, os.fsync

    def publishing(self: LocalImportFolder, move: object) -> object:
        happened.append(f"publish {move.name}")  # type: ignore[attr-defined]
        return publish(self, move)  # type: ignore[arg-type]

    def flushing(descriptor: int) -> None:
        happened.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        fsync(descriptor)

    monkeypatch.setattr(LocalImportFolder, "_publish", publishing)
    monkeypatch.setattr(os, "fsync", flushing)
    here.run()

    published = [one for one in happened if one.startswith("publish") or one == "in"]
    assert published[:4] == ["publish documents/blatt.pdf", "publish documents/mass.pdf", "in", "publish TA-1.xml"]


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (claiming, "finish_claim"),
        (preparation, "read"),
        (staging, "stage"),
        (delivery, "commit"),
        (delivery, "publish"),
        (delivery, "record"),
        (delivery, "file_away"),
        (pipeline, "_remember"),
    ],
)
def test_a_run_stopped_before_any_step_is_finished_by_the_next(here: Installation, module: object, step: str) -> None:
    _drop(here)
    with stopped_before(module, step):
        here.run()

    here.run()

    assert _delivered(here) == ["TA-1.xml", "in/blatt.pdf", "in/mass.pdf"]
    assert [(one.state, one.flags) for one in here.transfers()] == [(TransferState.DELIVERED, frozenset())]
    assert _inbox(here) == here.hidden() == []


def test_a_ledger_lost_in_flight_loses_no_pdf(here: Installation) -> None:
    _drop(here)
    with stopped_before(staging, "stage"):
        here.run()
    for path in here.settings.general.ledger.parent.glob("ledger.sqlite*"):
        path.unlink()

    report = here.run()

    assert only(report).flags == (Flag.POSSIBLE_DUPLICATE,)
    assert _delivered(here) == ["TA-1.xml", "in/blatt.pdf", "in/mass.pdf"]
    assert here.hidden() == []


@pytest.mark.parametrize("lost", [False, True], ids=["ledger kept", "ledger lost"])
def test_what_is_put_back_goes_back_into_the_folder_it_came_from(here: Installation, lost: bool) -> None:
    _drop(here)
    with stopped_before(staging, "stage"):
        here.run()
    next((here.root / "inbox/pdm/.pairsync/work").rglob("mass.pdf")).unlink()
    if lost:
        for path in here.settings.general.ledger.parent.glob("ledger.sqlite*"):
            path.unlink()

    report = here.run()

    assert only(report).state == "released"
    assert _inbox(here) == ["TA-1.xml", "documents/blatt.pdf"]
    assert here.hidden() == []


def test_a_rejected_pair_lies_flat_in_error_and_can_be_dragged_back_into_the_folder_itself(here: Installation) -> None:
    _drop(here)
    here.put("pdm", "documents/mass.pdf", b"kein PDF")
    rejected = only(here.run())
    error = here.root / "inbox/pdm/error"
    lay = here.names("inbox/pdm/error")

    for name in ("TA-1.xml", "TA-1.error.html", "TA-1.error.json", *PDFS):
        (error / name).rename(here.root / "inbox/pdm" / name)
    here.put("pdm", "mass.pdf", samples.pdf())
    report = here.run()

    assert rejected.findings[0].file == "documents/mass.pdf"
    assert lay == ["TA-1.error.html", "TA-1.error.json", "TA-1.xml", "blatt.pdf", "mass.pdf"]
    assert only(report).state == "delivered"
    assert here.names("inbox/pdm/error") == []


def test_a_retry_claims_from_error_and_a_resend_reads_the_archive(here: Installation, pairsync: Command) -> None:
    _drop(here)
    here.put("pdm", "documents/mass.pdf", b"kein PDF")
    source = only(here.run()).source_id
    here.put("pdm/error", "mass.pdf", samples.pdf("mass.pdf"))

    pairsync("retry", source)
    retried = only(here.run())
    for name in here.take("outbox/crm-documents"), here.take("outbox/crm"):
        assert name
    pairsync("resend", here.transfers()[0].id)
    resent = only(here.run())

    assert (retried.state, resent.state) == ("delivered", "delivered")
    assert _delivered(here) == ["TA-1.xml", "in/blatt.pdf", "in/mass.pdf"]
    assert here.hidden() == []


def test_a_pdf_of_one_name_in_both_folders_is_ambiguous_and_both_go_to_error(here: Installation) -> None:
    _drop(here, pdfs=("blatt.pdf",))
    here.put("pdm", "blatt.pdf", samples.pdf("ein anderes"))

    report = here.run()
    kept = {path.read_bytes() for path in (here.root / "inbox/pdm/error").glob("*.pdf")}

    assert codes(only(report)) == [Code.AMBIGUOUS]
    assert only(report).findings[0].details == {"names": "blatt.pdf, documents/blatt.pdf"}
    assert kept == {samples.pdf("blatt.pdf"), samples.pdf("ein anderes")}
    assert _inbox(here) == here.hidden() == []


def test_a_pdf_without_an_xml_waits_and_what_else_lies_there_is_left_alone(here: Installation) -> None:
    here.put("pdm", "documents/allein.pdf", samples.pdf())
    for name in ("Thumbs.db", "~$blatt.pdf", ".DS_Store", "scan.pdf.part", "nicht.xml"):
        here.put("pdm", f"documents/{name}", samples.quotation())
    (here.root / "inbox/pdm/documents/alt").mkdir()

    report = here.run()

    assert waits(report, "pdm-export") == {"allein": "xml-missing"}
    assert report.outcomes == []
    assert len(here.inbox("pdm/documents")) == 6


def test_a_pdf_that_another_source_took_from_the_documents_folder_is_reported_with_which(here: Installation) -> None:
    _drop(here, "TA-1", ("blatt.pdf",))
    taker = only(here.run()).source_id
    here.put("pdm", "TA-2.xml", samples.quotation("TA-2", pdfs=("blatt.pdf",)))

    assert waits(here.run(), "pdm-export") == {"TA-2": f"pdf-taken blatt.pdf {taker}"}


def test_a_pdf_is_quiet_before_it_is_taken_from_the_documents_folder(here: Installation) -> None:
    here.configure(pdm_export="documents = documents", pdm_to_crm="")
    text = (here.root / "config.ini").read_text("utf-8")
    (here.root / "config.ini").write_text(text.replace("url = inbox/pdm\nquiet = 0s", "url = inbox/pdm\nquiet = 300ms"))
    _drop(here)

    report = here.run("pdm-to-crm")

    assert only(report).state == "delivered"


def test_a_name_taken_in_the_documents_folder_defers_and_a_strangers_is_a_conflict(here: Installation) -> None:
    _drop(here, "TA-1", ("blatt.pdf",))
    here.run()
    _drop(here, "TA-2", ("blatt.pdf",))
    deferred = only(here.run())
    (here.root / "outbox/crm-documents/in/mass.pdf").write_bytes(b"a stranger's")
    _drop(here, "TA-3", ("mass.pdf",))
    stranger = {one.pair: one for one in here.run().outcomes}["TA-3"]
    (here.root / "outbox/crm-documents/in/blatt.pdf").unlink()

    freed = only(here.run())

    assert (deferred.state, deferred.reason) == ("deferred", "name")
    assert codes(stranger) == [Code.CONFLICT]
    assert (freed.pair, freed.state) == ("TA-2", "delivered")


def test_names_are_reserved_in_each_folder_by_itself(here: Installation) -> None:
    (here.root / "outbox/crm/blatt.pdf").write_bytes(b"a stranger's, in the folder itself")
    _drop(here, "TA-1", ("blatt.pdf",))

    assert only(here.run()).state == "delivered"


def test_a_dry_run_says_what_the_run_after_it_does(here: Installation, pairsync: Command) -> None:
    _drop(here)
    _drop(here, "TA-2", ("zwei.pdf",), Freigabestand="falsch")

    dry, before = pairsync("run", "--dry-run"), _inbox(here)
    real = pairsync("run")

    assert before == ["TA-1.xml", "TA-2.xml", "documents/blatt.pdf", "documents/mass.pdf", "documents/zwei.pdf"]
    assert (dry.code, real.code) == (3, 3)
    assert "documents/blatt.pdf" in dry.err
    assert _delivered(here) == ["TA-1.xml", "in/blatt.pdf", "in/mass.pdf"]


@pytest.mark.parametrize(
    ("side", "name"), [("inbox/pdm/documents", "pdm-export"), ("outbox/crm-documents/in", "crm-import")]
)
def test_a_documents_folder_that_is_not_there_is_no_empty_one(
    here: Installation, pairsync: Command, side: str, name: str
) -> None:
    _drop(here)
    (here.root / side).rename(here.root / "moved")

    report, check = here.run(), pairsync("check")
    (here.root / "moved").rename(here.root / side)
    again = here.run()

    assert report.exit_code == 75
    assert f"its documents folder {here.root / side}: No such file" in report.failed[name]
    assert (check.code, f"{here.root / side} is not there" in " ".join(check.out.split())) == (1, True)
    assert only(again).state == "delivered"


@pytest.mark.parametrize(("side", "name"), [("pdm_export", "pdm-export"), ("crm_import", "crm-import")])
def test_a_documents_folder_on_another_file_system_is_refused_and_nothing_is_taken(
    here: Installation, pairsync: Command, other_disk: Path, side: str, name: str
) -> None:
    _drop(here)
    here.configure(**{**here.more, side: f"documents = {other_disk}"})

    report, check = here.run(), pairsync("check")

    assert report.exit_code == 75
    assert f"{other_disk} is on another file system" in report.failed[name]
    assert "files cannot be moved between them at once" in " ".join(check.out.split())
    assert here.inbox("pdm") == ["TA-1.xml"]


def test_what_was_shown_of_a_delivery_names_the_folder_in_which_it_lies(here: Installation, pairsync: Command) -> None:
    _drop(here, pdfs=("blatt.pdf",))
    source = only(here.run()).source_id

    shown = pairsync("show", source).out

    assert str(here.root / "outbox/crm-documents/in/blatt.pdf") in shown


def test_files_of_a_documents_folder_that_config_ini_forgot_are_put_back_into_the_folder_itself(
    here: Installation,
) -> None:
    _drop(here)
    with stopped_before(staging, "stage"):
        here.run()
    next((here.root / "inbox/pdm/.pairsync/work").rglob("mass.pdf")).unlink()
    here.configure()

    assert only(here.run()).state == "released"
    assert here.inbox("pdm") == ["TA-1.xml", "blatt.pdf"]
    assert here.hidden() == []
