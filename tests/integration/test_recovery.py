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
