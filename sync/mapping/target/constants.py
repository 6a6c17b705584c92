"""Whether a constant is what the target's schema wants there, as far as that is plain."""

from __future__ import annotations

from sync.errors import did_you_mean
from sync.mapping.schema import SimpleType

#: Built-in types whose values are their texts; others write the same value in several ways.
_TEXTS = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "anyURI")


def check_constant(text: str, simple: SimpleType, fixed: str | None) -> tuple[str, str] | None:
    """Say what is wrong with a constant, and what to write instead; None where nothing is seen."""
    if any(one.builtin not in _TEXTS for one in simple.members or [simple]):
        return None
    given = simple.normalize(text)
    if fixed is not None and given != simple.normalize(fixed):
        return f'the schema fixes this value to "{fixed}"', f'write "{fixed}"'
    if simple.enumeration and given not in simple.enumeration:
        known = ", ".join(simple.enumeration[:12])
        return f'"{text}" is not one of the values of the schema', did_you_mean(
            text, simple.enumeration
        ) or f"it has {known}"
    return None
