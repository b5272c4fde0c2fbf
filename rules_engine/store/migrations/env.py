"""What Alembic runs for each command: it migrates over the connection that it was given."""

from alembic import context

from rules_engine.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,  # so it is on SQLite too, in the caller's own transaction
)
with context.begin_transaction():
    context.run_migrations()
