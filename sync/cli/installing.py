"""`pairsync init`, `check`, `db` and `completion`: what is done once, and when something was changed."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from sync.cli.exits import Exit
from sync.cli.output import coloured, columns, emit, note, say, shown, table
from sync.cli.session import Session, json_option, pass_session

if TYPE_CHECKING:
    from sync.engine.checks import Result

_SHELLS = ("bash", "zsh", "fish")
_COLOURS = {"note": "yellow", "wrong": "red"}


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path), help="A folder that is new or empty.")
@json_option
@pass_session
def init(session: Session, directory: Path) -> int:
    """Make a new installation in a folder."""
    from sync.installation import create

    made = create(directory)
    for path in made:
        if session.json:
            emit("made", path=str(path))
        else:
            say(shown(path))
    config, mappings = shown(made[0]), shown(directory / "mappings")
    note(f"next: put your mappings into {mappings}, edit {config}, then: pairsync --config {quote(config)} check")
    return Exit.FINE


@click.command()
@json_option
@pass_session
def check(session: Session) -> int:
    """Check settings, folders, ledger and mappings."""
    from sync.engine.checks import Grade, checks

    code = Exit.FINE
    for result in checks(session.settings):
        if result.grade is Grade.WRONG:
            code = max(code, Exit.CONFIGURATION if result.configuration else Exit.FOUND)
        if session.json:
            facts = {"grade": result.grade, "subject": result.subject, "what": result.what}
            emit("check", **facts, suggestion=result.suggestion)
        else:
            _print(result)
    return code


def _print(result: Result) -> None:
    what = result.what + (f" ({result.suggestion})" if result.suggestion else "")
    rows = [(f"{result.grade:5}", f"{result.subject}: {what}")]
    for line in table(rows, width=columns()):
        say(coloured(line, _COLOURS.get(result.grade, "")))


@click.group()
def db() -> None:
    """Look at the ledger's version, or upgrade it."""


@db.command()
@json_option
@pass_session
def current(session: Session) -> int:
    """Tell which version the ledger has."""
    from sync.ledger.database import HEAD, Ledger, is_there, sqlite_url

    path = session.settings.general.ledger
    version = None
    if is_there(path):
        ledger = Ledger.open(sqlite_url(path), upgrade=True)
        version = ledger.version()
        ledger.close()
    if session.json:
        emit("ledger", path=str(path), version=version, needed=HEAD)
    elif version is None:
        say(f"{shown(path)} is not there yet: the first run makes it")
    else:
        say(f"{shown(path)} has version {version}, this pairsync needs {HEAD}")
    return Exit.FINE if version in (None, HEAD) else Exit.FOUND


@db.command()
@json_option
@pass_session
def upgrade(session: Session) -> int:
    """Bring the ledger to the version that this pairsync needs."""
    from sync.ledger.migrations import upgrade as migrate

    before, after = migrate(session.settings.general.ledger)
    if session.json:
        emit("ledger", path=str(session.settings.general.ledger), before=before, version=after)
    elif before == after:
        say(f"the ledger has version {after} already")
    else:
        say(f"the ledger went from version {before or 'none'} to {after}")
    return Exit.FINE


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the completion script of a shell.

    \b
    bash: eval "$(pairsync completion bash)"    in ~/.bashrc
    zsh:  eval "$(pairsync completion zsh)"     in ~/.zshrc
    fish: pairsync completion fish >~/.config/fish/completions/pairsync.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    say(kind(context.find_root().command, {}, "pairsync", "_PAIRSYNC_COMPLETE").source())
    return Exit.FINE
