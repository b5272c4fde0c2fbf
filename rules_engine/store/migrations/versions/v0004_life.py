"""A sealed run is not changed: the database refuses it too."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSED = "a sealed run is not changed"


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER runs_guarded_{act.lower()} BEFORE {act} ON runs "
                f"WHEN OLD.status = 'sealed' BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION runs_guarded() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER runs_guarded BEFORE UPDATE OR DELETE ON runs "
        "FOR EACH ROW WHEN (OLD.status = 'sealed') EXECUTE FUNCTION runs_guarded()"
    )
    op.execute(
        "CREATE TRIGGER runs_guarded_truncate BEFORE TRUNCATE ON runs "
        "FOR EACH STATEMENT EXECUTE FUNCTION runs_guarded()"
    )


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER runs_guarded_{act}")
        return
    op.execute("DROP FUNCTION runs_guarded CASCADE")
