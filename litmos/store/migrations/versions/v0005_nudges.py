"""What nudges need: when each person was last written to, and who wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes `nudge` and `nudge_wish`."""
    op.create_table(
        "nudge",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
    )
    op.create_table(
        "nudge_wish",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
