"""States, reasons and findings in a person's words; the command line speaks English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sync.findings import Finding
from sync.model import DeferReason, SourceState, TransferState, WaitReason

_TAKER = re.compile(r"(?P<name>.*?) ?(?P<taker>[0-9a-hjkmnp-tv-z]{12})?")

_WAITING: Mapping[WaitReason, str] = {
    WaitReason.CHANGING: "it was still being written",
    WaitReason.INCOMPLETE: "{file} looks cut off; somebody may still be writing it",
    WaitReason.LOCKED: "{file} is locked or may not be read",
    WaitReason.REFUSED: "{file} is no regular file (a link, device or folder)",
    WaitReason.XML_MISSING: "its XML is missing",
    WaitReason.PDF_MISSING: "{file} is missing",
    WaitReason.MAPPING_WRONG: "the mapping for it may be one that could not be loaded",
    WaitReason.TARGET_DOWN: "the import folder {file} cannot be reached or is full",
    WaitReason.DONE_MISSING: "the done file {file} is missing",
}
_DEFERRED: Mapping[DeferReason, str] = {
    DeferReason.ORDER: "an earlier one of the same object goes first",
    DeferReason.NAME: "an earlier delivery of the same name is still in the import folder",
    DeferReason.WRITER: "somebody still writes to its files",
}
_RELEASED = {
    "changed": "a file was replaced while it was being taken; the new one is looked at",
    "vanished": "a file vanished while it was being taken",
    "busy": "a file is locked or refused for now",
    WaitReason.PDF_MISSING: "a PDF that it needs is missing",
}


def reason(state: str, why: str) -> str:
    """Say why something is in this state; empty where the state says it all."""
    say: Callable[[str], str] | None = {
        SourceState.WAITING: _waiting,
        SourceState.RELEASED: lambda why: _RELEASED.get(why, why),
        TransferState.DEFERRED: _deferred,
        TransferState.DUPLICATE: lambda why: f"{why} already said the same",
        TransferState.SUPERSEDED: lambda why: f"something newer was delivered: {why}",
        TransferState.COMMITTED: lambda why: why or "its name is taken in the import folder, or that cannot be reached",
        TransferState.CLAIMED: lambda why: why or "a folder or file could not be reached",
    }.get(state)
    return say(why) if say else why


def _waiting(why: str) -> str:
    word, _, detail = why.partition(" ")
    if word == WaitReason.PDF_TAKEN:
        match = _TAKER.fullmatch(detail)
        taker = f" ({match['taker']})" if match and match["taker"] else ""
        return f"{match['name'] if match else detail} went with another pair{taker}"
    known = {str(reason): text for reason, text in _WAITING.items()}
    return known.get(word, why).format(file=detail or "it")


def _deferred(why: str) -> str:
    return {str(reason): text for reason, text in _DEFERRED.items()}.get(why, why)


def finding(found: Finding) -> str:
    """Say what was found, and where, in a sentence."""
    raise NotImplementedError
