"""What the ledger knows as JSON values, the same in every command that prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.cli.output import stamp

if TYPE_CHECKING:
    from sync.ledger.views import Line


def line_facts(line: Line) -> dict[str, object]:
    """Give a transfer, or a source that has none (yet)."""
    return {
        "source": line.source_id,
        "transfer": line.transfer_id,
        "pair": line.pair,
        "folder": line.folder,
        "route": line.route,
        "record": line.record,
        "state": line.state,
        "reason": line.reason,
        "flags": line.flags,
        "kind": line.kind,
        "number": line.number,
        "revision": line.revision,
        "since": stamp(line.since),
        "at": stamp(line.at),
    }
