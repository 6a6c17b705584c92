"""HTML as a tree: whatever is put into it is text, and what cannot be seen is made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import html

#: An element of lxml, or a text; lxml escapes texts when the tree is written.
Content: TypeAlias = Any
#: Signs that people know, for characters that they do not see.
_SIGNS = {"\n": "↵", "\r": "␍", "\t": "⇥", "\N{NO-BREAK SPACE}": "⍽"}
SPACE = "␣"
#: Control, format (the direction of writing among them), surrogate, private, unassigned; separators of lines.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def node(name: str, *content: Content, classes: str = "", keep: str = "", **attributes: str) -> Any:
    """Make an element; texts in it are escaped and made visible, but for the characters to *keep*."""
    element = html.Element(name, attributes)
    if classes:
        element.set("class", classes)
    for part in content:
        if isinstance(part, str):
            _add(element, part, keep)
        else:
            element.append(part)
    return element


def visible(text: str) -> str:
    """Make a text visible where no element can stand."""
    return "".join(run + sign for run, sign in _parted(text, ""))


def exactly(text: str) -> Iterator[Content]:
    """Give a value as it is, blanks at its ends as signs."""
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" ")) if inner else len(text)
    after = len(text) - before - len(inner)
    if before:
        yield node("span", SPACE * before, classes="hidden")
    yield inner
    if after:
        yield node("span", SPACE * after, classes="hidden")


def _add(element: Any, text: str, keep: str) -> None:
    for run, sign in _parted(text, keep):
        _add_text(element, run)
        if sign:
            element.append(node("span", sign, classes="hidden"))


def _add_text(element: Any, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _parted(text: str, keep: str) -> Iterator[tuple[str, str]]:
    """Give the text in runs, each with the sign for the invisible character after it."""
    start = 0
    for position, character in enumerate(text):
        if character not in keep and (character in _SIGNS or unicodedata.category(character) in _INVISIBLE):
            yield text[start:position], _SIGNS.get(character) or f"U+{ord(character):04X}"
            start = position + 1
    yield text[start:], ""
