"""What was measured, line by line."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One measure, or a word about one that was left out."""

    name: str
    value: float | None = None
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def kept(self) -> bool:
        """Whether it is within its limits."""
        if self.value is None:
            return True
        return not (self.at_most is not None and self.value > self.at_most) and not (
            self.at_least is not None and self.value < self.at_least
        )

    def facts(self) -> dict[str, object]:
        """Give it for a program."""
        return {**asdict(self), "kept": self.kept}

    def __str__(self) -> str:
        if self.value is None:
            return self.name
        limit = "" if self.at_most is None else f"  (at most {self.at_most:g})"
        limit = limit if self.at_least is None else f"  (at least {self.at_least:g})"
        return f"{self.name:58}{self.value:10.2f} {self.unit}{limit}{'' if self.kept else '  MISSED'}"
