"""What goes wrong is said, by every command, with its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from sync import system
from sync.config import Settings
from sync.engine import embedded
from sync.mapping.store import MappingStore
from tests.commands import Command, mixed, project, quiet
from tests.installation import REPOSITORY, Installation


def test_all_that_is_wrong_in_config_ini_is_said_at_once(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm="every = 5x", crm_export="sistem = crm")

    answer = pairsync("status", "--json")

    assert answer.code == 78
    assert [line.split(": ")[0] for line in answer.err.splitlines()] == ["pairsync"] * 2
    assert [(one["type"], one["line"] > 0) for one in answer.objects] == [("problem", True)] * 2


@pytest.mark.parametrize(
    "command",
    [("run", "--rote", "x", "--json"), ("show", "--json"), ("list", "--limit", "x", "--json"), ("no", "--json")],
)
def test_a_wrong_command_line_is_told_to_programs_too(pairsync: Command, command: tuple[str, ...]) -> None:
    answer = pairsync(*command)

    assert answer.code == 2
    assert [(one["type"], one["code"]) for one in answer.objects] == [("error", 2)]
    assert answer.objects[0]["message"] in answer.err


@pytest.mark.parametrize("command", [("show",), ("retry",), ("init",), ("list", "--object"), ("run", "--route")])
def test_what_is_not_utf_8_on_the_command_line_is_a_usage_error(
    here: Installation, pairsync: Command, command: tuple[str, ...]
) -> None:
    project(here)
    pairsync("run")

    answer = pairsync(*command, os.fsdecode(b"x\xe4"))

    assert answer.code == 2
    assert "x\\xe4 is not UTF-8" in answer.err
    assert not (here.root / os.fsdecode(b"x\xe4")).exists()


def test_no_installation_is_made_in_a_folder_whose_path_is_not_utf_8(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = here.root / os.fsdecode(b"x\xe4")
    odd.mkdir()
    monkeypatch.chdir(odd)

    answer = pairsync("init", ".")

    assert answer.code == 2
    assert "x\\xe4 is not UTF-8" in answer.err
    assert list(odd.iterdir()) == []


def test_a_config_that_is_not_there_is_said(pairsync: Command) -> None:
    answer = pairsync("--config", "elsewhere.ini", "run")

    assert answer.code == 78
    assert answer.err.startswith(
        "pairsync: elsewhere.ini: cannot be read: No such file or directory (name it with --config"
    )


def test_the_environment_may_name_the_config(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIRSYNC_CONFIG", str(here.root / "config.ini"))
    monkeypatch.chdir("/")

    assert pairsync("status").code == 0


def test_a_folder_that_is_gone_is_to_be_tried_again(here: Installation, pairsync: Command) -> None:
    project(here)
    (here.root / "outbox" / "pdm").rmdir()

    answer = pairsync("run")
    told = pairsync("status")

    assert answer.code == 75
    assert "folder pdm-import" in answer.err
    assert "No such file or directory" in " ".join(answer.err.split())
    assert "P-1" in answer.err
    assert "Folder pdm-import has not worked since" in told.out


def test_a_second_run_on_the_same_folder_ends_with_11(here: Installation, pairsync: Command) -> None:
    pairsync("run")

    with system.lock(here.root / "inbox" / "crm" / ".pairsync" / "lock"):
        answer = pairsync("run")

    assert answer.code == 11


def test_a_mistake_of_ours_is_one_line_and_the_log_has_the_traceback(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("what nobody thought of")

    monkeypatch.setattr(embedded, "run", broken)

    answer = pairsync("run", "--json")

    log = here.root / "var" / "pairsync.log"
    assert answer.code == 70
    assert (
        answer.err
        == f"pairsync: internal error: ZeroDivisionError: what nobody thought of; the log has the details: {log}\n"
    )
    assert [(one["type"], one["code"]) for one in answer.objects] == [("error", 70)]
    last = json.loads(log.read_text().splitlines()[-1])
    assert 'raise ZeroDivisionError("what nobody thought of")' in last["traceback"]


def test_an_interrupt_that_python_loses_ends_the_run_before_it_waits(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losing(settings: Settings) -> MappingStore:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return load_mappings(settings)

    quiet(here, "30s")
    project(here)
    load_mappings = embedded.load_mappings
    monkeypatch.setattr(embedded, "load_mappings", losing)

    answer = pairsync("run")

    assert (answer.code, answer.err.strip()) == (130, "pairsync: interrupted; the next run finishes what was under way")


def test_an_interrupt_that_comes_out_as_another_error_is_an_interrupt(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_arguments: object, **_options: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise AssertionError

    monkeypatch.setattr(embedded, "run", torn)

    answer = pairsync("run")

    assert answer.code == 130


def test_an_interrupted_run_ends_with_130_and_the_next_one_goes_on(here: Installation, pairsync: Command) -> None:
    quiet(here, "30s")
    project(here)
    command = [sys.executable, "-m", "sync", "run"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, cwd=here.root, env=environment, stderr=subprocess.PIPE, text=True) as process:
        _until(lambda: (here.root / "inbox" / "crm" / "processed").exists())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    here.configure()

    again = pairsync("run")

    assert process.returncode in (130, -signal.SIGINT)  # a shell says 130 for both
    assert said.strip() == "pairsync: interrupted; the next run finishes what was under way"
    assert again.code == 0


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_whoever_has_read_enough_breaks_nothing(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")
    reader, writer = os.pipe()
    os.close(reader)

    command = [sys.executable, "-m", "sync", "list"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    answer = subprocess.run(
        command, cwd=here.root, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_terminal_that_lacks_a_letter_ends_no_command(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")

    answer = here.command("list", PYTHONIOENCODING="iso8859-7")

    assert answer.returncode == 0
    assert r"Anfrage F\xf6rderband" in answer.stdout
