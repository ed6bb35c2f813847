"""Which booked calls are work that nobody waits for, so that those of people do not count as such."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds `budget_call.bulk`; a program of before books without it."""
    op.add_column("budget_call", sa.Column("bulk", sa.Boolean, nullable=False, server_default=sa.false()))
