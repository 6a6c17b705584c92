"""Retry and resend: granted by the next run, once, with their history."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from sync import delivery, system, wishes
from sync.findings import Code
from sync.ledger.wishes import What
from sync.model import TransferState
from tests import samples
from tests.installation import Installation, only
from tests.integration.test_recovery import Stop, stopped_before


def test_a_retry_tries_a_rejected_pair_again_and_takes_its_sheets_away(here: Installation) -> None:
    (here.root / "outbox/pdm/ANF-1.xml").write_bytes(b"a stranger's")
    here.drop_inquiry()
    rejected = only(here.run())
    here.take()

    asked = [here.ask(What.RETRY, rejected.source_id) for _ in range(2)]
    report = here.run()

    assert asked == [True, False]
    assert (rejected.state, only(report).state) == ("rejected", "delivered")
    assert here.names("inbox/crm/error") == here.hidden() == []
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_file_corrected_in_error_itself_can_be_retried(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    rejected = only(here.run())
    (here.root / "inbox/crm/error/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001"))

    here.ask(What.RETRY, rejected.source_id)
    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("inbox/crm/error") == here.hidden() == []


def test_a_retry_of_what_is_still_wrong_ends_in_error_again(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    rejected = only(here.run())
    before = here.names("inbox/crm/error")

    here.ask(What.RETRY, rejected.source_id)
    report = here.run()

    assert only(report).state == "rejected"
    assert here.names("inbox/crm/error") == before
    assert [source.attempt for source in here.sources()] == [2]


def test_a_retry_of_what_was_taken_out_of_error_changes_nothing(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    rejected = only(here.run())
    (here.root / "inbox/crm/error/ANF-1.pdf").unlink()

    here.ask(What.RETRY, rejected.source_id)
    here.run()

    assert "ANF-1.xml" in here.names("inbox/crm/error")
    assert here.names("outbox/pdm") == here.hidden() == []


def test_a_resend_delivers_again_from_the_archive_though_nothing_is_new(here: Installation) -> None:
    here.drop_inquiry()
    here.run()
    (transfer,) = here.transfers()
    here.take()

    asked = [here.ask(What.RESEND, transfer.id) for _ in range(2)]
    report = here.run()
    afterwards = here.run()

    assert asked == [True, False]
    assert only(report).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert afterwards.outcomes == []
    assert [transfer.attempt for transfer in here.transfers()] == [2]
    assert here.hidden() == []


def test_a_resend_waits_while_the_first_delivery_still_lies_there(here: Installation) -> None:
    here.drop_inquiry()
    here.run()
    (transfer,) = here.transfers()

    here.ask(What.RESEND, transfer.id)
    waits = here.run()
    here.take()
    goes = here.run()

    assert (only(waits).state, only(goes).state) == ("deferred", "delivered")


@pytest.mark.parametrize(("forced", "state"), [(False, "superseded"), (True, "delivered")])
def test_only_force_delivers_an_older_revision_after_a_newer(here: Installation, forced: bool, state: str) -> None:
    here.drop_inquiry(index="A")
    here.run()
    (older,) = here.transfers()
    here.take()
    here.drop_inquiry(index="B")
    here.run()
    here.take()

    here.ask(What.RESEND, older.id, forced=forced)
    report = here.run()

    assert only(report).state == state
    assert (here.names("outbox/pdm") != []) is forced


def test_what_is_older_than_the_configured_days_is_purged_and_cannot_be_resent(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.configure(general="keep = 30")
    here.drop_inquiry()
    here.put("crm", "falsch.xml", samples.project(Stage="falsch"))
    here.run()
    (transfer,) = here.transfers()
    here.take()
    kept = [*here.names("inbox/crm/processed"), *here.names("inbox/crm/error")]

    monkeypatch.setattr("sync.purge.now", lambda: time.time() + 31 * 86_400)
    here.run()
    here.ask(What.RESEND, transfer.id)
    report = here.run()

    assert len(kept) == 5
    assert here.names("inbox/crm") == here.names("outbox/pdm") == []
    assert report.outcomes == []
    assert report.exit_code == 0


def test_a_resend_of_what_is_gone_from_the_archive_is_answered_and_nobody_waits(here: Installation) -> None:
    here.drop_inquiry()
    source = only(here.run()).source_id
    here.ask(What.RESEND, here.transfers()[0].id)
    next((here.root / "inbox/crm/processed").rglob("*.pdf")).unlink()

    report = here.run()

    assert (report.exit_code, report.outcomes) == (0, [])
    assert [transfer.state for transfer in here.transfers()] == [TransferState.DELIVERED]
    assert "its originals are not in processed/ any more" in " ".join(here.typed("show", source).stdout.split())


def test_a_resend_whose_originals_vanish_while_it_waits_ends_as_it_was_and_is_said(here: Installation) -> None:
    here.drop_inquiry()
    here.run()
    here.ask(What.RESEND, here.transfers()[0].id)
    waits = here.run()
    next((here.root / "inbox/crm/processed").rglob("*.pdf")).unlink()

    report = here.run()

    assert only(waits).state == "deferred"
    assert (only(report).state, only(report).reason, report.exit_code) == ("vanished", "ANF-1.pdf", 0)
    assert [(one.state, one.wanted) for one in here.transfers()] == [(TransferState.DELIVERED, "")]
    assert here.run().outcomes == []


@pytest.fixture
def rejected_resend(here: Installation) -> Installation:
    """An installation in which a delivery is to be sent again and is too large by now."""
    here.drop_inquiry()
    here.run()
    here.take()
    here.configure(crm_export="max-pdf = 100")
    here.ask(What.RESEND, here.transfers()[0].id)
    return here


def _sheets(here: Installation) -> list[str]:
    return [name for name in here.names("inbox/crm/processed") if ".error." in name]


def test_a_resend_that_was_rejected_before_a_crash_gets_its_sheet_from_the_next_run(
    rejected_resend: Installation,
) -> None:
    with stopped_before(delivery, "file_away"):
        rejected_resend.run()
    before = _sheets(rejected_resend)

    rejected_resend.run()
    after = _sheets(rejected_resend)
    for name in after:
        (rejected_resend.root / "inbox/crm/processed" / name).unlink()
    rejected_resend.run()

    assert (before, len(after)) == ([], 2)
    assert _sheets(rejected_resend) == []  # who removed it has read it


@pytest.mark.parametrize("step", ["afresh", "new_attempt"])
def test_a_crash_while_a_rejected_resend_is_asked_for_again_leaves_no_sheet_without_a_reason(
    rejected_resend: Installation, step: str
) -> None:
    rejected_resend.run()
    rejected_resend.configure()
    rejected_resend.ask(What.RESEND, rejected_resend.transfers()[0].id)
    with stopped_before(wishes, step):
        rejected_resend.run()

    report = rejected_resend.run()

    assert only(report).state == "delivered"
    assert _sheets(rejected_resend) == []
    assert [source.sheet for source in rejected_resend.sources()] == [""]


def test_a_ledger_that_fails_at_the_wish_leaves_the_sheet(rejected_resend: Installation) -> None:
    rejected_resend.run()
    before = _sheets(rejected_resend)
    rejected_resend.ask(What.RESEND, rejected_resend.transfers()[0].id)

    resend = wishes._resend

    def not_committed(*arguments: object) -> None:
        resend(*arguments)  # type: ignore[arg-type]
        raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wishes, "_resend", not_committed)
        with pytest.raises(Stop):
            rejected_resend.run()

    assert _sheets(rejected_resend) == before != []


def test_a_retry_of_what_is_too_large_stages_nothing_of_it(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001"))
    with (here.root / "inbox/crm/ANF-1.pdf").open("wb") as file:
        file.truncate(1 << 40)
    rejected = only(here.run())

    here.ask(What.RETRY, rejected.source_id)
    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.TOO_LARGE]
    assert here.hidden() == []


def test_a_backup_that_links_the_archive_does_not_hinder_a_resend(here: Installation) -> None:
    here.drop_inquiry()
    here.run()
    (transfer,) = here.transfers()
    here.take()
    (kept,) = (here.root / "inbox/crm/processed").rglob("ANF-1.xml")
    os.link(kept, here.root / "backup.xml")

    here.ask(What.RESEND, transfer.id)

    assert only(here.run()).state == "delivered"


def test_a_retry_of_which_a_file_is_held_open_is_finished_once_it_is_free(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    rejected = only(here.run())
    (here.root / "inbox/crm/error/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001"))
    rename = system.rename_noreplace

    def held(source: int, old: str, target: int, new: str) -> None:
        if old == "ANF-1.pdf":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), old)
        rename(source, old, target, new)

    here.ask(What.RETRY, rejected.source_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "rename_noreplace", held)
        busy = [here.run().exit_code for _ in range(2)]
    report = here.run()

    assert busy == [75, 75]
    assert only(report).state == "delivered"
    assert here.names("inbox/crm/error") == here.inbox("crm") == here.hidden() == []


def test_a_retry_and_the_corrected_pair_whose_claims_a_crash_left_open_are_both_finished(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    rejected = only(here.run())
    (here.root / "inbox/crm/error/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001"))
    here.drop_inquiry()

    def crashing(source: int, old: str, *_: object) -> None:
        if Path(os.readlink(f"/proc/self/fd/{source}")).name == "error":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), old)
        raise Stop

    here.ask(What.RETRY, rejected.source_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "rename_noreplace", crashing)
        with pytest.raises(Stop):
            here.run()
    report = here.run()

    assert "delivered" in [outcome.state for outcome in report.outcomes]
    assert here.names("inbox/crm/error") == here.inbox("crm") == []
