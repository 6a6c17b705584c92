"""What is shown on a terminal."""

from __future__ import annotations

import os
import pty
import sys

from tests import samples
from tests.commands import Command, project, quiet
from tests.installation import REPOSITORY, Installation


def on_a_terminal(here: Installation, *arguments: str) -> str:
    """Run a command on a terminal of 80 columns; give all that it wrote there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(here.root)
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "80", "TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-m", "sync", *arguments], environment)
    written = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            written += piece
    except OSError:  # the other side is closed
        pass
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return written.decode()


def test_on_a_terminal_whatever_takes_over_a_second_has_a_progress_bar(here: Installation) -> None:
    quiet(here, "6s")  # long enough for the command to start meanwhile, however busy the machine is
    project(here)

    shown = on_a_terminal(here, "run")

    assert "0 of 1" in shown
    assert "files still change" in shown
    assert "1 pair delivered" in shown


def test_on_a_terminal_a_list_shows_how_many_of_its_records_are_done(here: Installation) -> None:
    quiet(here, "6s")
    here.put("crm", "kunden.xml", samples.customers({f"{number}": "DE" for number in range(300_000, 301_000)}))

    shown = on_a_terminal(here, "run")

    assert "0 of 1, 500 of 1,000 records" in shown


def test_on_a_terminal_the_standing_of_the_usual_routes_is_a_line_each(here: Installation, pairsync: Command) -> None:
    project(here)
    here.put("crm", "half.pdf", samples.pdf())
    pairsync("run")

    lines = on_a_terminal(here, "status").splitlines()

    assert [line.split()[0] for line in lines[2:]] == ["crm-to-pdm", "pdm-to-crm", "crm-export"]
    assert max(map(len, lines)) <= 80


def test_on_a_terminal_a_table_fits_and_an_id_is_never_broken(here: Installation, pairsync: Command) -> None:
    here.put("crm", f"{'Angebot_Förderanlage-' * 4}.xml", samples.project())
    pairsync("run")
    (listed,) = pairsync("list", "--json").objects

    lines = on_a_terminal(here, "list").splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[1].startswith(listed["transfer"] + "  ")
