"""What a run that was stopped between two steps left behind is finished by the next, and what is lost is said."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync import claiming, delivery, pipeline, preparation, staging, system
from sync.engine import embedded
from sync.findings import Code
from sync.folders.base import Move, Published
from sync.folders.local_import import LocalImportFolder
from sync.model import Flag, SourceState, TransferState
from sync.preparation import Prepared
from tests import samples
from tests.installation import Installation, only


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001"))
    installation.put("crm", "ANF-1.pdf", samples.pdf())
    return installation


class Stop(BaseException):
    """Ends a run where a kill would."""


@contextmanager
def stopped_before(module: object, step: str) -> Iterator[None]:
    """End the run the moment it comes to a step with something to do."""
    original = getattr(module, step)

    def stop(round_: object, work: object, *more: object) -> object:
        if work == Prepared(sources=(), jobs=()) or not work:
            return original(round_, work, *more)
        raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, step, stop)
        with pytest.raises(Stop):
            yield


STEPS = [
    (claiming, "finish_claim"),
    (preparation, "read"),
    (staging, "stage"),
    (delivery, "commit"),
    (delivery, "publish"),
    (delivery, "record"),
    (delivery, "file_away"),
    (pipeline, "_remember"),
]


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_run_stopped_before_any_step_is_finished_by_the_next(here: Installation, module: object, step: str) -> None:
    with stopped_before(module, step):
        here.run()

    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert [transfer.state for transfer in here.transfers()] == [TransferState.DELIVERED]
    assert [transfer.flags for transfer in here.transfers()] == [frozenset()]
    assert [source.archived for source in here.sources()] == [True]
    assert here.inbox("crm") == here.hidden() == []


def test_an_importer_that_took_everything_before_the_crash_gets_nothing_twice(here: Installation) -> None:
    with stopped_before(delivery, "record"):
        here.run()
    for name in here.names("outbox/pdm"):
        (here.root / "outbox/pdm" / name).unlink()

    here.run()

    assert here.names("outbox/pdm") == []
    assert [transfer.state for transfer in here.transfers()] == [TransferState.DELIVERED]


def test_a_part_taken_from_the_stage_while_we_were_down_is_flagged(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()
    (staged,) = (here.root / "outbox/pdm/.pairsync").rglob("*.1.1")
    staged.unlink()

    here.run()

    (transfer,) = here.transfers()
    assert transfer.state is TransferState.DELIVERED
    assert transfer.flags == {Flag.UNVERIFIED}


def test_the_rest_taken_from_the_stage_while_we_were_down_is_flagged(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()
    (stage,) = (here.root / "outbox/pdm/.pairsync/stage").iterdir()
    (pdf,) = stage.glob("*.1.1")
    pdf.rename(here.root / "outbox/pdm/ANF-1.pdf")
    for left in stage.iterdir():
        left.unlink()

    here.run()

    (transfer,) = here.transfers()
    assert transfer.state is TransferState.DELIVERED
    assert transfer.flags == {Flag.UNVERIFIED}


def test_a_work_folder_that_lost_a_file_gives_the_other_half_back(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (work / "ANF-1.pdf").unlink()

    report = here.run()

    assert here.inbox("crm") == ["ANF-1.xml"]
    assert report.exit_code == 0
    assert here.hidden() == []


def test_a_redelivery_after_a_power_cut_is_flagged(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with stopped_before(delivery, "publish"):
        here.run()

    monkeypatch.setattr(system, "boot_id", lambda: "another boot")
    here.run()

    (transfer,) = here.transfers()
    assert transfer.state is TransferState.DELIVERED
    assert transfer.flags == {Flag.POSSIBLE_DUPLICATE}


def test_a_lost_ledger_loses_no_pair_in_flight(here: Installation) -> None:
    with stopped_before(delivery, "commit"):
        here.run()
    shutil.rmtree(here.root / "var")

    report = here.run()

    (transfer,) = here.transfers()
    assert only(report).state == "delivered"
    assert transfer.flags == {Flag.POSSIBLE_DUPLICATE}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_ledger_lost_in_the_middle_of_a_claim_puts_the_half_back(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (work / "ANF-1.pdf").rename(here.root / "inbox/crm/ANF-1.pdf")
    shutil.rmtree(here.root / "var")

    here.run()
    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_ledger_lost_before_anything_was_moved_leaves_no_residue(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    for name in ("ANF-1.xml", "ANF-1.pdf"):
        (work / name).rename(here.root / "inbox/crm" / name)
    shutil.rmtree(here.root / "var")

    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert [transfer.flags for transfer in here.transfers()] == [frozenset()]
    assert here.hidden() == []


def test_a_ledger_lost_with_half_of_a_pair_published_ends_with_a_whole_pair(here: Installation) -> None:
    publish = LocalImportFolder.publish

    def stop_before_the_xml(folder: LocalImportFolder, moves: list[Move]) -> Published:
        if any(move.name.endswith(".xml") for move in moves):
            raise Stop
        return publish(folder, moves)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalImportFolder, "publish", stop_before_the_xml)
        with pytest.raises(Stop):
            here.run()
    half = here.names("outbox/pdm")
    shutil.rmtree(here.root / "var")

    report = here.run()

    (transfer,) = here.transfers()
    assert half == ["ANF-1.pdf"]
    assert only(report).state == "delivered"
    assert transfer.flags == {Flag.POSSIBLE_DUPLICATE}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_strangers_file_of_other_content_is_a_conflict_though_the_ledger_was_lost(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()
    (here.root / "outbox/pdm/ANF-1.pdf").write_bytes(b"a stranger's")
    shutil.rmtree(here.root / "var")

    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.CONFLICT]
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == b"a stranger's"


def test_an_older_ledger_from_a_backup_loses_no_pair_in_flight(here: Installation, tmp_path: Path) -> None:
    here.put("crm", "P.xml", samples.project())
    (here.root / "inbox/crm/ANF-1.pdf").rename(tmp_path / "kept.pdf")
    here.run()
    shutil.copytree(here.root / "var", tmp_path / "backup")
    (tmp_path / "kept.pdf").rename(here.root / "inbox/crm/ANF-1.pdf")
    with stopped_before(delivery, "publish"):
        here.run()
    shutil.rmtree(here.root / "var")
    shutil.copytree(tmp_path / "backup", here.root / "var")

    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P.xml"]
    assert here.hidden() == []


def test_a_claimed_file_that_vanished_releases_the_other_half(here: Installation) -> None:
    with stopped_before(claiming, "finish_claim"):
        here.run()
    (here.root / "inbox/crm/ANF-1.pdf").unlink()

    here.run()

    assert here.inbox("crm") == ["ANF-1.xml"]
    assert {source.state for source in here.sources()} == {SourceState.RELEASED, SourceState.WAITING}
    assert here.hidden() == []


def test_a_name_taken_while_a_claim_is_undone_sends_ours_to_error_with_a_sheet(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (work / "ANF-1.pdf").unlink()
    shutil.rmtree(here.root / "var")
    new = here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0009"))

    report = here.run()

    assert [finding.code for finding in report.outcomes[-1].findings] == [Code.SOURCE_CHANGED]
    assert new.read_bytes() == samples.inquiry("ANF-2026-0009")
    assert len([name for name in here.names("inbox/crm/error") if name.endswith(".xml")]) == 1
    assert len([name for name in here.names("inbox/crm/error") if ".error." in name]) == 2


def test_somebody_who_deletes_from_the_stage_while_we_run_is_made_up_for(here: Installation) -> None:
    publish = LocalImportFolder.publish
    stolen = []

    def thieving(folder: LocalImportFolder, moves: list[object]) -> object:
        if not stolen:
            for path in (here.root / "outbox/pdm/.pairsync").rglob("*.*.*"):
                stolen.append(path.name)
                path.unlink()
        return publish(folder, moves)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalImportFolder, "publish", thieving)
        report = here.run()

    assert len(stolen) == 2
    assert only(report).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_name_taken_after_commit_stays_committed_and_is_published_once_it_is_free(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()
    stranger = here.root / "outbox/pdm/ANF-1.pdf"
    stranger.write_bytes(b"a stranger's")

    stuck = here.run()
    visible = here.names("outbox/pdm")
    stranger.unlink()
    here.run()

    assert only(stuck).state == "committed"
    assert visible == ["ANF-1.pdf"]
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_claim_torn_apart_by_a_power_cut_is_finished(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    with sqlite3.connect(here.settings.general.ledger) as ledger:
        ledger.execute("UPDATE sources SET state = 'claiming', attempt = 0")
    os.link(work / "ANF-1.xml", here.root / "inbox/crm/ANF-1.xml")  # as btrfs may show a moved file

    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.inbox("crm") == here.hidden() == []


def test_a_move_to_the_archive_torn_apart_by_a_power_cut_is_finished(here: Installation) -> None:
    with stopped_before(delivery, "file_away"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (source,) = here.sources()
    archive = here.root / "inbox/crm" / source.archive
    archive.mkdir()
    os.link(work / "ANF-1.xml", archive / "ANF-1.xml")

    here.run()

    assert sorted(path.name for path in archive.iterdir()) == ["ANF-1.pdf", "ANF-1.xml"]
    assert (archive / "ANF-1.xml").stat().st_nlink == 1
    assert here.hidden() == []


def test_two_runs_at_once_do_not_work_on_one_folder(here: Installation) -> None:
    folder = here.settings.folders["crm-export"]

    with embedded.export_folder(folder).open():
        report = here.run()

    assert report.exit_code == 11
    assert report.locked == ["crm-export"]
    assert here.inbox("crm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_of_two_pairs_that_a_lost_ledger_left_with_one_published_pdf_the_second_waits(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("4711", pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())
    with stopped_before(delivery, "record"):
        here.run("pdm-to-crm")
    other = here.root / "inbox/pdm/.pairsync/work/zzzzzzzzzzzz"
    other.mkdir()
    (other / "TA-2.xml").write_bytes(samples.quotation("4712", pdfs=("a.pdf",)))
    (other / "a.pdf").write_bytes(samples.pdf())
    shutil.rmtree(here.root / "var")

    first = here.run("pdm-to-crm")
    here.take("outbox/crm")
    here.run("pdm-to-crm")

    assert {outcome.pair: outcome.state for outcome in first.outcomes} == {"TA-1": "delivered", "TA-2": "deferred"}
    assert here.names("outbox/crm") == ["TA-2.xml", "a.pdf"]


def test_what_was_published_before_a_crash_is_flushed_before_it_is_recorded(here: Installation) -> None:
    with stopped_before(delivery, "record"):
        here.run()
    flushed, fsync, record = [], os.fsync, delivery.record

    def noting(descriptor: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def recorded(*all_: object) -> None:
        flushed.append("recorded")
        record(*all_)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", noting)
        patch.setattr(delivery, "record", recorded)
        here.run()

    assert str(here.root / "outbox/pdm") in flushed[: flushed.index("recorded")]


def test_a_half_that_cannot_be_put_back_after_a_crash_lies_in_error_with_a_sheet_of_its_own(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (work / "ANF-1.xml").rename(here.root / "inbox/crm/ANF-1.xml")
    with sqlite3.connect(here.settings.general.ledger) as ledger:
        ledger.execute("UPDATE sources SET state = 'released', reason = 'vanished'")  # a crash came while it was undone
    here.put("crm", "ANF-1.pdf", samples.pdf("new"))

    report = here.run()

    assert [(one.pair, one.state) for one in report.outcomes] == [("ANF-1", "rejected"), ("ANF-1", "delivered")]
    assert len(here.names("inbox/crm/error")) == 3
    assert here.inbox("crm") == here.hidden() == []
