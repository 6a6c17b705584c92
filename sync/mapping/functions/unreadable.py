"""What functions and revision orders raise for a value that they cannot read."""

from __future__ import annotations

from collections.abc import Mapping

from sync.findings import Code


class Unreadable(ValueError):
    """A value of a document that cannot be read; holds what its finding says.

    missing: it counts as a missing one, so that only a rule that needs it complains.
    """

    def __init__(
        self,
        code: Code,
        *,
        allowed: tuple[str, ...] = (),
        details: Mapping[str, str] | None = None,
        missing: bool = False,
    ) -> None:
        super().__init__(str(code))
        self.code = code
        self.allowed = allowed
        self.missing = missing
        self.details: Mapping[str, str] = details or {}
