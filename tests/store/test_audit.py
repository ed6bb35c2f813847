"""The audit, on a real SQLite file: added to, searched, and found out when somebody altered it."""

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from litmos.errors import Misconfigured
from litmos.store.audit import Audit, Entry, Verdict
from litmos.store.state import State

START = datetime(2026, 1, 31, 10, 0, 0, 123_000, UTC)


@dataclass
class Time:
    now: datetime = START

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def audit(state: State, time: Time) -> Audit:
    return Audit(state, clock=time)


def line(person: str, training: str) -> dict[str, str]:
    return {
        "person_id": f"{person}-id",
        "person": person,
        "training_id": f"{training}-id",
        "training": training,
        "outcome": "done",
    }


async def add(audit: Audit, event: str = "note", *lines: dict[str, str], run: int | None = None, **more: Any) -> Entry:
    body = {"lines": [*lines], "actor": {"id": "Q7", "name": "Quinn Admin"}} | more
    return await audit.append(event, operation="assign", actor_id="Q7", body=body, run=run)


async def execute(state: State, *statements: str) -> None:
    await state.write(lambda conn: [conn.exec_driver_sql(statement) for statement in statements])


def behind(state: State, trigger: str) -> tuple[str, ...]:
    """What somebody does first who has the database in their hands."""
    return (f"DROP TRIGGER {trigger}",) if state._place.file else ("ALTER TABLE audit DISABLE TRIGGER ALL",)


async def altered(state: State, seq: int, change: str) -> None:
    """A row was altered by somebody who may drop triggers."""
    await execute(state, *behind(state, "audit_no_update"), f"UPDATE audit SET {change} WHERE seq = {seq}")  # noqa: S608 - words of the tests


async def removed(state: State, seq: int) -> None:
    await execute(state, *behind(state, "audit_no_delete"), f"DELETE FROM audit WHERE seq = {seq}")  # noqa: S608 - a number


