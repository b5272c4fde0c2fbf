"""The rules of computing that made a run, and the plugins that took part in it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the runs that are there were made by the first rules."""
    semantics = sa.Column("semantics", sa.Integer(), server_default=sa.text("1"), nullable=False)
    op.add_column("runs", semantics)
    op.add_column("runs", sa.Column("plugins", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("runs", "plugins")
    op.drop_column("runs", "semantics")
