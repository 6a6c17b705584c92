"""Standard streams that end no command: closed, full, or without a letter that is to be printed."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, TextIO


def be_robust() -> None:
    """Let what is done never depend on whether it can be told."""
    _occupy()
    sys.stdout, sys.stderr = _robust(sys.stdout, sys.__stdout__, 1), _robust(sys.stderr, sys.__stderr__, 2)


def unwritten() -> str:
    """Say why what was asked for could not be printed; empty: it was, or its reader had enough of it."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = raw.error if isinstance(raw, _Stream) else None
    return "" if error is None or isinstance(error, BrokenPipeError) else str(error.strerror)


def _occupy() -> None:
    """Open the standard streams that are closed: no file of ours may get their numbers."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number is this one


def _robust(stream: TextIO | None, original: TextIO | None, number: int) -> TextIO:
    if stream is not None and stream is not original:  # somebody else's, as in tests, or ours already
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        return stream
    raw = _Stream(number, "w", closefd=False)
    raw.closed_before = stream is None
    encoding = stream.encoding if stream is not None else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True)


class _Stream(io.FileIO):
    """What cannot be written is left out, with all that follows; the first reason is kept."""

    closed_before = False
    error: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.closed_before and self.error is None:
            self.error = OSError(errno.EBADF, "it is closed")
        if self.error is None:
            try:
                return super().write(data)
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes
