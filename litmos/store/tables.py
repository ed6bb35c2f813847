"""The state's tables, as queries see them. What makes them is in migrations/; a test compares the two."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text, false

__all__ = [
    "aliases",
    "audit",
    "calls",
    "follows",
    "keys",
    "links",
    "metadata",
    "notices",
    "nudge_wishes",
    "nudges",
    "proposals",
]

metadata = MetaData()

# One row for each call booked: `at` in whole milliseconds since 1970, in the future while its caller waits.
# Ids are never used twice, so that a late give-back cannot take another caller's place.
calls = Table(
    "budget_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("bulk", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

# Append-only: triggers refuse everything else. `body` is canonical JSON, `hash` covers the row and the hash before.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("run", Integer, index=True),
    Column("operation", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

proposals = Table(
    "proposal",
    metadata,
    Column("key", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("told", Boolean, nullable=False),
)

links = Table(
    "link",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("person_email", Text, nullable=False),
    Column("face_email", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("suspended", Boolean, nullable=False),
)

aliases = Table(
    "pseudonym",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
)

keys = Table(
    "kept_key",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

follows = Table(
    "follow",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("team_id", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
)

# The last nudge of each person; `run` is the round it was of. What is not `sent` is about to be, or its writer died.
nudges = Table(
    "nudge",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("run", Text, nullable=False),
    Column("sent", Boolean, nullable=False),
)

# Who wants no nudges before `until`, in milliseconds; NULL: for good.
nudge_wishes = Table(
    "nudge_wish",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("until", BigInteger),
    Column("made_at", BigInteger, nullable=False),
)

notices = Table(
    "notice",
    metadata,
    Column("job", Text, primary_key=True),
    Column("keeper", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
)
