"""The state's tables, as queries see them. What makes them is in migrations/; a test compares the two."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table

__all__ = ["calls", "metadata"]

metadata = MetaData()

# One row for each call booked: `at` in whole milliseconds since 1970, in the future while its caller waits.
# Ids are never used twice, so that a late give-back cannot take another caller's place.
calls = Table(
    "budget_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    sqlite_autoincrement=True,
)
