"""A folder and, where it has one, its documents folder, open together: which of both a name is in."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sync import names as naming
from sync import system


class Opened:
    """The folder *root*; a name that begins with `documents/` is one in *documents*, or in *root* where there is none.

    There is none any more where the setting was removed while such a file was on its way.
    """

    def __init__(self, root: Path, documents: Path | None = None) -> None:
        self.root, self.documents = root, documents
        self._root = self._documents = -1

    @contextmanager
    def open(self) -> Iterator[Opened]:
        """Open both; raises OSError, also where they are on different file systems: no file could be moved at once."""
        with ExitStack() as stack:
            self._root = stack.enter_context(system.opened(self.root))
            if self.documents is not None:
                self._documents = _opened(stack, self.documents)
                if os.fstat(self._documents).st_dev != os.fstat(self._root).st_dev:
                    raise OSError(errno.EXDEV, f"{self.documents} is on another file system")
            yield self

    @property
    def descriptor(self) -> int:
        """The open root."""
        return self._root

    @property
    def descriptors(self) -> tuple[int, ...]:
        """All that is open, to be flushed."""
        return (self._root,) if self.documents is None else (self._root, self._documents)

    def at(self, name: str) -> tuple[int, str]:
        """Tell in which open folder a name is, and what it is called there."""
        if self.documents is None or not naming.in_documents(name):
            return self._root, naming.base(name)
        return self._documents, naming.base(name)

    def path(self, name: str) -> Path:
        """Give the path of a name."""
        here = self.root if self.documents is None or not naming.in_documents(name) else self.documents
        return here / naming.base(name)

    def names(self) -> list[str]:
        """List both."""
        found = os.listdir(self._root)  # noqa: PTH208  # names of an open folder, not of a path
        if self.documents is not None:
            found += [naming.DOCUMENTS + name for name in os.listdir(self._documents)]  # noqa: PTH208
        return found


def _opened(stack: ExitStack, documents: Path) -> int:
    try:
        return stack.enter_context(system.opened(documents))
    except OSError as error:
        raise OSError(error.errno, f"its documents folder {documents}: {error.strerror}") from error
