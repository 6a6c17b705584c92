"""What says nothing new: quiet, with a note where it was dropped, or delivered again, as the route says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.model import Action, TransferState
from tests import samples
from tests.commands import Command
from tests.installation import Installation, only, states


def _twice(here: Installation, **fields: str) -> None:
    for _ in range(2):
        here.drop_inquiry(**fields)
        report = here.run()
        here.take()
    assert only(report).state == "duplicate"


@pytest.fixture
def noting(here: Installation) -> Installation:
    here.configure(crm_to_pdm="on-duplicate = note")
    return here


def _note(here: Installation, name: str = "ANF-1.note.html") -> Path:
    return here.root / "inbox/crm" / name


def test_a_nightly_export_in_which_nothing_changed_is_quiet(here: Installation, pairsync: Command) -> None:
    for export in ("E-1", "E-2"):
        for number in range(60):
            here.put("crm", f"P-{number}.xml", samples.project(f"P-2026-{number:03}", exportId=export))
        answer = pairsync("run")
        here.take()

    assert answer.code == 0
    assert "60 pairs not delivered: nothing new (pairsync list --state duplicate)" in " ".join(answer.err.split())
    assert "P-1" not in answer.err
    assert here.inbox("crm") == here.names("outbox/pdm") == here.hidden() == []


def test_a_note_tells_who_dropped_it_again_that_nothing_is_new(noting: Installation) -> None:
    _twice(noting)

    text = _note(noting).read_text("utf-8")
    duplicate = next(one for one in noting.transfers() if one.state is TransferState.DUPLICATE)
    archived = noting.sources()[0].archive

    assert noting.inbox("crm") == ["ANF-1.note.html"]
    assert "wurde nicht noch einmal übertragen" in text
    assert "ANF-2026-0001 - Anfrage Palettenförderer für Halle 3" in text
    assert str(noting.root / "inbox/crm" / archived) in text
    assert f"pairsync resend {duplicate.id}" in text
    assert noting.run().outcomes == []


def test_a_note_is_in_the_language_of_the_settings(here: Installation) -> None:
    here.configure(crm_to_pdm="on-duplicate = note", general="language = en")
    _twice(here)

    assert "was not delivered again" in _note(here).read_text("utf-8")


@pytest.mark.parametrize("index", ["-", "B"], ids=["the same once more", "a new version"])
def test_a_note_goes_when_the_pair_is_dropped_the_next_time(noting: Installation, index: str) -> None:
    _twice(noting)
    before = _note(noting).read_text("utf-8")

    noting.drop_inquiry(index=index)
    report = noting.run()

    assert only(report).state == ("duplicate" if index == "-" else "delivered")
    assert _note(noting).exists() == (index == "-")
    assert not _note(noting).exists() or _note(noting).read_text("utf-8") != before


def test_a_note_goes_after_the_configured_days(noting: Installation) -> None:
    _twice(noting)
    os.utime(_note(noting), (1_700_000_000, 1_700_000_000))
    kept = noting.root / "inbox/crm/mine.note.html"
    kept.write_text("<p>somebody else's</p>")
    os.utime(kept, (1_700_000_000, 1_700_000_000))

    noting.configure(crm_to_pdm="on-duplicate = note", general="keep = 30 days")
    noting.run()

    assert noting.inbox("crm") == ["mine.note.html"]


def test_a_strangers_file_of_that_name_is_neither_replaced_nor_removed(noting: Installation) -> None:
    _note(noting).write_text("<p>somebody else's</p>")

    _twice(noting)

    assert _note(noting).read_text() == "<p>somebody else's</p>"


def test_only_what_is_a_duplicate_gets_a_note(noting: Installation) -> None:
    noting.drop_inquiry("neu", index="B")
    noting.run()
    noting.take()
    noting.drop_inquiry("alt", index="A")

    assert states(noting.run()) == {"alt": "superseded"}
    assert noting.inbox("crm") == []


def test_what_is_resent_or_quiet_gets_no_note(here: Installation, pairsync: Command) -> None:
    _twice(here)
    here.configure(crm_to_pdm="on-duplicate = note")

    pairsync("resend", here.transfers()[0].id)

    assert only(here.run()).state == "delivered"
    assert here.inbox("crm") == []


def test_a_dry_run_leaves_no_note(noting: Installation, pairsync: Command) -> None:
    noting.drop_inquiry()
    noting.run()
    noting.take()
    noting.drop_inquiry()

    pairsync("run", "--dry-run")

    assert noting.inbox("crm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_route_may_deliver_it_again_as_an_update(here: Installation) -> None:
    here.configure(crm_to_pdm="on-duplicate = deliver")
    delivered = []
    for _ in range(3):
        here.drop_inquiry()
        delivered.append(only(here.run()))
        assert here.take() == ["ANF-1.pdf", "ANF-1.xml"]

    assert [(one.state, one.flags) for one in delivered] == [("delivered", ())] * 3
    assert [one.action for one in sorted(here.transfers(), key=lambda one: one.first_seen)] == [
        Action.CREATE,
        Action.UPDATE,
        Action.UPDATE,
    ]


def test_what_is_older_is_not_delivered_again_by_that(here: Installation) -> None:
    here.configure(crm_to_pdm="on-duplicate = deliver")
    for index in "BA":
        here.drop_inquiry(index=index)
        report = here.run()
        here.take()

    assert only(report).state == "superseded"
