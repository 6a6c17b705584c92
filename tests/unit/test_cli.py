"""The command line itself: what it imports, what is documented, what the shell completes, how tables look."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sync.cli.completing import mapping_names, route_names
from sync.cli.exits import Exit
from sync.cli.output import cells_of, lasting, table, wrap
from sync.cli.root import pairsync

HEAVY = ("sqlalchemy", "alembic", "lxml", "pydantic", "pypdf", "rich")


def _commands(group: click.Group = pairsync, path: str = "pairsync") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_help_is_answered_without_importing_what_is_heavy() -> None:
    script = (
        f"import sys, sync.cli\ntry: sync.cli.main(['--help'])\nexcept SystemExit: print({HEAVY} & sys.modules.keys())"
    )

    answer = subprocess.run(
        [sys.executable, "-c", script.replace("(", "{", 0)], capture_output=True, text=True, check=False
    )

    assert answer.stdout.endswith("set()\n"), answer


def test_the_end_of_a_process_collects_nothing() -> None:
    script = (
        "import atexit, gc, sync.cli\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 0))\n"  # what is registered last is done first
        "sync.cli.main(['--help'])"
    )

    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert answer.stdout.endswith("True\n")


@pytest.mark.parametrize(("path", "command"), [*_commands()])
def test_every_command_and_option_is_documented(root: Path, path: str, command: click.Command) -> None:
    page = (root / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    (part,) = [part for part in page.split("\n### ") if path in part.partition("\n")[0]]

    own = [name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts]

    assert [name for name in own if name != "--json" and f"`{name}" not in part] == []


@pytest.mark.parametrize("name", [name for option in pairsync.params for name in option.opts])
def test_every_global_option_is_documented(root: Path, name: str) -> None:
    assert f"`{name}" in (root / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("path", "command"), [*_commands()])
def test_every_command_but_completion_speaks_to_programs(path: str, command: click.Command) -> None:
    options = [name for parameter in command.params for name in parameter.opts]

    assert ("--json" in options) == (path != "pairsync completion")


def test_exactly_the_exit_codes_that_there_are_are_documented(root: Path) -> None:
    page = (root / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")]

    assert [int(code) for code in rows if code.isdecimal()] == [code.value for code in Exit]


def test_every_state_can_be_asked_for() -> None:
    from sync.model import SourceState, TransferState

    (states,) = [option for option in pairsync.commands["list"].params if option.name == "states"]

    assert set(states.type.choices) == {*SourceState, *TransferState, "overdue"}


# --- what the shell completes -----------------------------------------------------------------------------------------


@pytest.fixture
def context(tmp_path: Path) -> click.Context:
    config = tmp_path / "config.ini"
    config.write_text("[pairsync]\nmappings = m\n[route crm-to-pdm]\n[route crm-to-erp]\n[route x]\n", encoding="utf-8")
    for name in ("crm-inquiry", "crm-order", "pdm-status"):
        (tmp_path / "m" / name).mkdir(parents=True)
        (tmp_path / "m" / name / "mapping.map").touch()
    (tmp_path / "m" / "crm-schemas").mkdir()
    context = click.Context(pairsync)
    context.params["config"] = config
    return context


def test_routes_are_completed(context: click.Context) -> None:
    assert route_names(context, context.command, "crm") == ["crm-to-pdm", "crm-to-erp"]


def test_mappings_are_completed(context: click.Context) -> None:
    assert mapping_names(context, context.command, "crm") == ["crm-inquiry", "crm-order"]


@pytest.mark.parametrize("content", ["no section", "[route a\n", "\xe4".encode("latin-1").decode("latin-1") + "\n[["])
def test_a_config_that_cannot_be_read_completes_nothing(context: click.Context, content: str) -> None:
    context.params["config"].write_bytes(content.encode("latin-1"))

    assert route_names(context, context.command, "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_names_the_command(shell: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "sync", "completion", shell], capture_output=True, text=True, check=False
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "_PAIRSYNC_COMPLETE" in answer.stdout


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_that_fits_is_not_wrapped() -> None:
    assert table([("a", "bc"), ("def", "g")], width=10, indent=1) == [" a    bc", " def  g"]


def test_nothing_of_a_table_that_is_too_wide_is_cut_off() -> None:
    row = (
        "6fh7pes0p5ab-1",
        "TANG_TA-4698_B_Angebot-Förderanlage-Süddeutschland",
        "delivered, as we all hoped it would be",
    )

    lines = table([row], width=60, firm=1)

    assert max(map(cells_of, lines)) <= 60
    assert lines[0].startswith("6fh7pes0p5ab-1  ")
    cells = [line[16:] for line in lines]
    shown = "".join("".join(cells).split())
    assert sorted(shown) == sorted("".join(row[1:]).replace(" ", ""))


def test_a_table_that_nobody_looks_at_is_as_wide_as_it_likes() -> None:
    assert table([("a" * 300, "b")], width=None) == ["a" * 300 + "  b"]


def test_letters_are_as_wide_as_a_terminal_shows_them() -> None:
    composed, decomposed, wide = "Ü", "U\u0308", "部"

    assert [cells_of(text) for text in (composed, decomposed, wide)] == [1, 1, 2]


def test_a_text_is_broken_at_blanks_and_long_words_at_their_joints() -> None:
    assert wrap("is in outbox/pdm/processed/2026-11-23", 16) == ["is in", "outbox/pdm/", "processed/2026-", "11-23"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 seconds"), (1, "1 second"), (119, "1 minute"), (7200, "2 hours"), (1e6, "11 days")]
)
def test_a_duration_is_said_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
