"""The ledger's tables; `migrations/` holds how each version came from the one before.

Times are seconds since 1970 (UTC). Names of files are escaped (`names.escape`). No ORM.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={"ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("stem", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("first_seen", sa.Double, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("claimed_at", sa.Double, nullable=False, default=0.0),
    sa.Column("archive", sa.Text, nullable=False, default=""),
    sa.Column("archived", sa.Boolean, nullable=False, default=False),
    sa.Column("purged", sa.Boolean, nullable=False, default=False),
    sa.Column("sheet", sa.Text, nullable=False, default=""),
    sa.Column("origin", sa.Text, nullable=False, default=""),
    sa.Column("wanted", sa.Text, nullable=False, default=""),
    sa.Column("findings", sa.JSON, nullable=False, default=list),
    sa.Index(None, "folder", "state"),
)

parts = sa.Table(
    "parts",
    metadata,
    sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, default=""),
    sa.Column("observed", sa.Double, nullable=False, default=0.0),
    sa.Column("archive_name", sa.Text, nullable=False, default=""),
    sa.Index(None, "name"),
    sa.Index(None, "archive_name"),
)

transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id"), nullable=False),
    sa.Column("route", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("mapping_digest", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("revision", sa.Text),
    sa.Column("revision_key", sa.Text),
    sa.Column("changed", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("customer", sa.Text),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("says", sa.Text, nullable=False, default=""),
    sa.Column("flags", sa.JSON, nullable=False, default=list),
    sa.Column("findings", sa.JSON, nullable=False, default=list),
    sa.Column("wanted", sa.Text, nullable=False, default=""),
    sa.Column("boot", sa.Text, nullable=False, default=""),
    sa.Column("first_seen", sa.Double, nullable=False),
    sa.Column("delivered_at", sa.Double),
    sa.Column("record", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Index(None, "kind", "number"),
    sa.Index(None, "source_id", "state"),
)

#: What was staged and published, and the names reserved in the import folder from COMMIT to DELIVERED.
files = sa.Table(
    "files",
    metadata,
    sa.Column("transfer_id", sa.Text, sa.ForeignKey("transfers.id"), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("stage_name", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("reserved", sa.Boolean, nullable=False, default=False),
    sa.Column("published", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_files_folder_folded", "folder", "folded"),
    sa.Index(
        "uq_files_reserved",
        "folder",
        "folded",
        unique=True,
        sqlite_where=sa.text("reserved"),
        postgresql_where=sa.text("reserved"),
    ),
)

#: What each system knows of an object.
objects = sa.Table(
    "objects",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("number_there", sa.Text, nullable=False, default=""),
    sa.Column("revision", sa.Text, nullable=False, default=""),
    sa.Column("changed", sa.Text, nullable=False, default=""),
    sa.Column("status", sa.Text, nullable=False, default=""),
    sa.Column("facts", sa.JSON, nullable=False, default=dict),
    sa.Column("seen_at", sa.Double, nullable=False),
)

#: The revision guard: the latest delivery of an object into an import folder.
latest = sa.Table(
    "latest",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("transfer_id", sa.Text, nullable=False),
    sa.Column("revision", sa.Text, nullable=False),
    sa.Column("revision_key", sa.Text, nullable=False),
    sa.Column("changed", sa.Text, nullable=False),
    sa.Column("says", sa.Text, nullable=False),
)

#: Append-only; holds no values of documents.
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("transfer_id", sa.Text, nullable=False, default=""),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False, default=dict),
    sa.Index(None, "source_id", "what"),
)

#: What a person asked for with `retry` or `resend`, until the next run does it.
wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("forced", sa.Boolean, nullable=False, default=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("done_at", sa.Double),
    sa.Column("answer", sa.Text, nullable=False, default=""),
    sa.Index(
        "uq_wishes_open",
        "what",
        "subject",
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("route", sa.Text, primary_key=True),
    sa.Column("since", sa.Double, nullable=False),
)

#: Folders that do not work, since when and why; a row goes when the folder works again.
health = sa.Table(
    "health",
    metadata,
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
)
