"""Revision orders: a key for each revision whose plain text compares as the revisions do."""

from __future__ import annotations

import re

from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.tree import Order

KINDS = ("letters", "numbers", "dotted", "none", "list")
_LETTERS = re.compile(r"[A-Za-z]{1,20}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_DOTTED = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20}){0,9}")


def order_key(order: Order | None, value: str) -> str:
    """Give a text of digits and capitals that compares, character by character, as the revision does in its *order*.

    The first revision, `-` or none at all, has the empty key, unless a list names it. Without an order numbers are
    compared as numbers, letters as letters, and numbers go before letters. Raises Unreadable for a revision that the
    order does not know.
    """
    kind, revision = order.kind if order else "", value.strip()
    if order and kind == "list":
        return _position(order, revision)
    if kind == "none" or revision in ("", "-"):
        return ""
    if kind in ("", "numbers") and _NUMBER.fullmatch(revision):
        return "0" * (kind == "") + _sized(revision.lstrip("0") or "0")
    if kind in ("", "letters") and _LETTERS.fullmatch(revision):
        return "1" * (kind == "") + _sized(revision.upper())
    if kind == "dotted" and _DOTTED.fullmatch(revision):
        return "".join(_sized(part.lstrip("0") or "0") for part in revision.split("."))
    raise Unreadable(Code.REVISION_UNKNOWN, details={"order": kind or "letters, numbers"})


def _position(order: Order, revision: str) -> str:
    if revision in order.values:
        return _sized(str(order.values.index(revision)))
    if revision in ("", "-"):
        return ""
    raise Unreadable(Code.REVISION_UNKNOWN, allowed=order.values, details={"order": "list"})


def _sized(part: str) -> str:
    # The length goes first, so that 9 < 10 and Z < AA, and no separator is needed between parts.
    return f"{len(part):02d}{part}"
