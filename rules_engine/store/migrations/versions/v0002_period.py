"""The assessed period of a run, which need not be that of its ruleset."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("period_from", "period_to")


def upgrade() -> None:
    """Add the columns; the runs that are there go by the period of their ruleset."""
    for name in COLUMNS:
        op.add_column("runs", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for name in COLUMNS:
        op.drop_column("runs", name)
