"""Between the ledger's rows and the facts of `model`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sync.findings import Finding
from sync.ledger.database import Row
from sync.model import (
    Action,
    DeliveredFile,
    Flag,
    ObjectFacts,
    Part,
    Role,
    Source,
    SourceState,
    Transfer,
    TransferState,
)
from sync.names import escape, fold, unescape

_FACTS = tuple(field.name for field in dataclasses.fields(ObjectFacts))


def of_source(source: Source) -> dict[str, Any]:
    """Give a source's row, without its parts."""
    return {
        "id": source.id,
        "folder": source.folder,
        "key": escape(source.key),
        "stem": escape(source.stem),
        "state": source.state,
        "reason": source.reason,
        "first_seen": source.first_seen,
        "attempt": source.attempt,
        "claimed_at": source.claimed_at,
        "archive": source.archive,
        "archived": source.archived,
        "purged": source.purged,
        "sheet": escape(source.sheet),
        "origin": source.origin,
        "wanted": source.wanted,
        "findings": [finding.to_json() for finding in source.findings],
    }


def of_parts(source: Source) -> list[dict[str, Any]]:
    """Give the rows of a source's parts."""
    return [
        {
            "source_id": source.id,
            "position": position,
            "role": part.role,
            "name": escape(part.name),
            "identity": part.identity,
            "size": part.size,
            "sha256": part.sha256,
            "observed": part.observed,
            "archive_name": escape(part.archive_name),
        }
        for position, part in enumerate(source.parts)
    ]


def source_of(row: Row, parts: Sequence[Row]) -> Source:
    """Read a source back."""
    return Source(
        id=row["id"],
        folder=row["folder"],
        key=unescape(row["key"]),
        stem=unescape(row["stem"]),
        state=SourceState(row["state"]),
        reason=row["reason"],
        first_seen=row["first_seen"],
        attempt=row["attempt"],
        claimed_at=row["claimed_at"],
        archive=row["archive"],
        archived=row["archived"],
        purged=row["purged"],
        sheet=unescape(row["sheet"]),
        origin=row["origin"],
        wanted=row["wanted"],
        findings=tuple(map(Finding.from_json, row["findings"])),
        parts=tuple(map(_part_of, parts)),
    )


def _part_of(row: Row) -> Part:
    return Part(
        role=Role(row["role"]),
        name=unescape(row["name"]),
        identity=row["identity"],
        size=row["size"],
        sha256=row["sha256"],
        observed=row["observed"],
        archive_name=unescape(row["archive_name"]),
    )


def of_transfer(transfer: Transfer) -> dict[str, Any]:
    """Give a transfer's row, without its files."""
    facts = dict.fromkeys(_FACTS) if transfer.facts is None else dataclasses.asdict(transfer.facts)
    return facts | {
        "id": transfer.id,
        "source_id": transfer.source_id,
        "route": transfer.route,
        "target": transfer.target,
        "mapping": transfer.mapping,
        "mapping_digest": transfer.mapping_digest,
        "action": transfer.action,
        "state": transfer.state,
        "reason": transfer.reason,
        "attempt": transfer.attempt,
        "says": transfer.says,
        "flags": sorted(transfer.flags),
        "findings": [finding.to_json() for finding in transfer.findings],
        "wanted": transfer.wanted,
        "boot": transfer.boot,
        "first_seen": transfer.first_seen,
        "delivered_at": transfer.delivered_at,
        "record": transfer.record,
    }


def of_files(transfer: Transfer) -> list[dict[str, Any]]:
    """Give the rows of a transfer's files; their names are reserved from COMMIT to DELIVERED."""
    return [
        {
            "transfer_id": transfer.id,
            "attempt": transfer.attempt,
            "position": position,
            "folder": transfer.target,
            "role": file.role,
            "stage_name": file.stage_name,
            "name": file.name,
            "folded": fold(file.name),
            "sha256": file.sha256,
            "size": file.size,
            "reserved": transfer.state is TransferState.COMMITTED,
            "published": transfer.state is TransferState.DELIVERED,
        }
        for position, file in enumerate(transfer.files)
    ]


def transfer_of(row: Row, files: Sequence[Row]) -> Transfer:
    """Read a transfer back, with the files of its last attempt."""
    facts = None if row["kind"] is None else ObjectFacts(**{name: row[name] for name in _FACTS})
    return Transfer(
        id=row["id"],
        source_id=row["source_id"],
        route=row["route"],
        target=row["target"],
        mapping=row["mapping"],
        mapping_digest=row["mapping_digest"],
        state=TransferState(row["state"]),
        facts=facts,
        action=Action(row["action"]),
        reason=row["reason"],
        attempt=row["attempt"],
        says=row["says"],
        flags=frozenset(map(Flag, row["flags"])),
        findings=tuple(map(Finding.from_json, row["findings"])),
        wanted=row["wanted"],
        boot=row["boot"],
        first_seen=row["first_seen"],
        delivered_at=row["delivered_at"],
        record=row["record"],
        files=tuple(_file_of(file) for file in files if file["attempt"] == row["attempt"]),
    )


def _file_of(row: Row) -> DeliveredFile:
    return DeliveredFile(
        role=Role(row["role"]), stage_name=row["stage_name"], name=row["name"], sha256=row["sha256"], size=row["size"]
    )
