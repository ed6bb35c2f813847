"""A name for each living process that does jobs. Its lock dies with it: a lock that is free means a dead process.

DBOS gives unfinished work back to a process of the same name. Two living ones of one name would do it twice.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from litmos.errors import Unavailable
from litmos.hidden import Hidden

if TYPE_CHECKING:
    import psycopg

__all__ = ["SLOTS", "FileSlots", "PostgresSlots", "Slots", "take_one"]

SLOTS = 16  # processes on one state
_SPACE = 0x1170D  # PostgreSQL's advisory locks for this; any number no other lock of ours has


class Slots(Protocol):
    """The locks of one state. All methods block."""

    def take(self, number: int) -> bool:
        """Whether this process has it now; it keeps it until it lets go, or dies."""

    def free(self, number: int) -> None:
        """Let go."""

    def was_used(self, number: int) -> bool:
        """Whether any process may ever have had it."""


class FileSlots:
    """Small SQLite files beside that of the jobs, each held by an open transaction: that works on any system."""

    def __init__(self, jobs: Path) -> None:
        self._jobs, self._held = jobs, dict[int, sqlite3.Connection]()

    def take(self, number: int) -> bool:
        file = self._file(number)
        file.touch(mode=0o600)
        lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            lock.close()
            return False
        self._held[number] = lock
        return True

    def free(self, number: int) -> None:
        if lock := self._held.pop(number, None):
            lock.close()

    def was_used(self, number: int) -> bool:
        return self._file(number).exists()

    def _file(self, number: int) -> Path:
        return self._jobs.with_suffix(f".{number}.lock")


class PostgresSlots:
    """Advisory locks of sessions of their own, which no pooler may share."""

    def __init__(self, url: str) -> None:
        self._url = Hidden(url.replace("postgresql+psycopg://", "postgresql://", 1))
        self._held = dict[int, "psycopg.Connection"]()

    def take(self, number: int) -> bool:
        import psycopg  # noqa: PLC0415 - only those who use PostgreSQL have it

        lock = None
        with suppress(psycopg.OperationalError):
            lock = psycopg.connect(
                self._url, autocommit=True, keepalives_idle=10, keepalives_interval=5, keepalives_count=3
            )
        if lock is None:  # raised here, not there: the frames of the driver hold the password
            raise Unavailable("The state database does not answer or does not let us in, so nobody can do jobs on it.")
        row = lock.execute("SELECT pg_try_advisory_lock(%s, %s)", (_SPACE, number)).fetchone()
        if row is None or not row[0]:
            lock.close()
            return False
        self._held[number] = lock
        return True

    def free(self, number: int) -> None:
        if lock := self._held.pop(number, None):
            lock.close()

    def was_used(self, number: int) -> bool:  # noqa: ARG002 - a lock leaves no trace
        return True


def take_one(slots: Slots) -> int:
    """The first that is free. Raises Unavailable if none is."""
    for number in range(SLOTS):
        if slots.take(number):
            return number
    raise Unavailable(f"{SLOTS} processes share this state already; no more can do jobs on it.")
