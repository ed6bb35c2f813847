"""The state database from asyncio: short transactions on threads of its own.

A cancelled caller cannot cut a transaction in two: the thread ends what it began. (SQLAlchemy's async engine
on SQLite loses connections that hold the write lock when it is cancelled.)
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from sqlalchemy import Connection, Engine

from litmos.store.engine import CONNECTIONS, open_engine
from litmos.store.faults import told
from litmos.store.place import place_of
from litmos.store.schema import bring_up
from litmos.telemetry import About, step

__all__ = ["State", "landed"]

T = TypeVar("T")


async def landed(work: "Future[T]") -> T:
    """The result of work in a thread. Cancelling this wait does not cancel the work."""
    there = asyncio.wrap_future(work)
    # Looked at even if nobody waits any more, or asyncio would complain of an exception never retrieved.
    there.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(there)


class State:
    """The state database at `url`; nothing is opened before the first use. It belongs to one event loop's thread.

    On SQLite the schema is brought up by itself, before the first use. On PostgreSQL it is not: several
    versions may share a server, so a person says when (`litmos migrate`).

    Every method that works on the database raises Misconfigured (it cannot be opened or written, is no state of
    ours, is newer than this build) or Unavailable (locked for too long, full, not answering), each with words
    that name the file and what to do; a failed opening is tried again by the next call.

    Args:
        url: LITMOS_STATE_URL.
        patience: how long a transaction waits for those of other processes, in seconds.

    Raises:
        Misconfigured: the URL cannot be used.
    """

    def __init__(self, url: str, *, patience: float = 10.0) -> None:
        self._place = place_of(url)
        self._patience = patience
        self._engine: Engine | None = None
        self._found: str | None = None  # the schema that was there at the opening
        self._opening = threading.Lock()
        # Not asyncio's default pool: DBOS replaces that one and later shuts it.
        self._readers = ThreadPoolExecutor(CONNECTIONS - 1, "state-read")
        # One writer: the database lets in one at a time anyway, and a queue is fair where SQLite's lock is not.
        self._writer = ThreadPoolExecutor(1, "state-write")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """One reading transaction around `work`, in a thread."""
        # In the caller's context: a line or a step in the thread belongs to what it was asked for.
        return await asyncio.wrap_future(self._readers.submit(copy_context().run, self._run, work, "BEGIN"))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """One writing transaction around `work`, in a thread; rolled back if `work` raises.

        A write whose caller is cancelled may have happened or not; reading tells.
        """
        return await asyncio.wrap_future(self.post(work))

    def post(self, work: Callable[[Connection], T]) -> "Future[T]":
        """A write that is not waited for, so that no cancellation stops it. Writes happen in the order of posting."""
        return self._writer.submit(copy_context().run, self._run, work, "BEGIN IMMEDIATE")

    async def migrate(self) -> str | None:
        """Makes or upgrades the schema, on PostgreSQL too. Returns what was found at the opening; None: nothing."""
        return await asyncio.wrap_future(self._writer.submit(self._migrate))

    def close(self) -> None:
        """Ends what is under way (blocking), then lets go of the database. May be called twice."""
        self._writer.shutdown()
        self._readers.shutdown()
        if self._engine is not None:
            self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], begin: str) -> T:
        system = "sqlite" if self._place.file is not None else "postgresql"
        about: About = {"db.system.name": system, "db.operation.name": "read" if begin == "BEGIN" else "write"}
        with step("db.client.operation", about), told(self._place, self._patience):
            engine = self._opened(upgrade=self._place.file is not None)
            with engine.execution_options(begin=begin).begin() as conn:
                return work(conn)

    def _migrate(self) -> str | None:
        with told(self._place, self._patience):
            self._opened(upgrade=True)
            return self._found

    def _opened(self, *, upgrade: bool) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = open_engine(self._place, self._patience)
                try:
                    self._found = bring_up(engine, self._place, upgrade=upgrade)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine
