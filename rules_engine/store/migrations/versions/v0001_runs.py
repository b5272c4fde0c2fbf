"""The table of runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ruleset_id", sa.String(), nullable=False),
        sa.Column("ruleset_title", sa.String(), nullable=False),
        sa.Column("ruleset_edition", sa.String(), nullable=False),
        sa.Column("ruleset_fingerprint", sa.String(), nullable=False),
        sa.Column("data_fingerprint", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("program_version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("accepted_quarantine", sa.Boolean(), nullable=False),
        sa.Column("villages", sa.Integer(), nullable=False),
        sa.Column("cadres", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'reviewed', 'published', 'sealed')",
            name=op.f("ck_runs_status"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_runs")),
        sa.UniqueConstraint("id", name=op.f("uq_runs_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_runs_digest"), "runs", ["digest"])


def downgrade() -> None:
    """Drop the table; the folders of the runs stay."""
    op.drop_index(op.f("ix_runs_digest"), table_name="runs")
    op.drop_table("runs")
