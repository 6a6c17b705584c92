"""What a stranger wrote never reaches the terminal raw: controls, and what turns the writing direction."""

from __future__ import annotations

import json
import re

import pytest

from tests import samples
from tests.commands import Answer, Command
from tests.installation import Installation
from tests.integration.test_command_terminal import on_a_terminal

ESCAPE, C1, BIDI = "\x1b[2J\x1b]0;title\x07", "\x9b2J", "\u202e"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
COLOUR = re.compile("\x1b\\[(?:0|1|3[1-3])m|\r")


@pytest.fixture
def hostile(here: Installation) -> Installation:
    """Drop files whose names and values hold what a terminal obeys."""
    here.put("crm", f"P{ESCAPE}{C1}{BIDI}.xml", samples.project("P-2026-001"))
    here.put("crm", "value.xml", samples.project("P-2026-002", Stage=f"prop{C1}{BIDI}"))
    here.put("crm", "title.xml", samples.project("P-2026-003", Name=f"a{C1}{BIDI}b"))
    here.put("crm", f"half{BIDI}.pdf", samples.pdf())
    return here


def _raw(answer: Answer) -> list[str]:
    return OBEYED.findall(answer.out + answer.err)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["people", "programs"])
def test_names_and_values_of_strangers_are_made_harmless(
    hostile: Installation, pairsync: Command, form: tuple[str, ...]
) -> None:
    rehearsed, ran = pairsync("run", "--dry-run", *form), pairsync("run", *form)
    listed = pairsync("list", *form)
    ids = [one["source"] for one in pairsync("list", "--json").objects]
    shown = [pairsync("show", one, *form) for one in ids]

    assert ran.code == 3
    assert len(ids) == 4
    assert [_raw(answer) for answer in (rehearsed, ran, listed, *shown)] == [[]] * 7
    assert "\\u009b" in ran.out + ran.err


def test_values_of_config_ini_are_made_harmless(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm=f"batch = {ESCAPE}{C1}{BIDI}", general=f"{ESCAPE} = {BIDI}")

    people, programs = pairsync("check"), pairsync("check", "--json")

    assert people.code == 78
    assert (_raw(people), _raw(programs)) == ([], [])
    assert "\\u001b[2J" in people.err


def test_on_a_terminal_there_are_no_controls_but_our_colours(hostile: Installation) -> None:
    ran, listed = on_a_terminal(hostile, "run"), on_a_terminal(hostile, "list")

    hostile.configure(crm_to_pdm=f"batch = {ESCAPE}{C1}{BIDI}")
    refused = on_a_terminal(hostile, "check")

    assert [OBEYED.findall(COLOUR.sub("", text)) for text in (ran, listed, refused)] == [[], [], []]


def test_the_log_holds_no_controls(hostile: Installation, pairsync: Command) -> None:
    pairsync("run")

    log = (hostile.root / "var" / "pairsync.log").read_text(encoding="utf-8")

    assert OBEYED.findall(log) == []
    assert all(json.loads(line) for line in log.splitlines())