def seqs(entries: list[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


# Adding


async def test_a_row_is_read_back_as_it_was_written(audit: Audit) -> None:
    body = {"z": [1, None, True], "a": {"name": "Łukasz \N{DRAGON} \0"}}
    written = await audit.append("started", operation="assign", actor_id="key-owner", body=body)
    assert await audit.search() == [written]
    assert (written.seq, written.at, written.event, written.run) == (1, START, "started", None)
    assert (written.operation, written.actor_id, written.body) == ("assign", "key-owner", body)
    assert written.at.utcoffset() == timedelta(0) and len(written.hash) == 64


async def test_equal_rows_have_different_hashes(audit: Audit) -> None:
    """Each is sealed together with the one before."""
    assert (await add(audit)).hash != (await add(audit)).hash


@pytest.mark.parametrize(
    "body",
    [{"x": math.nan}, {"x": START}, {"x": (1, 2)}, {1: "x"}, {1: "x", "y": 2}, {"x": "\ud800"}, [1]],
    ids=["NaN", "date", "tuple", "number as key", "mixed keys", "half a character", "list"],
)
async def test_a_body_that_is_not_json_is_refused_and_nothing_is_written(audit: Audit, body: Any) -> None:
    with pytest.raises(ValueError, match="the body of an audit row"):
        await audit.append("note", operation="assign", actor_id="Q7", body=body)
    assert await audit.search() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET event = 'note' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT 1, at, 'forged', run, operation, actor_id, body, hash FROM audit",
        "INSERT INTO audit SELECT 0, at, event, run, operation, actor_id, body, hash FROM audit WHERE seq = 1",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_a_row(
    audit: Audit, state: State, statement: str, backend: str
) -> None:
    if backend == "postgresql":
        statement = statement.replace(" OR REPLACE", "")
    rows = [await add(audit), await add(audit)]
    with pytest.raises(DBAPIError, match="append-only"):
        await execute(state, statement)
    assert await audit.search() == rows


# What has no end


async def test_only_what_was_started_and_not_ended_is_unfinished(audit: Audit) -> None:
    for event in ("done", "partly", "failed"):
        start = await add(audit, "started")
        await add(audit, event, run=start.seq)
    await add(audit, "refused")
    cut = await add(audit, "started")
    await add(audit, "note", run=cut.seq)  # belongs to it, and ends nothing
    assert await audit.unfinished() == [cut]
    await add(audit, "done", run=cut.seq)
    assert await audit.unfinished() == []


async def test_a_run_that_began_just_now_is_not_told_to_those_who_ask_for_old_ones(audit: Audit, time: Time) -> None:
    await add(audit, "started")
    time.now += timedelta(seconds=900)
    await add(audit, "started")
    assert seqs(await audit.unfinished()) == [1, 2]
    assert seqs(await audit.unfinished(older_than_seconds=900)) == [1]
    assert await audit.unfinished(older_than_seconds=901) == []


# Searching


@pytest.fixture
async def searched(audit: Audit) -> Audit:
    await add(audit, "done", line("Ada", "Fire"), line("Bob", "Gas"))
    await audit.append("refused", operation="reset", actor_id="bob-id", body={"actor": {"id": "bob-id", "name": "Bob"}})
    await audit.append("note", operation="link", actor_id="key-owner", body={})
    return audit


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [1, 2, 3]),
        ({"person": "ada"}, [1]),
        ({"person": " ADA-ID "}, [1]),
        ({"person": "Bob"}, [1, 2]),
        ({"person": "quinn admin"}, [1]),
        ({"person": "q7"}, [1]),
        ({"person": "key-owner"}, [3]),
        ({"person": "Ad"}, []),
        ({"training": "fire"}, [1]),
        ({"training": "gas-id"}, [1]),
        ({"training": "Ada"}, []),
        ({"person": "Ada", "training": "Fire"}, [1]),
        ({"person": "Ada", "training": "Gas"}, []),
        ({"person": "Quinn Admin", "training": "Gas"}, [1]),
        ({"operation": "reset"}, [2]),
        ({"operation": "reset", "person": "Ada"}, []),
    ],
    ids=str,
)
async def test_rows_are_found_by_whole_names_and_ids_of_actors_and_lines(
    searched: Audit, wanted: dict[str, Any], found: list[int]
) -> None:
    """A person and a training together mean one line with both, or what the person did to the training."""
    assert seqs(await searched.search(**wanted)) == found


async def test_the_last_row_of_an_actor_is_looked_for_from_the_newest_and_no_further(audit: Audit, time: Time) -> None:
    old = time.now
    for number in range(3):
        time.now += timedelta(minutes=1)
        for actor in ("ada", "bob"):
            await audit.append("done", operation="assign", actor_id=actor, body={"number": number})
    seen = list[int]()

    def fits(entry: Entry) -> bool:
        seen.append(entry.body["number"])
        return bool(entry.body["number"] < 2)

    found = await audit.last(fits, since=old, actor_id="bob")
    assert found is not None and (found.seq, seen) == (4, [2, 1])
    assert await audit.last(lambda _: True, since=time.now + timedelta(milliseconds=1), actor_id="bob") is None
    assert await audit.last(lambda _: True, since=old, actor_id="carl") is None


async def test_rows_are_found_from_a_moment_on_itself_included(audit: Audit, time: Time) -> None:
    await add(audit)
    time.now += timedelta(milliseconds=1)
    await add(audit)
    assert seqs(await audit.search(since=START)) == [1, 2]
    assert seqs(await audit.search(since=START + timedelta(milliseconds=1))) == [2]
    assert await audit.search(since=START + timedelta(milliseconds=2)) == []


async def test_bodies_of_any_shape_are_searched_without_trouble(audit: Audit) -> None:
    odd: dict[str, Any]
    for odd in ({"lines": None}, {"lines": ["x", 1]}, {"actor": "Ada"}, {"actor": None}, {"lines": [{}]}):
        await audit.append("note", operation="assign", actor_id="Q7", body=odd)
    assert await audit.search(person="Ada", training="Fire") == []
    assert await audit.search(person="Ada") == []


