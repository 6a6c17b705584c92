"""A function of the mapping language alone, bound as a mapping binds it."""

from __future__ import annotations

from sync.mapping import functions
from sync.mapping.language.cursor import Cursor, Line
from sync.mapping.language.tree import Operator
from sync.mapping.language.values import parse_value

TABLES = {
    "status": {"in Arbeit": "draft", "frei": "approved"},
    "kind": {"ANG": "quotation", None: "other"},
    "empty": {"x": ""},
}


def bound(written: str) -> functions.Conversion:
    """Bind a function as it is written in a mapping; raises Misused."""
    value = parse_value(Cursor(Line(number=1, indent=0, text=f"A => {written}")), Operator.REQUIRED)
    return functions.bind(value.functions[0], TABLES)
