"""An engine for the state: SQLite so that processes share it well, or PostgreSQL; one way to take the writer's turn."""

import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import ConnectionPoolEntry

from litmos.errors import Misconfigured
from litmos.log import logger
from litmos.store.place import Place

__all__ = ["CONNECTIONS", "OTHERS", "only_one", "open_engine"]

log = logger(__name__)

OTHERS = stat.S_IRWXG | stat.S_IRWXO
CONNECTIONS = 4  # one for the writer, the others for readers
STATEMENTS = 24  # that each SQLite connection keeps prepared
_BETWEEN = 0.02  # seconds from one try to switch to write-ahead to the next


def open_engine(place: Place, patience: float) -> Engine:
    """An engine with its pool; a SQLite file that is not there is made, for its owner only.

    The execution option `begin` is what a transaction on SQLite starts with. Writers use BEGIN IMMEDIATE: a
    plain BEGIN that reads first and then writes fails at once if another wrote meanwhile, without any waiting.

    Args:
        place: the database.
        patience: how long a transaction waits for others, in seconds.

    Raises:
        Misconfigured: the driver for PostgreSQL is not installed.
        OSError: the folder or file cannot be made.
    """
    if place.file is not None:
        _make(place.file)
    try:
        # hide_parameters: an error's text goes to logs, and parameters are people's data.
        engine = create_engine(
            place.url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            hide_parameters=True,
            pool_pre_ping=place.file is None,
            connect_args={"cached_statements": STATEMENTS} if place.file else _patient(place, patience),
        )
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "LITMOS_STATE_URL names PostgreSQL, and its driver is not installed. "
            "Run: pip install 'litmos-chatops[postgres]'"
        ) from error
    if place.file is not None:
        _share(engine, patience)
    return engine


def only_one(conn: Connection, key: int) -> None:
    """Waits until no other transaction holds `key`. On SQLite BEGIN IMMEDIATE has seen to it already."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _patient(place: Place, patience: float) -> dict[str, Any]:
    """A server that is not there may simply never answer, for minutes. What the URL says itself is kept."""
    return {} if "connect_timeout" in place.url.query else {"connect_timeout": max(2, round(patience))}


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # SQLite gives its -wal and -shm files the mode of this one. Only ever a new file is opened here: closing
        # a descriptor of one in use would drop the locks which this process holds on it (POSIX).
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if os.name == "posix" and file.stat().st_mode & OTHERS:
            log.warning("litmos.state.open_to_others", file=str(file), todo="chmod 600")


def _share(engine: Engine, patience: float) -> None:
    """Several processes on one file: write-ahead, waiting for each other, transactions begun by us."""

    @event.listens_for(engine, "connect")
    def connected(database: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        database.isolation_level = None  # sqlite3 opens no transaction by itself any more
        _write_ahead(database, patience)
        database.execute(f"PRAGMA busy_timeout={patience * 1000:.0f}")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA foreign_keys=ON")
        database.execute("PRAGMA cache_size=-400")  # kilobytes; the system keeps the file at hand anyway

    @event.listens_for(engine, "begin")
    def began(conn: Connection) -> None:
        conn.exec_driver_sql(conn.get_execution_options().get("begin", "BEGIN"))


def _write_ahead(database: sqlite3.Connection, patience: float) -> None:
    """WAL stays in the file. The first switch ignores busy_timeout when two processes open a new file at once."""
    database.execute("PRAGMA busy_timeout=0")  # so that this loop alone does the waiting
    until = time.monotonic() + patience
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_BETWEEN)  # noqa: TID251 - in a thread of the state's own; SQLite itself does not wait here
