"""Appeals with their evidence, and the run that a run corrects."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDS = (
    ("appeals", "a decided appeal is not changed", "OLD.status <> 'open'"),
    ("evidence", "evidence is only added", None),
)


def upgrade() -> None:
    """Make the tables, their triggers and the column."""
    op.add_column("runs", sa.Column("parent", sa.String(), nullable=True))
    op.create_index(op.f("ix_runs_parent"), "runs", ["parent"])
    op.create_table(
        "appeals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("criterion_label", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'corrected', 'adjusted', 'rejected')",
            name=op.f("ck_appeals_status"),
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_appeals_run")),
        sa.ForeignKeyConstraint(["result"], ["runs.id"], name=op.f("fk_appeals_result")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_run"), "appeals", ["run"])
    op.create_table(
        "evidence",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("appeal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["appeal"], ["appeals.number"], name=op.f("fk_evidence_appeal")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_appeal"), "evidence", ["appeal"])
    for table, refusal, rows in GUARDS:
        guard(table, refusal, rows)


def guard(table: str, refusal: str, rows: str | None) -> None:
    """Make the triggers of a table."""
    name = f"{table}_guarded"
    if op.get_bind().dialect.name == "sqlite":
        when = f"WHEN {rows} " if rows else ""
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {table} "
                f"{when}BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    when = f"WHEN ({rows}) " if rows else ""
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
    )
    op.execute(
        f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_evidence_appeal"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_appeals_run"), table_name="appeals")
    op.drop_table("appeals")
    op.drop_index(op.f("ix_runs_parent"), table_name="runs")
    op.drop_column("runs", "parent")
    if op.get_bind().dialect.name == "postgresql":
        for table, _, _ in GUARDS:
            op.execute(f"DROP FUNCTION {table}_guarded CASCADE")
