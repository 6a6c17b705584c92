"""Lists: each record is a transfer of its own, with its own outcome."""

from __future__ import annotations

from collections import Counter

import pytest

from sync.findings import Code
from sync.ledger.wishes import What
from sync.model import TransferState
from tests import samples
from tests.installation import Installation, codes, only
from tests.lists import RULES, drop, give_mapping, record, unterlagen

OUT = "outbox/crm"


@pytest.fixture
def listing(here: Installation) -> Installation:
    """Give an installation with a mapping for lists."""
    give_mapping(here)
    return here


def outcomes(here: Installation) -> Counter[str]:
    """Run, and count what became of records."""
    report = here.run()
    assert report.mistakes == []
    return Counter(outcome.state for outcome in report.outcomes)


def by_record(here: Installation) -> dict[int, str]:
    return {transfer.record: str(transfer.state) for transfer in here.transfers()}


def test_each_record_is_delivered_under_its_number(listing: Installation) -> None:
    drop(listing, record("TA-1", "eins"), record("TA/2", "zwei"))

    found = outcomes(listing)

    assert found == {"delivered": 2}
    assert listing.names(OUT) == ["liste_TA-1.xml", "liste_TA_2.xml"]
    assert b'export="1"' in (listing.root / OUT / "liste_TA-1.xml").read_bytes()
    assert [name.rpartition("/")[2] for name in listing.names("inbox/pdm/processed")] == ["liste.xml"]
    assert listing.hidden() == []


def test_a_wrong_record_rejects_no_other(listing: Installation) -> None:
    drop(listing, record("TA-1"), record(""), record("TA-3", None), record("TA-4"))

    found = outcomes(listing)

    assert found == {"delivered": 2, "rejected": 2}
    assert by_record(listing) == {1: "delivered", 2: "rejected", 3: "rejected", 4: "delivered"}
    assert listing.names("inbox/pdm/error") == ["liste.error.html", "liste.error.json", "liste.xml"]


def test_what_is_wrong_outside_of_all_records_rejects_the_whole_list(listing: Installation) -> None:
    drop(listing, record("TA-1"), end="<Ende>gestern</Ende>")

    report = listing.run()

    assert (only(report).state, codes(only(report))) == ("rejected", [Code.SCHEMA_TYPE])
    assert listing.transfers() == []
    assert listing.names(OUT) == []


def test_the_same_list_again_says_nothing_new(listing: Installation) -> None:
    drop(listing, record("TA-1"), record("TA-2"))
    listing.run()
    listing.take(OUT)
    drop(listing, record("TA-1"), record("TA-2", "anders"), export="2")

    found = outcomes(listing)

    assert found == {"duplicate": 1, "delivered": 1}
    assert listing.names(OUT) == ["liste_TA-2.xml"]


def test_a_list_without_records_is_filed(listing: Installation) -> None:
    drop(listing)

    report = listing.run()

    assert only(report).state == "finished"
    assert [name.rpartition("/")[2] for name in listing.names("inbox/pdm/processed")] == ["liste.xml"]
    assert report.exit_code == 0


def test_revisions_of_one_object_go_in_order_though_the_list_has_them_backwards(here: Installation) -> None:
    here.more = {"pdm_to_crm": "name = {stem}_{number}_{revision}"}
    give_mapping(here)
    drop(here, record("TA-1", "neu", index="B"), record("TA-2"), record("TA-1", "alt", index="A"))

    found = outcomes(here)

    assert found["delivered"] == 3
    delivered = {transfer.record: transfer.delivered_at for transfer in here.transfers()}
    assert delivered[3] < delivered[1]


def test_two_records_with_one_name_are_delivered_one_after_the_other(listing: Installation) -> None:
    drop(listing, record("TA-1", "alt", index="A"), record("TA-1", "neu", index="B"), record("TA-2"))

    first = outcomes(listing)
    listing.take(OUT)
    second = outcomes(listing)

    assert (first["delivered"], second) == (2, {"delivered": 1})
    assert b"neu" in (listing.root / OUT / "liste_TA-1.xml").read_bytes()
    assert sorted(attempts(listing)) == [(1, 1), (2, 3), (3, 1)]


def attempts(here: Installation) -> list[tuple[int, int]]:
    return [(transfer.record, transfer.attempt) for transfer in here.transfers()]


def test_pdfs_are_named_in_the_records_and_may_be_shared(listing: Installation) -> None:
    for name in ("a.pdf", "b.pdf", "liste.pdf"):
        listing.put("pdm", name, samples.pdf(name))
    drop(listing, record("TA-1", files=["a.pdf", "b.pdf"]), record("TA-2", files=["a.pdf"]), record("TA-3"))

    found = outcomes(listing)

    assert found == {"delivered": 3}
    assert listing.names(OUT) == [
        "liste_TA-1.xml",
        "liste_TA-1_1.pdf",
        "liste_TA-1_2.pdf",
        "liste_TA-2.pdf",
        "liste_TA-2.xml",
        "liste_TA-3.xml",
    ]
    assert listing.inbox("pdm") == ["liste.pdf"]


