"""The audit log; the runs that are there are entered as found."""

import sqlalchemy as sa
from alembic import op

from rules_engine.audit.actor import Actor
from rules_engine.audit.entry import Entry, hash_of, next_entry

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSED = "the audit log is only added to"


def upgrade() -> None:
    """Make the table with its triggers, and enter the runs in the order of their numbers."""
    audit = op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_run"), "audit", ["run"])
    _adopt(audit)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_guarded_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_guarded() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_guarded BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_guarded()"
    )
    op.execute(
        "CREATE TRIGGER audit_guarded_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_guarded()"
    )


def _adopt(audit: sa.Table) -> None:
    runs = sa.table(
        "runs",
        *(sa.column(n) for n in ("number", "id", "status", "digest")),
        sa.column("files", sa.JSON()),
    )
    program = Actor("rules-engine", "rules-engine")
    head: tuple[int, str] | None = None
    for row in op.get_bind().execute(sa.select(runs).order_by(runs.c.number)).all():
        details = {"status": row.status, "digest": row.digest, "files": hash_of(row.files)}
        entry = next_entry(head, program, "adopted", row.id, details)
        head = entry.number, entry.hash
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        op.get_bind().execute(sa.insert(audit).values(values))


def downgrade() -> None:
    """Drop the log; export it before, or it is lost."""
    op.drop_index(op.f("ix_audit_run"), table_name="audit")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_guarded")
