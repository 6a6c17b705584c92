"""Alembic runs this: it hands the migrations the connection that `migrate` was given."""

from alembic import context

from sync.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
