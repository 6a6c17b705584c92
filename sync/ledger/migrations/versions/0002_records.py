"""A transfer knows which record of a list it is; what is asked of a list of 100,000 has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the record, and indexes over the transfers and the history of one source."""
    op.add_column("transfers", sa.Column("record", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_transfers_source_id", "transfers")
    op.create_index("ix_transfers_source_id_transfers_state", "transfers", ["source_id", "state"], unique=False)
    op.drop_index("ix_events_source_id", "events")
    op.create_index("ix_events_source_id_events_what", "events", ["source_id", "what"], unique=False)
