"""`pairsync list`, `show` and `status`: what the ledger knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync import delivery
from tests import samples
from tests.commands import Command, mixed, project
from tests.installation import Installation
from tests.integration.test_recovery import stopped_before


@pytest.mark.parametrize(
    ("options", "pairs"),
    [
        ((), {"Anfrage Förderband", "ANF-9", "ANF-5"}),
        (("--state", "rejected"), {"ANF-9"}),
        (("--state", "waiting", "--state", "delivered"), {"Anfrage Förderband", "ANF-5"}),
        (("--state", "finished"), {"Anfrage Förderband"}),
        (("--state", "overdue"), set()),
        (("--route", "crm-to-pdm"), {"Anfrage Förderband"}),
        (("--route", "pdm-to-crm"), set()),
        (("--object", "ANF-2026-0001"), {"Anfrage Förderband"}),
        (("--object", "document/anf-2026-0001"), {"Anfrage Förderband"}),
        (("--object", "project/ANF-2026-0001"), set()),
        (("--since", "1h"), {"Anfrage Förderband", "ANF-9", "ANF-5"}),
        (("--since", "2199-01-01"), set()),
        (("--until", "2026-01-01 12:00"), set()),
    ],
)
def test_a_list_holds_what_is_asked_for(
    here: Installation, pairsync: Command, options: tuple[str, ...], pairs: set[str]
) -> None:
    mixed(here)
    pairsync("run")

    answer = pairsync("list", "--json", *options)

    assert answer.code == 0
    assert {one["pair"] for one in answer.objects} == pairs


def test_a_list_that_is_too_long_says_how_much_is_left_out(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")

    answer = pairsync("list", "--limit", "1")

    assert len(answer.out.splitlines()) == 2
    assert "2 more: --limit 0 lists all" in answer.err


@pytest.mark.parametrize("command", ["list", "status"])
def test_before_the_first_run_there_is_nothing_to_see_and_nothing_is_made(
    here: Installation, pairsync: Command, command: str
) -> None:
    answer = pairsync(command)

    assert (answer.code, answer.out) == (0, "")
    assert "nothing was carried yet" in answer.err
    assert not (here.root / "var").exists()


def test_a_source_is_shown_with_its_history_its_hashes_and_where_its_files_are(
    here: Installation, pairsync: Command
) -> None:
    mixed(here)
    pairsync("run")
    (listed,) = pairsync("list", "--state", "delivered", "--json").objects

    answer = pairsync("show", listed["transfer"])
    (facts,) = pairsync("show", listed["source"][2:9], "--json").objects

    for part in facts["files"]:
        assert part["sha256"] in answer.out
        assert part["path"] in answer.out
        assert Path(part["path"]).is_file()
    assert str(here.root / "outbox" / "pdm" / "Anfrage Förderband.xml") in answer.out
    assert "document/ANF-2026-0001" in answer.out
    happened = [event["what"] for event in facts["history"]]
    assert happened == ["claim", "claimed", "committed", "delivered", "archived"]


def test_a_program_tells_what_is_listed_from_what_is_shown(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")

    listed = pairsync("list", "--json").objects
    (shown,) = pairsync("show", listed[0]["source"], "--json").objects

    assert {one["type"] for one in listed} == {"source", "transfer"}
    assert len({frozenset(one) for one in listed}) == 1
    assert shown["type"] == "detail"


def test_an_unfinished_pair_has_the_same_fields_wherever_it_is_told(here: Installation, pairsync: Command) -> None:
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))

    ran = next(one for one in pairsync("run", "--json").objects if one["type"] == "unfinished")
    told = next(one for one in pairsync("status", "--json").objects if one["type"] == "unfinished")
    (listed,) = pairsync("list", "--json").objects

    assert ran == {key: told[key] for key in told if key != "overdue"}
    assert ran.keys() == listed.keys()


def test_what_was_found_is_shown_in_words(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")
    (listed,) = pairsync("list", "--state", "rejected", "--json").objects

    answer = pairsync("show", listed["source"])

    assert "“aproved”. There is no such value." in answer.out
    assert str(here.root / "inbox" / "crm" / "error" / "ANF-9.error.html") in answer.out


def test_an_error_sheet_that_is_gone_is_said_to_be_so(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")
    (listed,) = pairsync("list", "--state", "rejected", "--json").objects
    sheet = here.root / "inbox" / "crm" / "error" / "ANF-9.error.html"
    there = pairsync("show", listed["source"])
    sheet.unlink()

    gone = pairsync("show", listed["source"])

    assert f"{sheet}\n" in there.out
    assert f"{sheet} (not there any more)\n" in gone.out


def test_an_id_that_means_nothing_or_several_is_said(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")
    first, second, _ = (one["source"] for one in pairsync("list", "--json").objects)

    # What all ids have in common is the century in which they were made.
    nothing, several = pairsync("show", "iou"), pairsync("show", first[0])

    assert (nothing.code, several.code) == (1, 1)
    assert "there is no source or transfer iou: pairsync list shows their IDs" in nothing.err
    assert first in several.err
    assert second in several.err


def test_a_corrected_file_and_the_one_it_corrects_know_of_each_other(here: Installation, pairsync: Command) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))
    pairsync("run")
    (here.root / "inbox" / "crm" / "error" / "P-1.xml").rename(here.root / "inbox" / "crm" / "P-1.xml")
    project(here)
    pairsync("run")
    after, before = (one["source"] for one in pairsync("list", "--json").objects)

    corrected, wrong = pairsync("show", after, "--json").objects[0], pairsync("show", before, "--json").objects[0]

    assert corrected["corrects"] == before
    assert wrong["corrected_by"] == [after]
    assert "(not there any more)" in pairsync("show", before).out or wrong["files"]


def test_what_has_no_history_yet_has_no_heading_for_one(here: Installation, pairsync: Command) -> None:
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))
    pairsync("run")
    (source,) = (one["source"] for one in pairsync("list", "--json").objects)

    answer = pairsync("show", source)

    assert "waiting: The PDF ANF-5.pdf is still missing." in answer.out
    assert "history" not in answer.out.splitlines()


def test_a_flag_of_a_delivery_is_said_by_the_run_and_by_the_list(here: Installation, pairsync: Command) -> None:
    here.drop_inquiry()
    with stopped_before(delivery, "publish"):
        here.run()
    shutil.rmtree(here.root / "var")

    ran, listed, told = pairsync("run"), pairsync("list"), pairsync("list", "--json")

    sentence = "the target system may have it twice"
    assert [sentence in " ".join(text.split()) for text in (ran.err, listed.out)] == [True, True]
    assert [line["flags"] for line in told.objects] == [["possible_duplicate"]]
