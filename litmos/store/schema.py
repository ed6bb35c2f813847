"""Brings the state database to the schema this build knows. Safe when several processes start together."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from litmos.errors import Misconfigured
from litmos.store.engine import only_one
from litmos.store.place import Place

__all__ = ["HEAD", "KNOWN", "bring_up", "current"]

# Oldest first; a test compares them with migrations/versions.
KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
HEAD = KNOWN[-1]
_LOCK = 0x11705  # PostgreSQL's advisory lock for this; any number no other lock of ours has


def bring_up(engine: Engine, place: Place, *, upgrade: bool) -> str | None:
    """Makes or upgrades the schema; nothing happens if it is right already. Blocking.

    Without `upgrade` an older schema, or none, is an error instead. Returns the schema that was there; None: none.

    Raises:
        Misconfigured: the database is newer than this build, or older and not to be upgraded.
    """
    # The usual start ends after this one reading, and never imports alembic (0.2 s).
    with engine.begin() as conn:
        found = current(conn)
    if found == HEAD:
        return found
    _refuse_newer(found, place)
    if not upgrade:
        raise Misconfigured(
            f"The state database {place} has not the tables this version needs. "
            "Run `litmos migrate` once, and start again."
        )
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as conn:
        only_one(conn, _LOCK)
        found = current(conn)  # another process may have come first
        _refuse_newer(found, place)
        if found != HEAD:
            _upgrade(conn)
    return found


def _refuse_newer(found: str | None, place: Place) -> None:
    if found is not None and found not in KNOWN:
        raise Misconfigured(
            f"The state database {place} was written by a newer version of Litmos ChatOps (its schema is {found}, "
            f"this version knows {HEAD}). Install that version, or name another place in LITMOS_STATE_URL."
        )


def current(conn: Connection) -> str | None:
    """The schema that is there; None: none."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(conn: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow, and needed only when the schema changes
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()  # no alembic.ini
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))  # % is special to its parser
    config.attributes["connection"] = conn  # our transaction: a migration that fails leaves nothing behind
    command.upgrade(config, "head")