def test_a_list_waits_for_the_pdfs_that_its_records_name(listing: Installation) -> None:
    drop(listing, record("TA-1", files=["late.pdf"]), record("TA-2"))

    before = outcomes(listing)
    listing.put("pdm", "late.pdf", samples.pdf("late"))
    after = outcomes(listing)

    assert (before, after) == ({}, {"delivered": 2})


def test_each_record_takes_the_mapping_that_is_for_it(here: Installation) -> None:
    give_mapping(here, more="when   not(Art)\n", name="pdm-a")
    give_mapping(here, more="when   Art = 'B' or Art = 'AB'\n", name="pdm-b", rules=RULES.replace('"x"', "y"))
    give_mapping(here, more="when   Art = 'AB'\n", name="pdm-c")
    give_mapping(here, more="when   Art = 'W'\n", name="pdm-skip", rules='skip "stays"\n')
    kinds = ("", "B", "AB", "W", "?")
    drop(here, *(record(f"TA-{number}", kind=kind) for number, kind in enumerate(kinds, start=1)))

    report = here.run()

    found = {outcome.record: (outcome.state, *codes(outcome)) for outcome in report.outcomes}
    assert found == {
        1: ("delivered",),
        2: ("delivered",),
        3: ("rejected", Code.MAPPING_SEVERAL),
        4: ("skipped",),
        5: ("rejected", Code.MAPPING_NONE),
    }
    mappings = {transfer.record: transfer.mapping for transfer in here.transfers()}
    assert (mappings[1], mappings[2], mappings[4]) == ("pdm-a", "pdm-b", "pdm-skip")


def test_a_mapping_that_takes_the_whole_list_goes_before_those_that_split_it(here: Installation) -> None:
    give_mapping(here)
    whole = give_mapping(here, name="pdm-test", rules='when @exportId = "test"\nskip "a test"\n') / "mapping.map"
    whole.write_text(whole.read_text("utf-8").replace("split  Unterlagen/Unterlage\n", ""), "utf-8")
    drop(here, record("TA-1"), record("TA-2"), export="test", stem="test")
    drop(here, record("TA-3"), stem="real")

    report = here.run()

    found = [(outcome.pair, outcome.record, outcome.state) for outcome in report.outcomes]
    assert sorted(found) == [("real", 1, "delivered"), ("test", 0, "skipped")]


def test_retry_tries_the_rejected_records_only(listing: Installation) -> None:
    drop(listing, record("TA-1"), record("TA-2", None), record("TA-3"))
    listing.run()
    (source,) = listing.sources()
    listing.take(OUT)
    (listing.root / "inbox/pdm/error/liste.xml").write_bytes(unterlagen(*map(record, ("TA-1", "TA-2", "TA-3"))))
    listing.ask(What.RETRY, source.id)

    found = outcomes(listing)

    assert found == {"delivered": 1}
    assert listing.names(OUT) == ["liste_TA-2.xml"]
    assert by_record(listing) == dict.fromkeys((1, 2, 3), "delivered")


def test_a_list_that_was_given_other_records_is_not_tried_again_by_position(listing: Installation) -> None:
    drop(listing, record("TA-1", None), record("TA-2"))
    listing.run()
    (source,) = listing.sources()
    listing.take(OUT)
    (listing.root / "inbox/pdm/error/liste.xml").write_bytes(unterlagen(record("TA-2")))
    listing.ask(What.RETRY, source.id)

    report = listing.run()

    assert codes(only(report)) == [Code.RECORDS_CHANGED]
    assert listing.names(OUT) == []
    assert "liste.xml" in listing.names("inbox/pdm/error")


def test_one_record_is_sent_again_alone(listing: Installation) -> None:
    drop(listing, record("TA-1"), record("TA-2"))
    listing.run()
    listing.take(OUT)
    second = listing.transfers()[1]
    listing.ask(What.RESEND, second.id)

    found = outcomes(listing)

    assert found == {"delivered": 1}
    assert listing.names(OUT) == ["liste_TA-2.xml"]


def test_a_record_about_something_older_is_superseded_and_the_others_go(listing: Installation) -> None:
    drop(listing, record("TA-1", index="B"))
    listing.run()
    listing.take(OUT)
    drop(listing, record("TA-1", index="A"), record("TA-2"))

    found = outcomes(listing)

    assert found == {"superseded": 1, "delivered": 1}


def test_a_list_longer_than_a_part_goes_on_from_part_to_part(listing: Installation) -> None:
    many = [record(f"TA-{number}") for number in range(1, 1100)]
    drop(listing, record("TA-0", "neu", index="B"), *many, record("TA-0", "alt", index="A"))

    first = outcomes(listing)
    listing.take(OUT)
    second = outcomes(listing)

    assert (first[TransferState.DELIVERED], second[TransferState.DELIVERED]) == (1100, 1)
    assert b"neu" in (listing.root / OUT / "liste_TA-0.xml").read_bytes()
