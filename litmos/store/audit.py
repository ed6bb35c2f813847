"""The audit: an append-only chain of rows, each holding the hash of the one before, so that tampering shows.

A chain cannot see that its end was cut off: note the head that `verify` tells, and give it the next time.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, or_, select

from litmos.errors import Misconfigured
from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import audit

__all__ = ["Audit", "Entry", "Verdict"]

_LOCK = 0x11709  # PostgreSQL's advisory lock for this; any number no other lock of ours has
_ENDS = ("done", "partly", "failed")
_CHUNK = 100  # rows read at once: each has all lines of its change
_FEW = 5  # as many, where the first ones are most likely enough
_WATCHED = 7 * 86_400.0  # seconds; counted every few seconds, so not the whole book


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `run`: the `seq` of the "started" row that this one ends; None for others."""

    seq: int
    at: datetime
    event: str
    run: int | None
    operation: str
    actor_id: str
    body: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole. `broken`: the first row that does not fit, with `why`.

    `head` is the last row's hash; `head_found` whether an earlier head is still in the chain, if one was given.
    """

    rows: int
    head: str
    broken: int | None = None
    why: str = ""
    head_found: bool | None = None


class Audit:
    """The rows in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self._state, self._clock = state, clock

    async def append(
        self,
        event: str,
        *,
        operation: str,
        actor_id: str,
        body: Mapping[str, Any],
        run: int | None = None,
        once: str = "",
    ) -> Entry:
        """Add a row. Cancelled, it may have been added or not; no row is ever half there.

        `once`: its name among the rows of its run, or among all beginnings. Where there is one of that name already,
        nothing is added and that one is returned: who does not know whether it was added may add it again.

        Raises:
            ValueError: The body is no JSON object, or would be read back as something else.
        """
        text = _body({**body, "once": once} if once else body)
        at = int(self._clock() * 1000)

        def add(conn: Connection) -> Entry:
            only_one(conn, _LOCK)
            known = _known(conn, run, once) if once else None
            return known or _append(conn, at, event, run, operation, actor_id, text)

        return await self._state.write(add)

    async def named(self, once: str, run: int | None = None) -> Entry | None:
        """The row that was added under this name."""
        return await self._state.read(lambda conn: _known(conn, run, once))

    async def of_run(self, run: int) -> list[Entry]:
        """The row that began a run, and those that belong to it, oldest first."""
        query = select(audit).where(or_(audit.c.seq == run, audit.c.run == run)).order_by(audit.c.seq)
        return await self._state.read(lambda conn: [_entry(row) for row in conn.execute(query)])

    async def unfinished(self, older_than_seconds: float = 0) -> list[Entry]:
        """What was started and has no end, oldest first: a process died, or (if young) is still at it."""
        before = int((self._clock() - older_than_seconds) * 1000)
        open_runs = select(audit).where(_has_no_end(), audit.c.at <= before).order_by(audit.c.seq)
        return await self._state.read(lambda conn: [_entry(row) for row in conn.execute(open_runs)])

    async def count_unfinished(self, newer_than_seconds: float = _WATCHED) -> int:
        """How many of the last days were started and have no end, those under way included."""
        since = int((self._clock() - newer_than_seconds) * 1000)
        query = select(func.count()).select_from(audit).where(_has_no_end(), audit.c.at >= since)
        return await self._state.read(lambda conn: conn.execute(query).scalar_one())

    async def search(
        self,
        *,
        since: datetime | None = None,
        person: str = "",
        training: str = "",
        operation: str = "",
    ) -> list[Entry]:
        """Rows that fit, oldest first. A person or training is meant by id or whole name, whatever its case."""
        query = select(audit).order_by(audit.c.seq)
        if since is not None:
            query = query.where(audit.c.at >= int(since.timestamp() * 1000))
        if operation:
            query = query.where(audit.c.operation == operation)

        def find(conn: Connection) -> list[Entry]:
            with conn.execution_options(yield_per=_CHUNK).execute(query) as rows:
                return [entry for entry in map(_entry, rows) if _is_about(entry, person, training)]

        return await self._state.read(find)

    async def latest(self, most: int, *, person: str = "") -> list[Entry]:
        """The last rows, newest first, that are about a person (as in `search`) or, empty, about anybody."""
        query = select(audit).order_by(audit.c.seq.desc())

        def find(conn: Connection) -> list[Entry]:
            with conn.execution_options(yield_per=_CHUNK).execute(query) as rows:
                return list(islice((entry for entry in map(_entry, rows) if _is_about(entry, person, "")), most))

        return await self._state.read(find)

    async def last(self, fits: Callable[[Entry], bool], *, since: datetime, actor_id: str) -> Entry | None:
        """The newest row of an actor that fits; `fits` sees them newest first, and none after that one."""
        query = select(audit).where(audit.c.at >= int(since.timestamp() * 1000), audit.c.actor_id == actor_id)

        def find(conn: Connection) -> Entry | None:
            with conn.execution_options(yield_per=_FEW).execute(query.order_by(audit.c.seq.desc())) as rows:
                return next((entry for entry in map(_entry, rows) if fits(entry)), None)

        return await self._state.read(find)

    async def verify(self, head: str = "") -> Verdict:
        """Read the whole chain and compute it again."""
        return await self._state.read(lambda conn: _verify(conn, head.strip().casefold()))


