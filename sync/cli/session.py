"""What all commands share: which config.ini, for whom the output is, and how an error is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sync.cli.exits import Exit
from sync.cli.output import emit, note
from sync.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from sync.config import Settings
    from sync.ledger.database import Ledger

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Session:
    """One command as it was typed."""

    def __init__(self) -> None:
        self.config = Path("config.ini")
        self.json = False

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigurationError."""
        from sync.config import load

        return load(self.config)

    @contextmanager
    def ledger(self, *, make: bool = False) -> Iterator[Ledger | None]:
        """Open the ledger; None where there is none yet, unless it is to be made."""
        from sync.ledger.database import Ledger, is_there, sqlite_url

        if not (make or is_there(self.settings.general.ledger)):
            yield None
            return
        ledger = Ledger.open(sqlite_url(self.settings.general.ledger))
        try:
            yield ledger
        finally:
            ledger.close()

    @contextmanager
    def log(self) -> Iterator[None]:
        """Write to the log of the installation."""
        from sync.observe.logging import logging_to

        with logging_to(self.settings.general.log, self.settings.general.log_level):
            yield

    def known_route(self, name: str) -> str:
        """Give *name* if there is such a route; raises click.UsageError."""
        if name not in self.settings.routes:
            known = self.settings.routes
            meant = did_you_mean(name, known) or "there are " + ", ".join(known)
            raise click.UsageError(f"{self.config} has no route {name} ({meant})")
        return name

    # --- what went wrong ----------------------------------------------------------------------------------------------

    def fail(self, message: str, code: Exit) -> Exit:
        """Say in a line what went wrong; give the exit code."""
        note(message)
        if self.json:
            emit("error", message=message, code=int(code))
        return code

    def problems(self, problems: Iterable[Problem]) -> None:
        """Say all that is wrong with settings or mappings, one a line."""
        for problem in problems:
            note(str(problem))
            if self.json:
                emit("problem", **problem_facts(problem))

    def crashed(self, error: Exception) -> Exit:
        """Say that pairsync itself is at fault; the log gets the traceback."""
        from sync.observe.logging import log_exception, logging_to

        # Without settings nobody has said where the log is: then it is standard error.
        known = self.__dict__.get("settings")
        with logging_to(known.general.log if known else None, "error"):
            log_exception(error)
        where = f"; the log has the details: {known.general.log}" if known and known.general.log else ""
        return self.fail(f"internal error: {type(error).__name__}: {error}{where}", Exit.INTERNAL)


def problem_facts(problem: Problem) -> dict[str, Any]:
    """Give a problem as JSON values."""
    names = ("file", "line", "column", "where", "what", "suggestion")
    return {name: value for name in names if (value := getattr(problem, name)) not in ("", None)}


pass_session = click.make_pass_decorator(Session)


def json_option(command: _Command) -> _Command:
    """Give a command the option --json."""
    return click.option(
        "--json", is_flag=True, is_eager=True, expose_value=False, callback=_for_programs,
        help="For programs: one JSON object a line on standard output.",
    )(command)  # fmt: skip


def _for_programs(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Session).json = True
