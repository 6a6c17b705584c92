"""What is older never follows what is newer, what says nothing new is not sent again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from sync import staging
from sync.model import Action, TransferState
from sync.preparation import Job
from sync.round import Round
from tests import samples
from tests.installation import FROM_ERP, Installation, only


def test_an_older_revision_after_a_newer_is_superseded(here: Installation) -> None:
    here.drop_inquiry("neu", index="B")
    here.run()
    here.take()
    here.drop_inquiry("alt", index="A")

    report = here.run()

    assert only(report).state == "superseded"
    assert here.names("outbox/pdm") == []
    assert [Path(name).name for name in here.names("inbox/crm/processed")].count("alt.xml") == 1


def test_revisions_in_one_batch_are_delivered_in_order(here: Installation) -> None:
    for stem, index in (("a", "C"), ("b", "B"), ("c", "A"), ("d", "D")):
        here.drop_inquiry(stem, index=index)

    report = here.run()

    assert [outcome.pair for outcome in report.outcomes if outcome.state == "delivered"] == ["c", "b", "a", "d"]
    assert here.hidden() == []


def test_the_same_again_is_a_duplicate_even_with_another_export_number(here: Installation) -> None:
    here.put("crm", "P.xml", samples.project(exportId="E-1"))
    here.run()
    here.take()
    here.put("crm", "P.xml", samples.project(exportId="E-2"))

    report = here.run()

    assert only(report).state == "duplicate"
    assert report.exit_code == 0
    assert here.names("outbox/pdm") == here.hidden() == []


def test_a_status_set_and_set_back_is_three_deliveries(here: Installation) -> None:
    delivered = []
    for hour, stage in enumerate(("propose", "quoted", "propose")):
        here.put("crm", "P.xml", samples.project(Stage=stage, ModifiedOn=f"2026-03-31T0{hour}:00:00Z"))
        delivered.append(only(here.run()).state)
        here.take()

    assert delivered == ["delivered"] * 3


def test_what_changed_under_the_same_revision_is_delivered_as_an_update(here: Installation) -> None:
    for subject in ("Anfrage Förderband", "Anfrage Förderband, lang"):
        here.drop_inquiry(Subject=subject)
        here.run()
        here.take()

    actions = [one.action for one in sorted(here.transfers(), key=lambda one: one.first_seen)]

    assert actions == [Action.CREATE, Action.UPDATE]
    assert {one.state for one in here.transfers()} == {TransferState.DELIVERED}


def test_what_came_late_says_what_went_before_it(here: Installation) -> None:
    here.drop_inquiry("neu", index="B")
    newer = only(here.run())
    here.take()
    here.drop_inquiry("alt", index="A")
    older = only(here.run())

    shown = " ".join(here.typed("show", older.source_id).stdout.split())

    assert older.reason.startswith(newer.source_id)
    assert newer.source_id in shown


def test_a_document_that_comes_before_its_project_waits_for_nobody(here: Installation) -> None:
    here.drop_inquiry(ProjectNo="P-2026-001")
    before = only(here.run())
    here.put("crm", "P.xml", samples.project("P-2026-001"))

    assert (before.state, only(here.run()).state) == ("delivered", "delivered")
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P.xml"]


def test_what_was_deferred_is_superseded_when_something_newer_comes(here: Installation) -> None:
    for index in "ABC":
        here.drop_inquiry(index=index)
        here.run()
    here.take()

    report = here.run()

    found = {transfer.facts.revision: transfer.state for transfer in here.transfers() if transfer.facts}
    assert only(report).state == "delivered"
    assert found == {
        "A": TransferState.DELIVERED,
        "B": TransferState.SUPERSEDED,
        "C": TransferState.DELIVERED,
    }
    assert here.hidden() == []


@pytest.mark.parametrize(
    ("theirs", "state"),
    [
        (samples.project(), "duplicate"),
        (samples.project(Stage="quoted", ModifiedOn="2026-12-01T00:00:00Z"), "superseded"),
        (samples.project(Stage="quoted", ModifiedOn="2026-10-01T00:00:00Z"), "delivered"),
    ],
    ids=["the same", "newer", "older"],
)
def test_of_two_systems_that_deliver_an_object_in_one_moment_the_second_looks_again(
    here: Installation, theirs: bytes, state: str
) -> None:
    (here.root / "inbox/erp").mkdir()
    here.configure(more=FROM_ERP)
    here.put("crm", "P.xml", samples.project())
    here.put("erp", "Q.xml", theirs)
    stage, meanwhile = staging.stage, []

    def staged_while_the_other_delivers(round_: Round, jobs: Sequence[Job]) -> list[Job]:
        if jobs and not meanwhile:
            meanwhile.append(None)
            meanwhile.append(here.run("erp-to-pdm"))
        return stage(round_, jobs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "stage", staged_while_the_other_delivers)
        report = here.run("crm-to-pdm")

    assert only(meanwhile[1]).state == "delivered"
    assert [outcome.state for outcome in report.outcomes] == ["deferred", state]
    assert here.names("outbox/pdm") == (["P.xml", "Q.xml"] if state == "delivered" else ["Q.xml"])
    assert here.hidden() == []


@pytest.mark.parametrize("stems", ["abcd", "dcba"])
def test_of_what_changed_in_one_moment_the_older_file_goes_first(here: Installation, stems: str) -> None:
    stages = ("propose", "quoted", "won", "lost")
    for second, (stem, stage) in enumerate(zip(stems, stages, strict=True)):
        path = here.put("crm", f"{stem}.xml", samples.project(Stage=stage))
        os.utime(path, (1_700_000_000 + second, 1_700_000_000 + second))

    report = here.run()

    delivered = [outcome.pair for outcome in report.outcomes if outcome.state == "delivered"]
    assert delivered == [*stems]
