"""Ctrl-C that is noticed even where its KeyboardInterrupt is lost.

Python raises it between any two instructions: in the callback of a weak reference, as imports have them, it is printed
and forgotten, and in the middle of an import it may come out as another error (the documentation of `signal`, "Note on
Signal Handlers and Exceptions", and of `weakref.ref`).
"""

from __future__ import annotations

import signal
from types import FrameType

_seen = False


def watch() -> None:
    """Notice Ctrl-C from now on."""
    global _seen  # there is one Ctrl-C in a process
    _seen = False
    signal.signal(signal.SIGINT, _notice)


def seen() -> bool:
    """Tell whether there was a Ctrl-C."""
    return _seen


def raise_seen() -> None:
    """Raise the KeyboardInterrupt that was lost; raises KeyboardInterrupt."""
    if _seen:
        raise KeyboardInterrupt


def _notice(_number: int, _frame: FrameType | None) -> None:
    global _seen
    _seen = True
    raise KeyboardInterrupt
