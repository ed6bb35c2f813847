"""What pseudonyms need: who is behind each, and the key that they are made with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes `pseudonym` and `kept_key`."""
    op.create_table(
        "pseudonym",
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
    )
    op.create_table(
        "kept_key",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
