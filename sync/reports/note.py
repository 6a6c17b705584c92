"""The note that a hot folder gets where somebody drops again what was delivered already: one HTML file, as a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync import names
from sync.model import Source, Transfer
from sync.reports.nodes import node
from sync.reports.page import document, phrase
from sync.reports.words import Words

#: Stands in the beginning of what we write, so that nobody else's file is taken for it.
MARK = b'<meta name="generator" content="pairsync">'
_MOST = 20  #: objects that are named


def written(
    source: Source, again: Sequence[Transfer], before: Mapping[str, Transfer], where: str, words: Words
) -> bytes:
    """Write the note: *again* says nothing new, *before* are the deliveries that said it, by id."""
    pair = names.escape(source.stem)

    def said(name: str, **facts: str) -> Any:
        return node("p", *phrase(words.note_pieces(name, **facts)))

    def parts() -> Iterator[Any]:
        yield node("p", *phrase(words.note_pieces("kicker")), classes="kicker")
        yield node("h1", *phrase(words.note_pieces("title", name=pair)))
        yield said("lead")
        for one in again[:_MOST]:
            yield said("delivered", object=_object(one), route=one.route, time=_time(before.get(one.reason), words))
        if len(again) > _MOST:
            yield said("more", count=str(len(again) - _MOST))
        yield said("kept", folder=where)
        yield said("again", command=f"pairsync resend {again[0].id}")
        yield said("gone")

    return document(f"{''.join(piece.text for piece in words.note_pieces('kicker'))}: {pair}", parts(), words)


def _object(transfer: Transfer) -> str:
    facts = transfer.facts
    named = (facts.number, facts.revision, facts.title) if facts else ()
    return " ".join(part for part in named if part)


def _time(delivery: Transfer | None, words: Words) -> str:
    if delivery is None or delivery.delivered_at is None:
        return ""
    return datetime.fromtimestamp(delivery.delivered_at).astimezone().strftime(words.sheet("time"))
