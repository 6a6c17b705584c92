"""`pairsync run`: what it says of what it did."""

from __future__ import annotations

import json

import pytest

from tests import samples
from tests.commands import Command, mixed, project
from tests.installation import Installation


def test_a_run_ends_with_what_went_where_what_was_rejected_and_what_is_waited_for(
    here: Installation, pairsync: Command
) -> None:
    mixed(here)

    answer = pairsync("run")

    assert answer.code == 3
    assert answer.out == ""
    assert "crm-to-pdm: 1 pair delivered into outbox/pdm" in answer.err
    assert "Anfrage Förderband  Anfrage Förderband.xml, Anfrage Förderband.pdf" in answer.err
    assert "error sheet: inbox/crm/error/ANF-9.error.html" in answer.err
    assert "“aproved”. There is no such value. Did you mean approved?" in " ".join(answer.err.split())
    assert "The PDF ANF-5.pdf is still missing. Since " in answer.err
    assert answer.err.endswith("Done: 1 delivered, 1 rejected, 1 waiting\n")


def test_what_was_delivered_is_listed_by_name(here: Installation, pairsync: Command) -> None:
    for number, name in enumerate(("b", "C", "a")):
        here.put("crm", f"{name}.xml", samples.project(f"P-2026-{number:03}"))

    answer = pairsync("run")

    assert [line.split()[0] for line in answer.err.splitlines() if line.endswith(".xml")] == ["a", "b", "C"]


def test_an_xml_that_is_empty_is_not_said_to_stop_in_the_middle_only(here: Installation, pairsync: Command) -> None:
    here.put("crm", "P-1.xml", b"")

    answer = pairsync("run")

    assert "The XML file is empty or stops in the middle" in " ".join(answer.err.split())


def test_a_run_with_nothing_to_do_says_so(pairsync: Command) -> None:
    answer = pairsync("run")

    assert (answer.code, answer.out, answer.err) == (0, "", "Done: nothing to do\n")


def test_a_program_gets_an_object_for_everything_and_the_sum_last(here: Installation, pairsync: Command) -> None:
    mixed(here)

    answer = pairsync("run", "--json")

    assert {one["schema"] for one in answer.objects} == {1}
    found = [(one["type"], one.get("pair"), one.get("state")) for one in answer.objects]
    assert sorted(found[:-1]) == [
        ("outcome", "ANF-9", "rejected"),
        ("outcome", "Anfrage Förderband", "delivered"),
        ("unfinished", "ANF-5", "waiting"),
    ]
    assert answer.objects[-1]["outcomes"] == {"delivered": 1, "rejected": 1}
    assert (answer.objects[-1]["code"], answer.code) == (3, 3)


def test_what_waits_for_too_long_is_marked(here: Installation, pairsync: Command) -> None:
    here.configure(crm_export="deadline = 1ms")
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))
    pairsync("run")

    answer = pairsync("run")

    assert "ANF-5  (crm-export)  OVERDUE" in answer.err
    assert "1 waiting (1 overdue)" in answer.err
    assert [one["pair"] for one in pairsync("list", "--state", "overdue", "--json").objects] == ["ANF-5"]


def test_only_the_route_that_is_named_is_run(here: Installation, pairsync: Command) -> None:
    project(here)
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())

    pairsync("run", "--route", "crm-to-pdm")

    assert here.names("outbox/pdm") == ["P-1.xml"]
    assert here.names("outbox/crm") == []


def test_a_route_that_is_not_there_is_a_usage_error_with_a_suggestion(pairsync: Command) -> None:
    answer = pairsync("run", "--route", "crm-to-pdn")

    assert answer.code == 2
    assert "did you mean crm-to-pdm?" in answer.err


def test_each_outcome_is_a_line_of_the_log_without_what_stands_in_the_document(
    here: Installation, pairsync: Command
) -> None:
    mixed(here)

    pairsync("run")

    log = (here.root / "var" / "pairsync.log").read_text(encoding="utf-8")
    lines = {line["event"]: line for line in map(json.loads, log.splitlines())}
    assert [*lines] == ["run.started", "pair.rejected", "pair.delivered", "run.finished"]
    delivered, rejected = lines["pair.delivered"], lines["pair.rejected"]
    assert (delivered["pair"], delivered["route"]) == ("Anfrage Förderband", "crm-to-pdm")
    assert (rejected["level"], rejected["codes"]) == ("warning", ["schema.enumeration"])
    assert "aproved" not in log


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ("outbox", "Is a directory"),
        ("/dev/full", "No space left on device"),
        ("config.ini/log", "its folder is no folder"),
        ("/proc/no/log", "No such file or directory"),
    ],
)
def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(
    here: Installation, pairsync: Command, log: str, why: str
) -> None:
    here.configure(general=f"log = {log}")
    mixed(here)

    answer = pairsync("run")

    assert answer.code == 3
    assert answer.err.count("cannot be written") == 1
    assert f"{log} cannot be written: {why}\n" in answer.err
    assert answer.err.endswith("Done: 1 delivered, 1 rejected, 1 waiting\n")


def test_what_went_wrong_is_listed_by_name_too(here: Installation, pairsync: Command) -> None:
    for name in ("b", "C", "a"):
        here.put("crm", f"{name}.xml", samples.project("P-1", ModifiedOn="yesterday"))

    answer = pairsync("run")

    assert [line.split()[0] for line in answer.err.splitlines() if "(crm-export)" in line] == ["a", "b", "C"]


def test_what_failed_stays_indented_where_it_is_wrapped(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    (here.root / "inbox/crm").rmdir()

    answer = pairsync("run")

    told = answer.err.partition("Not possible now, tried again by the next run\n")[2].partition("\n\n")[0]
    assert "No such file or directory" in " ".join(told.split())
    assert [line[:2] for line in told.splitlines()] == ["  "] * (told.count("\n") + 1)
    assert told.count("\n") > 0


def test_several_that_say_nothing_new_are_said_together(here: Installation, pairsync: Command) -> None:
    for number in ("P-2026-001", "P-2026-002"):
        here.put("crm", f"{number}.xml", samples.project(number))
    pairsync("run")
    for number in ("P-2026-001", "P-2026-002"):
        here.put("crm", f"{number}.xml", samples.project(number))

    answer = pairsync("run")

    assert "2 pairs not delivered: nothing new\n" in answer.err
