"""`pairsync mapping` and `db`."""

from __future__ import annotations

import subprocess

from sync.ledger.database import HEAD
from tests.commands import Command
from tests.installation import REPOSITORY, Installation


def test_the_mappings_are_listed_with_what_they_carry(here: Installation, pairsync: Command) -> None:
    answer = pairsync("mapping", "list", "--json")

    assert answer.code == 0
    (project,) = [one for one in answer.objects if one["name"] == "crm-project-to-pdm-project"]
    assert (project["source"], project["target"], project["object"], project["pdf"]) == (
        "Project",
        "Projekt",
        "project",
        "none",
    )


def test_a_mapping_prints_its_stylesheet(here: Installation, pairsync: Command) -> None:
    answer = pairsync("mapping", "xslt", "crm-project-to-pdm-project")

    assert answer.code == 0
    assert answer.out.startswith("<xsl:stylesheet")


def test_golden_cases_that_differ_are_printed_field_by_field(here: Installation, pairsync: Command) -> None:
    mappings = here.root / "m"
    subprocess.run(["cp", "-r", str(REPOSITORY / "mappings"), str(mappings)], check=True)
    case = next((mappings / "crm-project-to-pdm-project" / "tests").glob("*/expected.xml"))
    text = case.read_text(encoding="iso-8859-1")
    case.write_text(text.replace("<Projektnummer>", "<Projektnummer>X"), encoding="iso-8859-1")
    here.configure(mappings="m")

    one, all_ = pairsync("mapping", "test", "crm-inquiry-to-pdm-document"), pairsync("mapping", "test")
    told = pairsync("mapping", "test", "crm-project-to-pdm-project", "--json")

    assert one.code == 0
    ((difference,),) = (case["differences"] for case in told.objects if not case["passed"])
    assert difference["expected"] == f"X{difference['got']}"
    assert all_.code == 1
    assert f"crm-project-to-pdm-project: {case.parent.name} differs" in all_.out
    assert "/Projekt/Projektnummer" in all_.out


def test_golden_cases_of_a_list_that_differ_say_of_which_record(here: Installation, pairsync: Command) -> None:
    name = "crm-customer-list-to-pdm-customer"
    case = here.own_mappings() / name / "tests" / "every-status"
    expected = case / "expected-3.xml"
    expected.write_text(expected.read_text("utf-8").replace(">gesperrt<", ">aktiv<"), "utf-8")
    (case / "expected-6.findings").unlink()

    told, programs = pairsync("mapping", "test", name), pairsync("mapping", "test", name, "--json")

    assert told.code == 1
    assert [line.split(maxsplit=2)[:2] for line in told.out.splitlines()[1:4]] == [
        ["record", "field"],
        ["3", "/Kunde/Kundenstatus"],
        ["6", "/Accounts/Account[6]/MergedInto"],
    ]
    assert [one["record"] for case in programs.objects for one in case["differences"]] == [3, 6]


def test_a_mapping_that_is_not_there_is_a_usage_error(pairsync: Command) -> None:
    answer = pairsync("mapping", "test", "crm-project-to-pdm-projekt")

    assert answer.code == 2
    assert "did you mean crm-project-to-pdm-project?" in answer.err


def test_the_version_of_the_ledger_is_told_and_an_older_one_refused(here: Installation, pairsync: Command) -> None:
    before = pairsync("db", "current")
    pairsync("db", "upgrade")
    now = pairsync("db", "current", "--json")
    _set_version(here, "0000")
    older = pairsync("db", "current"), pairsync("run"), pairsync("run", "--dry-run")

    assert "is not there yet" in before.out
    assert now.objects == [
        {
            "schema": 1,
            "type": "ledger",
            "path": str(here.root / "var/ledger.sqlite"),
            "version": HEAD,
            "needed": HEAD,
        }
    ]
    assert [answer.code for answer in older] == [1, 78, 78]
    assert "pairsync db upgrade" in older[1].err
    assert "ledger.sqlite: the ledger has version 0000" in older[2].err


def _set_version(here: Installation, version: str) -> None:
    import sqlite3

    connection = sqlite3.connect(here.root / "var" / "ledger.sqlite")
    connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.commit()
    connection.close()
