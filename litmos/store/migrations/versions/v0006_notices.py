"""Where the messages are that tell people of their jobs, and who keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes `notice`."""
    op.create_table(
        "notice",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("keeper", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
    )
