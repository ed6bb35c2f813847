"""`litmos audit`: the rows that match, and whether the chain holds."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import anyio

from litmos.commands.audit_formats import write_csv, write_jsonl, write_table
from litmos.commands.state import opened_state
from litmos.desk.plan import several
from litmos.store.audit import Audit, Entry, Verdict

__all__ = ["Wanted", "show", "verify"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. `since`: from that moment on, or so long before now; None: from the first row on."""

    since: datetime | timedelta | None = None
    person: str = ""
    training: str = ""
    operation: str = ""


def show(wanted: Wanted, form: str, *, clock: Callable[[], float] = time.time) -> int:
    """Print the rows that match, oldest first, as a `table`, `jsonl` or `csv`. `clock` in seconds since 1970."""
    with opened_state() as (state, place):
        entries, unfinished = anyio.run(partial(_read, Audit(state), wanted, clock))
    if form == "jsonl":
        write_jsonl(entries, sys.stdout)
    elif form == "csv":
        write_csv(entries, sys.stdout)
    elif entries:
        write_table(entries, unfinished, sys.stdout)
    elif wanted == Wanted():
        print(f"The audit in {place} is empty: nothing was changed or refused yet.")
    else:
        print(f"No row of the audit in {place} matches. Names have to be whole; ids work too.")
    return 0


def verify(head: str) -> int:
    """Print whether the chain holds; 1 if it does not, or if the `head` noted earlier is not in it."""
    with opened_state() as (state, _place):
        verdict = anyio.run(Audit(state).verify, head)
    print(_told(verdict, head))
    return 0 if verdict.broken is None and verdict.head_found is not False else 1


async def _read(audit: Audit, wanted: Wanted, clock: Callable[[], float]) -> tuple[list[Entry], set[int]]:
    since = wanted.since
    if isinstance(since, timedelta):
        try:
            since = datetime.fromtimestamp(clock(), UTC) - since
        except OverflowError:  # longer ago than there are years
            since = None
    entries = await audit.search(
        since=since, person=wanted.person, training=wanted.training, operation=wanted.operation.strip().casefold()
    )
    return entries, {entry.seq for entry in await audit.unfinished()}


def _told(verdict: Verdict, head: str) -> str:
    if verdict.broken is not None:
        return f"Row {verdict.broken} does not fit: {verdict.why}. The rows before it are as they were written."
    rows = several(verdict.rows, "row", "rows")
    whole = f"{rows}, unbroken; head {verdict.head}" if verdict.rows else "0 rows: the audit is empty"
    if verdict.head_found is False:
        return f"{whole}\nThe head {head} is not among them: rows were cut off, or it is that of another audit."
    return f"{whole}\nThe head noted earlier is among them." if verdict.head_found else whole
