"""What people and programs see of a list: `run`, `list`, `show` and `status` tell its records apart."""

from __future__ import annotations

import json

import pytest

from tests import samples
from tests.commands import Command
from tests.installation import Installation
from tests.lists import drop, give_mapping, record

MANY = [record(f"TA-{number}") for number in range(1, 13)]
SHEET = "error sheet: inbox/pdm/error/liste.error.html"


@pytest.fixture
def listing(here: Installation) -> Installation:
    """Give an installation with a mapping for lists."""
    give_mapping(here)
    return here


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_a_run_counts_records_apart_and_names_a_few_of_each_list(listing: Installation, pairsync: Command) -> None:
    drop(listing, *MANY)
    listing.put("crm", "P-1.xml", samples.project())

    answer = pairsync("run")

    told = lines(answer.err)
    assert "pdm-to-crm: 12 records delivered into outbox/crm" in told
    assert "crm-to-pdm: 1 pair delivered into outbox/pdm" in told
    assert answer.err.count("liste_TA-") == 5
    assert f"and 7 more records: pairsync show {listing.transfers()[-1].source_id}" in answer.err
    assert told[-1] == "Done: 13 delivered"


def test_a_run_says_of_each_wrong_record_which_it_is_and_names_the_sheet_once(
    listing: Installation, pairsync: Command
) -> None:
    drop(listing, record("TA-1"), record("TA-2", None), record(""), *MANY[3:])

    answer = pairsync("run")

    told = lines(answer.err)
    start = told.index("2 records rejected")
    assert told[start + 1] == "liste  (pdm-to-crm)"
    assert [line.partition(": The")[0] for line in told[start:] if line.startswith("Record")] == [
        "Record 2 (TA-2): Line 3",
        "Record 3: Line 4",
    ]
    assert answer.err.count(SHEET) == 1
    assert answer.code == 3


def test_of_many_wrong_records_of_a_list_a_run_shows_a_few(listing: Installation, pairsync: Command) -> None:
    drop(listing, *(record(f"TA-{number}", None) for number in range(1, 13)))

    told = lines(pairsync("run").err)

    assert len([line for line in told if line.startswith("Record ")]) == 5
    assert "and 7 more records" in told


def test_a_dry_run_promises_no_sheet(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1"), record("TA-2", None))

    told = pairsync("run", "--dry-run").err

    assert "1 record would be rejected" in told
    assert "error sheet" not in told


def test_a_sheet_that_waits_for_other_records_is_said_to_come(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1", index="A"), record("TA-1", "neu", index="B"), record("TA-2", None))

    first = pairsync("run")
    listing.take("outbox/crm")
    pairsync("run")

    assert "error sheet: as soon as no record of the list waits any more" in lines(first.err)
    assert "liste, record 2  (pdm-to-crm)" in lines(first.err)
    assert "1 record still waited for" in lines(first.err)
    assert "liste.error.html" in listing.names("inbox/pdm/error")


def test_records_that_are_not_carried_for_one_reason_share_a_line(here: Installation, pairsync: Command) -> None:
    give_mapping(here, more="when   Art = 'W'\n", name="pdm-skip", rules='skip "stays here"\n')
    drop(here, *(record(f"TA-{number}", kind="W") for number in range(1, 8)))

    told = lines(pairsync("run").err)

    start = told.index("7 records not carried, says the mapping")
    assert told[start + 1] == "liste, records 1, 2, 3, 4, 5 and 2 more  stays here"


def test_a_flag_names_the_records_that_bear_it(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1"), record("TA-2"), record("TA-3"))
    listing.run()
    (listing.root / "var/ledger.sqlite").unlink()
    (listing.root / "outbox/crm/liste_TA-3.xml").unlink()
    drop(listing, record("TA-1"), record("TA-2"), record("TA-3"))

    told = pairsync("run").err

    assert "liste, records 1, 2: " in told


def test_list_tells_records_apart_by_position_and_number(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1"), record(""), record("TA-3"))
    pairsync("run")

    people, programs = pairsync("list"), pairsync("list", "--json")

    rows = sorted(" ".join(line.split()[3:]) for line in people.out.splitlines()[1:])
    assert rows == [
        "delivered liste, record 1 pdm-to-crm, document/TA-1",
        "delivered liste, record 3 pdm-to-crm, document/TA-3",
        "rejected liste, record 2 pdm-to-crm",
    ]
    assert sorted((one["record"], one["number"]) for one in programs.objects) == [(1, "TA-1"), (2, ""), (3, "TA-3")]


def test_show_counts_the_records_and_shows_one_alone(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1"), record("TA-2", None), record("TA-3"))
    pairsync("run")
    second = listing.transfers()[1]

    whole, one = pairsync("show", second.source_id), pairsync("show", second.id)
    programs = pairsync("show", second.id[3:], "--json")

    assert "records        2 delivered, 1 rejected" in lines(whole.out)
    assert [f"{second.id}  pdm-to-crm, record 2" in answer.out for answer in (whole, one)] == [True, True]
    assert [answer.out.count("transfer ") for answer in (whole, one)] == [3, 1]
    assert [one.out.count(state) for state in ("rejected: ", "delivered: ")] == [1, 0]
    (told,) = programs.objects
    assert (told["records"], [one["record"] for one in told["transfers"]]) == ({"delivered": 2, "rejected": 1}, [2])


def test_who_sends_a_list_again_is_told_to_name_a_record(listing: Installation, pairsync: Command) -> None:
    drop(listing, *MANY)
    pairsync("run")
    source = listing.transfers()[0].source_id

    answer = pairsync("resend", source)

    assert answer.code == 1
    assert answer.err.count(f"{source}-") == 5
    assert f"and 7 more: pairsync show {source}" in answer.err
    assert pairsync("resend", f"{source}-9").code == 0


def test_status_counts_records_apart(listing: Installation, pairsync: Command) -> None:
    listing.configure(mappings=str(listing.root / "mappings"), pdm_export="deadline = 0s")
    drop(listing, record("TA-1", index="A"), record("TA-1", "neu", index="B"))
    pairsync("run")

    answer = pairsync("status")

    assert "1 record overdue" in answer.out


def test_each_record_is_an_outcome_for_programs_and_a_line_of_the_log(listing: Installation, pairsync: Command) -> None:
    drop(listing, record("TA-1"), record("TA-2", None))

    answer = pairsync("run", "--json")

    outcomes = [one for one in answer.objects if one["type"] == "outcome"]
    found = {one["record"]: (one["number"], one["state"], one["sheet"] != "") for one in outcomes}
    assert found == {1: ("TA-1", "delivered", False), 2: ("TA-2", "rejected", True)}
    (summary,) = [one for one in answer.objects if one["type"] == "summary"]
    assert summary["outcomes"] == {"delivered": 1, "rejected": 1}
    log = map(json.loads, (listing.root / "var/pairsync.log").read_text("utf-8").splitlines())
    assert sorted((one["event"], one["record"]) for one in log if "pair" in one) == [
        ("pair.delivered", 1),
        ("pair.rejected", 2),
    ]
