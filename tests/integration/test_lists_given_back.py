"""A list of which some records were rejected comes back corrected; and what a hot folder is told of a list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sync.ledger.wishes import What
from tests import samples
from tests.installation import Installation
from tests.lists import drop, give_mapping, record, unterlagen

OUT, ERROR, NOTE = "outbox/crm", "inbox/pdm/error", "inbox/pdm/liste.note.html"
RIGHT = [record(f"TA-{number}") for number in range(1, 6)]
WRONG = [RIGHT[0], record("TA-2", None), RIGHT[2], record(""), RIGHT[4]]


@pytest.fixture
def rejecting(here: Installation) -> Installation:
    """Give an installation in which two of five records were rejected, and the importer took the others."""
    give_mapping(here)
    drop(here, *WRONG)
    here.run()
    here.take(OUT)
    return here


@pytest.fixture
def noting(here: Installation) -> Installation:
    """Give an installation whose route leaves notes, and which carried a list once."""
    here.more = {"pdm_to_crm": "on-duplicate = note"}
    give_mapping(here)
    drop(here, *RIGHT)
    here.run()
    here.take(OUT)
    return here


def drag_back(here: Installation, *records: str) -> None:
    """Play who corrects a list: it goes back into the export folder, its sheets with it."""
    for file in (here.root / ERROR).iterdir():
        file.rename(here.root / "inbox/pdm" / file.name)
    drop(here, *records)


def outcomes(here: Installation) -> Counter[str]:
    report = here.run()
    assert report.mistakes == []
    return Counter(outcome.state for outcome in report.outcomes)


def note(here: Installation) -> Path:
    return here.root / NOTE


def test_of_a_corrected_list_only_what_was_rejected_is_delivered(rejecting: Installation) -> None:
    before = rejecting.names(ERROR)
    drag_back(rejecting, *RIGHT)

    found = outcomes(rejecting)

    assert before == ["liste.error.html", "liste.error.json", "liste.xml"]
    assert found == {"duplicate": 3, "delivered": 2}
    assert rejecting.names(OUT) == ["liste_TA-2.xml", "liste_TA-4.xml"]
    assert rejecting.names(ERROR) == []
    wrong, corrected = sorted(rejecting.sources(), key=lambda source: source.first_seen)
    assert corrected.origin == wrong.id


def test_the_corrected_records_alone_will_do(rejecting: Installation) -> None:
    drag_back(rejecting, RIGHT[1], RIGHT[3])

    found = outcomes(rejecting)

    assert found == {"delivered": 2}
    assert rejecting.names(OUT) == ["liste_TA-2.xml", "liste_TA-4.xml"]


def test_a_list_that_is_corrected_in_part_is_rejected_in_part(rejecting: Installation) -> None:
    drag_back(rejecting, *RIGHT[:3], WRONG[3], RIGHT[4])

    found = outcomes(rejecting)

    assert found == {"duplicate": 3, "delivered": 1, "rejected": 1}
    assert "ein Datensatz wurde zurückgewiesen" in (rejecting.root / ERROR / "liste.error.html").read_text("utf-8")


def test_a_corrected_list_comes_back_with_all_pdfs_that_it_names(here: Installation) -> None:
    give_mapping(here)
    here.put("pdm", "a.pdf", samples.pdf("a"))
    here.put("pdm", "b.pdf", samples.pdf("b"))
    named = record("TA-1", files=["a.pdf"])
    drop(here, named, record("TA-2", None, files=["b.pdf"]))
    here.run()
    here.take(OUT)
    drag_back(here, named, record("TA-2", files=["b.pdf"]))

    found = outcomes(here)

    assert found == {"duplicate": 1, "delivered": 1}
    assert here.names(OUT) == ["liste_TA-2.pdf", "liste_TA-2.xml"]


def test_a_list_that_says_nothing_new_leaves_a_note(noting: Installation) -> None:
    drop(noting, *RIGHT, export="2")

    found = outcomes(noting)

    assert found == {"duplicate": 5}
    assert "TA-5" in note(noting).read_text("utf-8")


@pytest.mark.parametrize("other", [record("TA-1", "anders"), record("TA-1", None)])
def test_a_list_of_which_something_is_delivered_or_rejected_leaves_none(noting: Installation, other: str) -> None:
    drop(noting, other, *RIGHT[1:])

    found = outcomes(noting)

    assert found["duplicate"] == 4
    assert not note(noting).exists()


def test_when_all_of_a_list_was_corrected_one_record_can_be_sent_again(rejecting: Installation) -> None:
    (source,) = rejecting.sources()
    (rejecting.root / ERROR / "liste.xml").write_bytes(unterlagen(*RIGHT))
    rejecting.ask(What.RETRY, source.id)
    retried = outcomes(rejecting)
    rejecting.take(OUT)
    rejecting.ask(What.RESEND, f"{source.id}-1")

    sent = outcomes(rejecting)

    assert (retried, sent) == ({"delivered": 2}, {"delivered": 1})
    assert rejecting.names(OUT) == ["liste_TA-1.xml"]
