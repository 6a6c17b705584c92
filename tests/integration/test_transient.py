"""What heals by itself: nothing is moved, everything else goes on, and a later run delivers it."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import reading, scanning, system
from sync.engine import embedded
from sync.errors import FolderUnavailable
from sync.folders.local_import import LocalImportFolder
from sync.gates.pdf import PdfGate
from sync.mapping.store import Mapping
from sync.model import Flag, Source, TransferState
from sync.reports import sheets
from sync.round import Round
from tests import odd_pdf_worker, samples
from tests.faults.test_full_disk import fill, small_disk
from tests.installation import Installation, only, states, waits


def _drop_quotation(here: Installation) -> None:
    """Drop a pair for the other route."""
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())


def test_a_missing_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    here.drop_inquiry()
    _drop_quotation(here)
    (here.root / "outbox/pdm").rmdir()

    report = here.run()
    (here.root / "outbox/pdm").mkdir()
    healed = here.run()

    assert report.exit_code == 75
    assert "pdm-import" in report.failed
    assert states(report) == {"TA": "delivered"}
    assert states(healed) == {"ANF-1": "delivered"}
    assert healed.exit_code == 0


def test_a_locked_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    here.drop_inquiry()
    (here.root / "outbox/pdm").chmod(0o500)

    locked = here.command("run", ordinary=True)
    left = here.inbox("crm")
    (here.root / "outbox/pdm").chmod(0o755)
    open_again = here.command("run", ordinary=True)

    assert locked.returncode == 75
    assert "pdm-import" in locked.stderr
    assert left == ["ANF-1.pdf", "ANF-1.xml"]
    assert open_again.returncode == 0
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


@pytest.mark.parametrize("name", ["ANF-2.xml", "ANF-2.pdf"])
def test_a_file_that_may_not_be_read_waits_and_the_others_go(here: Installation, name: str) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    locked = here.root / "inbox/crm" / name
    locked.chmod(0)

    first = here.command("run", ordinary=True)
    locked.chmod(0o644)
    second = here.command("run", ordinary=True)

    assert (first.returncode, second.returncode) == (75, 0)
    assert f"{name}: Permission denied" in first.stderr
    assert "1 delivered" in first.stderr
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "ANF-2.pdf", "ANF-2.xml"]


def test_a_pdf_that_may_not_be_read_and_is_no_longer_young_stays_and_holds_up_no_other(here: Installation) -> None:
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    locked = here.root / "inbox/crm/ANF-2.pdf"
    locked.chmod(0)
    here.command("run", ordinary=True)
    here.drop_inquiry()
    with sqlite3.connect(here.settings.general.ledger) as ledger:
        ledger.execute("UPDATE parts SET observed = observed - 61")

    later = here.command("run", ordinary=True)
    left = here.inbox("crm")
    locked.chmod(0o644)
    healed = here.command("run", ordinary=True)

    assert (later.returncode, healed.returncode) == (75, 0)
    assert left == ["ANF-2.pdf", "ANF-2.xml"]
    assert "1 delivered" in later.stderr
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "ANF-2.pdf", "ANF-2.xml"]


def test_a_done_file_that_may_not_be_read_says_all_the_same_that_its_pair_is_complete(here: Installation) -> None:
    here.configure(crm_export="done-file = {stem}.ok")
    here.drop_inquiry()
    here.put("crm", "ANF-1.ok", b"").chmod(0)

    run = here.command("run", ordinary=True)

    assert run.returncode == 0
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.inbox("crm") == here.hidden() == []


def test_a_missing_export_folder_does_not_stop_the_other_route(here: Installation) -> None:
    (here.root / "inbox/crm").rmdir()
    _drop_quotation(here)

    report = here.run()

    assert report.exit_code == 75
    assert states(report) == {"TA": "delivered"}


def test_a_locked_export_folder_does_not_stop_the_other_route(here: Installation) -> None:
    here.drop_inquiry()
    _drop_quotation(here)
    (here.root / "inbox/crm").chmod(0o500)

    locked = here.command("run", ordinary=True)
    left = here.inbox("crm")
    (here.root / "inbox/crm").chmod(0o755)
    open_again = here.command("run", ordinary=True)

    assert (locked.returncode, open_again.returncode) == (75, 0)
    assert "crm-export" in locked.stderr
    assert left == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.names("outbox/crm") == ["TA.xml", "a.pdf"]
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount the small file system")
def test_a_full_import_folder_gets_nothing_until_it_has_room_and_the_other_route_goes_on(here: Installation) -> None:
    with small_disk(here.root / "outbox/pdm"):
        filler = fill(here.root / "outbox/pdm", 8)
        here.drop_inquiry()
        _drop_quotation(here)

        full = here.run()
        left = here.inbox("crm")
        filler.unlink()
        roomy = here.run()

        assert (full.exit_code, roomy.exit_code) == (75, 0)
        assert "bytes free" in full.failed["pdm-import"]
        assert (states(full), waits(full)) == ({"TA": "delivered"}, {"ANF-1": "target-down pdm-import"})
        assert left == ["ANF-1.pdf", "ANF-1.xml"]
        assert states(roomy) == {"ANF-1": "delivered"}


def test_an_unknown_group_is_said_and_the_pair_goes_once_there_is_one(here: Installation) -> None:
    here.configure(pdm_import="group = nosuchgroup")
    here.drop_inquiry()

    unknown = here.run()
    here.configure()
    known = here.run()

    assert unknown.exit_code == 75
    assert unknown.failed["pdm-import"].endswith("there is no group nosuchgroup")
    assert states(known) == {"ANF-1": "delivered"}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


# --- between two steps ------------------------------------------------------------------------------------------------


def _refusing_flushes_of(*folders: Path) -> Callable[[int], None]:
    """Give an fsync that fails for these folders and what is in them."""
    flush = os.fsync

    def fsync(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if {path, path.parent} & {*folders}:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(descriptor)

    return fsync


def test_an_import_folder_that_cannot_be_flushed_after_the_renames_is_flagged(here: Installation) -> None:
    here.run()  # makes the stage, which is flushed too
    here.drop_inquiry()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", _refusing_flushes_of(here.root / "outbox/pdm"))
        report = here.run()
    shown = here.command("show", only(report).source_id)

    (transfer,) = here.transfers()
    assert (transfer.state, transfer.flags) == (TransferState.DELIVERED, {Flag.UNSYNCED})
    assert "delivered, unsynced" in shown.stdout
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.run().outcomes == here.hidden() == []


@pytest.mark.parametrize("pairs", [2, 5])
def test_a_failed_flush_of_the_stage_condemns_the_whole_batch(here: Installation, pairs: int) -> None:
    stems = [f"ANF-{number}" for number in range(1, pairs + 1)]
    for stem in stems:
        here.drop_inquiry(stem, f"ANF-2026-000{stem[-1]}")
    stage = here.root / "outbox/pdm/.pairsync/stage/crm-export"

    def syncfs(descriptor: int) -> int:
        ctypes.set_errno(errno.EIO)
        return -1 if os.readlink(f"/proc/self/fd/{descriptor}") == str(stage) else 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", _refusing_flushes_of(stage))
        patch.setattr(system._libc, "syncfs", syncfs)
        failed = here.run()
    published = here.names("outbox/pdm")
    healed = here.run()

    assert (failed.exit_code, failed.outcomes, published) == (75, [], [])
    assert states(healed) == dict.fromkeys(stems, "delivered")
    assert len(healed.outcomes) == pairs
    assert len(here.names("outbox/pdm")) == 2 * pairs
    assert here.hidden() == []


def test_an_import_folder_that_fails_at_the_commit_gets_its_pairs_from_the_next_run(here: Installation) -> None:
    here.drop_inquiry()
    _drop_quotation(here)
    names = LocalImportFolder.names

    def failing(folder: LocalImportFolder) -> set[str]:
        if folder.name == "pdm-import":
            raise FolderUnavailable("folder pdm-import: Input/output error")
        return names(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalImportFolder, "names", failing)
        failed = here.run()
    between = {transfer.target: transfer.state for transfer in here.transfers()}
    healed = here.run()

    assert (failed.exit_code, states(failed)) == (75, {"TA": "delivered"})
    assert between == {"pdm-import": TransferState.CLAIMED, "crm-import": TransferState.DELIVERED}
    assert states(healed) == {"ANF-1": "delivered"}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


# --- one file of many -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", ["ANF-1.xml", "ANF-1.pdf"])
def test_a_pair_of_which_a_file_may_not_be_moved_stays_whole_and_the_rest_goes_on(
    here: Installation, locked: str
) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    rename = system.rename_noreplace

    def refusing(source: int, old: str, target: int, new: str) -> None:
        if old == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), old)
        rename(source, old, target, new)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "rename_noreplace", refusing)
        busy = here.run()
    left = here.inbox("crm")
    free = here.run()

    assert busy.exit_code == 75
    assert busy.troubles == ["ANF-1: a file is locked or refused for now"]
    assert states(busy) == {"ANF-1": "released", "ANF-2": "delivered"}
    assert left == ["ANF-1.pdf", "ANF-1.xml"]
    assert (states(free), free.exit_code) == ({"ANF-1": "delivered"}, 0)
    assert here.hidden() == []


def test_a_pdf_that_the_worker_does_not_get_through_in_time_is_tried_again_by_the_next_run(here: Installation) -> None:
    here.drop_inquiry()
    here.put("crm", "ANF-1.pdf", samples.pdf() + odd_pdf_worker.SLOW)
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.gates.pdf._MODULE", "tests.odd_pdf_worker")
        patch.setattr(embedded, "PdfGate", functools.partial(PdfGate, wall=5.0))
        stalled = here.run()
    again = here.run()

    assert stalled.exit_code == 75
    assert stalled.troubles == ["tests.odd_pdf_worker: no answer within 5 seconds"]
    assert states(stalled) == {"ANF-2": "delivered"}
    assert states(again) == {"ANF-1": "delivered"}
    assert here.names("inbox/crm/error") == here.hidden() == []


def test_a_mistake_of_ours_about_one_file_stops_no_other_and_the_pair_stays(here: Installation) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    def mistaken(data: bytes, round_: object, *, file: str) -> reading.Examined:
        if file == "ANF-1.xml":
            raise RuntimeError("our mistake")
        return reading.examine(data, round_, file=file)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "examine", mistaken)
        report = here.run()

    assert (report.exit_code, [str(mistake) for mistake in report.mistakes]) == (70, ["our mistake"])
    assert (states(report), waits(report)) == ({"ANF-2": "delivered"}, {"ANF-1": "mistake"})
    assert here.inbox("crm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert states(here.run()) == {"ANF-1": "delivered"}


@pytest.mark.parametrize("step", [Mapping.read_object, Mapping.convert], ids=["object block", "conversion"])
def test_a_mistake_of_ours_in_a_mapping_stops_no_other_and_the_pair_stays_claimed(
    here: Installation, step: Callable[..., object]
) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    def mistaken(*arguments: object, file: str) -> object:
        if file == "ANF-1.xml":
            raise RuntimeError("our mistake")
        return step(*arguments, file=file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mapping, step.__name__, mistaken)
        report = here.run()

    assert (report.exit_code, states(report)) == (70, {"ANF-2": "delivered"})
    assert here.names("inbox/crm/error") == []
    assert states(here.run()) == {"ANF-1": "delivered"}
    assert here.hidden() == []


def test_a_mistake_of_ours_in_an_error_sheet_stops_no_other(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    render = sheets.render

    def mistaken(round_: Round, source: Source) -> object:
        if source.stem == "ANF-1":
            raise RuntimeError("our mistake")
        return render(round_, source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "render", mistaken)
        here.run()
        here.drop_inquiry("ANF-2", "ANF-2026-0002")
        report = here.run()

    assert (report.exit_code, states(report)) == (70, {"ANF-2": "delivered"})
