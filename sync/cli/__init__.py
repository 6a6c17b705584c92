"""The command `pairsync`: what a person types, and what is printed.

Nothing here imports more than click at first, so that `pairsync --help` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from sync.cli import interrupt
from sync.cli.exits import Exit
from sync.cli.output import emit, note
from sync.cli.root import pairsync
from sync.cli.session import Session
from sync.cli.streams import be_robust, unwritten
from sync.errors import AnotherInstance, ConfigurationError, NotPossible, PairsyncError, TransientError
from sync.names import escape


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what the command line says, and exit with its code."""
    be_robust()
    interrupt.watch()
    # The end of the process frees everything at once; to collect it before takes a fifth of a short run.
    atexit.register(gc.freeze)
    sys.exit(_told(_exit_code(arguments, Session())))


def _told(code: int) -> int:
    """Give the exit code, another one where what was asked for could not be printed."""
    if not (why := unwritten()):
        return code
    note(f"standard output could not be written: {why}")
    return Exit.UNAVAILABLE if code in (Exit.FINE, Exit.REJECTED) else code


def _exit_code(arguments: Sequence[str] | None, session: Session) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _refuse_odd_bytes(arguments)
        answer = pairsync.main(arguments, prog_name="pairsync", obj=session, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        if "--json" in arguments:  # it may stand behind what is wrong
            emit("error", message=error.format_message(), code=int(Exit.USAGE))
        return Exit.USAGE
    except click.Abort:  # Ctrl-C
        return _interrupted(session)
    except ConfigurationError as error:
        session.problems(error.problems)
        return Exit.CONFIGURATION
    except PairsyncError as error:
        return session.fail(str(error), _code_of(error))
    except Exception as error:  # noqa: BLE001  # whatever it is: nobody gets a traceback, and the log gets it whole
        return _interrupted(session) if interrupt.seen() else session.crashed(error)
    return int(answer or Exit.FINE)


def _interrupted(session: Session) -> Exit:
    return session.fail("interrupted; the next run finishes what was under way", Exit.INTERRUPTED)


def _refuse_odd_bytes(arguments: Sequence[str]) -> None:
    """Raise UsageError for what no file of ours could hold."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise click.UsageError(f"{escape(argument)} is not UTF-8") from error


def _code_of(error: PairsyncError) -> Exit:
    kinds: tuple[tuple[type[PairsyncError], Exit], ...] = (
        (NotPossible, Exit.USAGE),
        (AnotherInstance, Exit.LOCKED),
        (TransientError, Exit.UNAVAILABLE),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), Exit.INTERNAL)
