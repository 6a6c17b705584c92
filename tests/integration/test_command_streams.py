"""Standard streams that are closed or full: the work is done all the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import samples
from tests.commands import Answer, Command, mixed, project
from tests.installation import REPOSITORY, Installation

LOST = "pairsync: standard output could not be written: "


def _with(here: Installation, command: str) -> Answer:
    """Run a command of the shell in which `pairsync` is ours."""
    run = f'exec "{sys.executable}" -m sync'
    answer = subprocess.run(
        ["sh", "-c", command.replace("pairsync", run)],
        cwd=here.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Answer(answer.returncode, answer.stdout, answer.stderr)


@pytest.mark.parametrize(
    "streams", ["2>&-", "2>/dev/full", ">&-", ">/dev/full", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"]
)
def test_a_run_whose_messages_nobody_can_read_does_its_work(here: Installation, streams: str) -> None:
    project(here)

    answer = _with(here, f"pairsync run {streams}")

    assert answer.code == 0
    assert here.names("outbox/pdm") == ["P-1.xml"]
    assert "Traceback" not in answer.out + answer.err


def test_the_code_of_a_run_stays_though_its_messages_cannot_be_written(here: Installation) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))

    assert _with(here, "pairsync run 2>/dev/full").code == 3


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("pairsync list >&-", "it is closed"),
        ("pairsync list >/dev/full", "No space left on device"),
        ("pairsync status --json >/dev/full", "No space left on device"),
        ("pairsync --help >/dev/full", "No space left on device"),
    ],
)
def test_what_was_asked_for_and_cannot_be_written_is_said(
    here: Installation, pairsync: Command, command: str, why: str
) -> None:
    project(here)
    pairsync("run")

    answer = _with(here, command)

    assert (answer.code, answer.err) == (75, f"{LOST}{why}\n")


def test_a_run_whose_objects_cannot_be_written_does_its_work_and_says_so(here: Installation) -> None:
    mixed(here)

    answer = _with(here, "pairsync run --json >/dev/full")

    assert (answer.code, answer.err) == (75, f"{LOST}No space left on device\n")
    assert here.names("outbox/pdm") == ["Anfrage Förderband.pdf", "Anfrage Förderband.xml"]


def test_a_log_on_a_full_standard_error_stops_nothing(here: Installation) -> None:
    here.configure(general="log = -")
    project(here)

    answer = _with(here, "pairsync run 2>/dev/full")

    assert answer.code == 0
    assert here.names("outbox/pdm") == ["P-1.xml"]
