"""What pseudonyms need: who is behind each, and the key that they are made with. And no row before the audit's last."""

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
    if op.get_bind().dialect.name == "postgresql":  # SQLite has this from the beginning
        for statement in _IN_ORDER:
            op.execute(statement)


_IN_ORDER = (
    """CREATE FUNCTION audit_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.seq <= (SELECT max(seq) FROM audit) THEN RAISE EXCEPTION 'the audit is append-only'; END IF;
       RETURN NEW; END $$""",
    "CREATE TRIGGER audit_no_insert BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_in_order()",
)
