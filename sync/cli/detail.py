"""All that is known of one source: what `pairsync show` prints."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sync import names
from sync.cli import words
from sync.cli.output import coloured, columns, emit, plural, say, stamp, table, when, wrap
from sync.config import Settings
from sync.engine.embedded import export_folder
from sync.findings import Finding
from sync.folders.opened import Opened
from sync.ledger.events import Event
from sync.ledger.views import Asked, Whole
from sync.model import Part, Source, Transfer, TransferState
from sync.preparation import place

_Rows = list[tuple[str, str]]


def tell_people(known: Whole, settings: Settings) -> None:
    """Print it in sections."""
    source = known.source
    say(coloured(f"{names.escape(source.stem)}  (source {source.id})", bold=True))
    _print(_of_source(known, settings))
    for part in source.parts:
        say(coloured(f"{part.role}  {names.escape(part.name)}", bold=True))
        _print(_of_part(known, part, settings))
    for transfer in known.transfers:
        record = f", record {transfer.record:,}" if transfer.record else ""
        say(coloured(f"transfer {transfer.id}  {transfer.route}{record}", bold=True))
        _print(_of_transfer(transfer, settings))
    if known.history or known.wishes:
        say(coloured("history", bold=True))
    rows = [
        (when(event.at), event.transfer_id, f"attempt {event.attempt}", *_happened(event)) for event in known.history
    ]
    for line in table(rows, width=columns(), indent=2):
        say(line)
    for wish in known.wishes:
        say(f"  {_wish(wish)}")


def _print(rows: _Rows) -> None:
    """Print keys and values; a path or hash is never broken, so that it can be copied."""
    wide = columns()
    for key, value in rows:
        whole = wide is None or " " not in value
        for number, line in enumerate([value] if whole or wide is None else wrap(value, wide - 17)):
            say(f"  {key if number == 0 else '':<13}  {line}")


def _of_source(known: Whole, settings: Settings) -> _Rows:
    source = known.source
    state = ": ".join(filter(None, (source.state, words.reason(source.state, source.reason))))
    rows = [("state", state), ("folder", source.folder), ("first seen", when(source.first_seen))]
    if source.claimed_at:
        rows.append(("claimed", f"{when(source.claimed_at)}, {plural(source.attempt, 'attempt')}"))
    if source.origin:
        rows.append(("corrects", source.origin))
    rows += [("corrected by", later) for later in known.corrected_by]
    if known.records:
        rows.append(("records", ", ".join(f"{number:,} {state}" for state, number in known.records.items())))
    if sheet := _sheet(source, settings):
        rows.append(("error sheet", _still(sheet)))
    return [*rows, *_found(source.findings)]


def _of_part(known: Whole, part: Part, settings: Settings) -> _Rows:
    rows = [("size", plural(part.size, "byte"))]
    if part.sha256:
        rows.append(("sha256", part.sha256))
    return [*rows, ("is now", _where(known, part, settings))]


def _of_transfer(transfer: Transfer, settings: Settings) -> _Rows:
    state = ": ".join(filter(None, (transfer.state, words.reason(transfer.state, transfer.reason))))
    rows = [("state", state + "".join(f", {flag}" for flag in sorted(transfer.flags)))]
    if facts := transfer.facts:
        revision = f", revision {facts.revision}" if facts.revision else ""
        rows.append(("object", f"{facts.kind}/{facts.number}{revision} ({transfer.action})"))
        rows += [("title", facts.title)] if facts.title else []
    rows.append(("mapping", f"{transfer.mapping} ({transfer.mapping_digest[:12]})"))
    if transfer.delivered_at:
        rows.append(("delivered", f"{when(transfer.delivered_at)}, into {transfer.target}"))
    for file in transfer.files:
        rows += [(file.role, _delivered(transfer, file.name, settings)), ("sha256", file.sha256)]
    return [*rows, *_found(transfer.findings)]


def _found(findings: tuple[Finding, ...]) -> _Rows:
    return [("found", words.finding(finding)) for finding in findings]


def _where(known: Whole, part: Part, settings: Settings) -> str:
    """Say where an original is now."""
    source = known.source
    folder = settings.folders.get(source.folder)
    if source.purged:
        return f"removed from {source.archive} by the purge"
    if folder is None:
        return f"{source.archive or 'unknown'}: config.ini has no folder {source.folder} any more"
    return _still(export_folder(folder).path(*place(source, part)))


def _still(path: Path | str) -> str:
    """Give a path, and say where nothing is there any more."""
    return names.escape(str(path)) + ("" if os.path.lexists(path) else " (not there any more)")


def _sheet(source: Source, settings: Settings) -> str:
    folder = settings.folders.get(source.folder)
    if not source.sheet or folder is None:
        return ""
    return str(export_folder(folder).path(source.archive, names.sheets(source.sheet)[0]))


def _delivered(transfer: Transfer, name: str, settings: Settings) -> str:
    folder = settings.folders.get(transfer.target)
    if folder is None or transfer.state is not TransferState.DELIVERED:
        return names.escape(name)
    path = Opened(folder.path, folder.documents).path(name)
    return names.escape(str(path)) + ("" if path.exists() else " (taken by the importer)")


def _happened(event: Event) -> tuple[str]:
    details = [_detail(event, key, value) for key, value in event.detail.items() if value]
    return (event.what + (f": {'; '.join(details)}" if details else ""),)


def _detail(event: Event, key: str, value: object) -> str:
    if key == "reason":
        return words.reason(event.what, str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{key} {value}"


def _wish(wish: Asked) -> str:
    forced = " --force" if wish.forced else ""
    done = f"done {when(wish.done_at)}" if wish.done_at else "the next run does it"
    answer = f": not possible, {wish.answer}" if wish.answer else ""
    return f"{when(wish.asked_at)}  {wish.what} {wish.subject}{forced} asked for; {done}{answer}"


# --- for programs -----------------------------------------------------------------------------------------------------


def tell_programs(known: Whole, settings: Settings) -> None:
    """Print it as one JSON object."""
    source = known.source
    emit(
        "detail",
        id=source.id,
        pair=names.escape(source.stem),
        folder=source.folder,
        state=source.state,
        reason=source.reason,
        first_seen=stamp(source.first_seen),
        claimed=stamp(source.claimed_at or None),
        attempts=source.attempt,
        archive=source.archive,
        archived=source.archived,
        purged=source.purged,
        sheet=names.escape(_sheet(source, settings)),
        corrects=source.origin,
        corrected_by=known.corrected_by,
        findings=[finding.to_json() for finding in source.findings],
        files=[_part_facts(known, part, settings) for part in source.parts],
        records=known.records,
        transfers=[dict(_transfer_facts(transfer)) for transfer in known.transfers],
        history=[dict(_event_facts(event)) for event in known.history],
        wishes=[dict(_wish_facts(wish)) for wish in known.wishes],
    )


def _part_facts(known: Whole, part: Part, settings: Settings) -> Mapping[str, object]:
    return {
        "role": part.role,
        "name": names.escape(part.name),
        "size": part.size,
        "sha256": part.sha256,
        "path": _where(known, part, settings),
    }


def _transfer_facts(transfer: Transfer) -> Iterator[tuple[str, Any]]:
    for name in (
        "id",
        "route",
        "record",
        "target",
        "mapping",
        "mapping_digest",
        "state",
        "reason",
        "attempt",
        "action",
    ):
        yield name, getattr(transfer, name)
    for name in ("kind", "number", "revision", "changed", "title", "status", "customer"):
        yield name, getattr(transfer.facts, name, "")
    yield "flags", sorted(transfer.flags)
    yield "delivered", stamp(transfer.delivered_at)
    yield "findings", [finding.to_json() for finding in transfer.findings]
    files = transfer.files
    yield "files", [{name: getattr(file, name) for name in ("role", "name", "sha256", "size")} for file in files]


def _event_facts(event: Event) -> Iterator[tuple[str, Any]]:
    yield "at", stamp(event.at)
    for name in ("transfer_id", "attempt", "what", "detail"):
        yield name.removesuffix("_id"), getattr(event, name)


def _wish_facts(wish: Asked) -> Iterator[tuple[str, Any]]:
    yield "asked", stamp(wish.asked_at)
    yield "done", stamp(wish.done_at)
    for name in ("what", "subject", "forced", "answer"):
        yield name, getattr(wish, name)