async def test_an_audit_of_several_chunks_is_found_whole_and_in_order(audit: Audit) -> None:
    for _ in range(501):
        await add(audit)
    assert seqs(await audit.search()) == list(range(1, 502))
    assert (await audit.verify()).rows == 501


async def test_an_altered_row_that_cannot_be_read_is_named(audit: Audit, state: State) -> None:
    await add(audit)
    await altered(state, 1, "body = '['")
    with pytest.raises(Misconfigured, match=r"Row 1 of the audit was altered .* `litmos audit verify`"):
        await audit.search()


# The chain


async def test_an_empty_audit_is_whole(audit: Audit) -> None:
    assert await audit.verify() == Verdict(0, "")


async def test_a_whole_chain_tells_its_rows_and_its_head(audit: Audit) -> None:
    rows = [await add(audit) for _ in range(3)]
    assert await audit.verify() == Verdict(3, rows[-1].hash)


@pytest.mark.parametrize(
    "change",
    [
        "seq = 99", "at = at + 1", "event = 'done'", "run = 1", "operation = 'reset'", "actor_id = 'x'", "hash = 'x'",
        "body = '{}'", "body = x'ff'", "body = body || ' '",
    ],
)  # fmt: skip
async def test_a_row_altered_behind_the_triggers_is_named(
    audit: Audit, state: State, change: str, backend: str
) -> None:
    if backend == "postgresql":
        change = change.replace("x'ff'", "chr(255)")
    for _ in range(4):
        await add(audit)
    await altered(state, 3, change)
    verdict = await audit.verify()
    assert (verdict.broken, verdict.rows) == (3, 2) and verdict.why


def seal(previous: str, entry: Entry, body: str) -> str:
    """As anybody can compute it, from what `litmos audit --format jsonl` tells."""
    at = round(entry.at.timestamp() * 1000)
    row = [previous, entry.seq, at, entry.event, entry.run, entry.operation, entry.actor_id, body]
    return hashlib.sha256(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


async def test_a_hash_is_taken_over_the_row_and_the_hash_before(audit: Audit) -> None:
    body = '{"a":"Łukasz","z":1}'
    first = await audit.append("done", operation="x", actor_id="y", body={}, run=7)
    second = await audit.append("note", operation="x", actor_id="y", body=json.loads(body))
    assert first.hash == seal("", first, "{}")
    assert second.hash == seal(first.hash, second, body)


async def test_an_altered_row_with_a_fitting_hash_gives_itself_away_by_the_next(audit: Audit, state: State) -> None:
    first, second, _ = [await add(audit) for _ in range(3)]
    forged = seal(first.hash, second, "{}")
    await altered(state, 2, f"body = '{{}}', hash = '{forged}'")
    verdict = await audit.verify()
    assert (verdict.broken, verdict.rows, verdict.head) == (3, 2, forged)


@pytest.mark.parametrize("gone", [1, 2, 3])
async def test_a_row_that_was_removed_is_named(audit: Audit, state: State, gone: int) -> None:
    for _ in range(4):
        await add(audit)
    await removed(state, gone)
    verdict = await audit.verify()
    assert (verdict.broken, verdict.rows, verdict.why) == (gone, gone - 1, "it is missing")


async def test_an_end_that_was_cut_off_is_seen_by_the_head_that_was_noted(audit: Audit, state: State) -> None:
    rows = [await add(audit) for _ in range(3)]
    assert (await audit.verify(rows[1].hash)).head_found is True
    assert (await audit.verify(f" {rows[2].hash.upper()}\n")).head_found is True
    await removed(state, 3)
    assert await audit.verify() == Verdict(2, rows[1].hash)
    assert await audit.verify(rows[2].hash) == Verdict(2, rows[1].hash, head_found=False)


async def test_an_empty_audit_has_no_head_that_was_noted(audit: Audit) -> None:
    assert (await audit.verify("a" * 64)).head_found is False