def _has_no_end() -> ColumnElement[bool]:
    ends = audit.alias()
    ended = exists().where(ends.c.run == audit.c.seq, ends.c.event.in_(_ENDS))
    return and_(audit.c.event == "started", ~ended)


def _append(conn: Connection, at: int, event: str, run: int | None, operation: str, actor_id: str, body: str) -> Entry:  # noqa: PLR0913, PLR0917 - a row
    last = conn.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    seq, before = (last.seq + 1, last.hash) if last else (1, "")
    content = [seq, at, event, run, operation, actor_id, body]
    values = dict(zip(("seq", "at", "event", "run", "operation", "actor_id", "body"), content, strict=True))
    row = conn.execute(insert(audit).values(**values, hash=_hash(before, content)).returning(audit)).one()
    return _entry(row)


def _known(conn: Connection, run: int | None, once: str) -> Entry | None:
    """Names are searched in the text: they are few in a run, and beginnings are rare."""
    query = select(audit).where(audit.c.body.contains(f'"once":{_canonical(once)}', autoescape=True))
    query = query.where(audit.c.run == run) if run else query.where(audit.c.run.is_(None), audit.c.event == "started")
    found = [entry for entry in map(_entry, conn.execute(query)) if entry.body.get("once") == once]
    return found[0] if found else None


def _verify(conn: Connection, head: str) -> Verdict:
    with conn.execution_options(yield_per=_CHUNK).execute(select(audit).order_by(audit.c.seq)) as rows:
        return _verified(rows, head)


def _verified(rows: Iterable[Row[Any]], head: str) -> Verdict:
    count, last, seen = 0, "", not head
    for row in rows:
        count += 1
        content = [row.seq, row.at, row.event, row.run, row.operation, row.actor_id, row.body]
        if row.seq != count:
            return Verdict(count - 1, last, count, "it is missing", None)
        if row.hash != _hash(last, content):
            return Verdict(count - 1, last, row.seq, "it is not what was written, or the row before it is not", None)
        last = row.hash
        seen |= last == head
    return Verdict(count, last, head_found=seen if head else None)


def _hash(before: str, content: list[Any]) -> str:
    # A row that was tampered with may hold anything, bytes too: it has to fit nowhere, not to end the reading.
    plain = [repr(value) if isinstance(value, bytes) else value for value in content]
    return hashlib.sha256(_canonical([before, *plain]).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _body(body: Mapping[str, Any]) -> str:
    try:
        text = _canonical(dict(body))
        text.encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"the body of an audit row is no JSON: {error}") from error
    if json.loads(text) != body:
        raise ValueError(
            "the body of an audit row would be read back as something else: a tuple, a key that is no text"
        )
    return text


def _entry(row: Row[Any]) -> Entry:
    at = datetime.fromtimestamp(row.at / 1000, UTC)
    return Entry(row.seq, at, row.event, row.run, row.operation, row.actor_id, _read(row), row.hash)


def _read(row: Row[Any]) -> dict[str, Any]:
    try:
        body = json.loads(row.body)
    except (TypeError, ValueError):
        body = None
    if not isinstance(body, dict):
        raise Misconfigured(
            f"Row {row.seq} of the audit was altered and cannot be read. Run `litmos audit verify`, and bring back "
            "the state database from a copy."
        )
    return body


def _is_about(entry: Entry, person: str, training: str) -> bool:
    """Whether the person acted, or is on a line; of lines, only those of the training count, if one is asked for."""
    lines = [line for line in entry.body.get("lines") or () if isinstance(line, dict)]
    if training:
        lines = [line for line in lines if _one_of(training, _named([line], "training"))]
        if not lines:
            return False
    actor = entry.body.get("actor")
    known = [str(actor.get("id", "")), str(actor.get("name", ""))] if isinstance(actor, dict) else []
    return _one_of(person, [*_named(lines, "person"), entry.actor_id, *known])


def _named(lines: list[dict[str, Any]], what: str) -> Iterator[str]:
    for line in lines:
        yield str(line.get(f"{what}_id", ""))
        yield str(line.get(what, ""))


def _one_of(wanted: str, names: Any) -> bool:
    return not wanted or wanted.strip().casefold() in {name.casefold() for name in names}
