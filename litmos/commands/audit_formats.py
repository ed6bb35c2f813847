"""The audit's rows as a table for people, as CSV for spreadsheets, and as JSON lines for programs."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from litmos.desk.names import harmless, shown
from litmos.desk.plan import several
from litmos.store.audit import Entry

__all__ = ["write_csv", "write_jsonl", "write_table"]

HEADINGS = ("ROW", "TIME (UTC)", "WHO", "OPERATION", "EVENT", "REQUESTS", "SUMMARY")
LONGEST = 120  # characters of a cell; jsonl has all of it
ACTOR = ("name", "role", "face")
LINE = ("person_id", "person", "training_id", "training", "fate", "now", "then", "outcome", "why")
COLUMNS = (
    "row", "time", "event", "run", "operation", "actor_id", *(f"actor_{key}" for key in ACTOR), "consent", *LINE,
    "summary", "requests",
)  # fmt: skip


def write_table(entries: Sequence[Entry], unfinished: set[int], out: TextIO) -> None:
    """Aligned columns. `unfinished`: the numbers of rows that began a change which has no end."""
    rows = [HEADINGS, *(_row(entry, unfinished) for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    out.writelines(f"{row}\n" for row in padded)
    if cut := sum(entry.seq in unfinished for entry in entries):
        out.write(
            f"\n{several(cut, 'change has', 'changes have')} no end: still under way, or cut off. "
            "What became of it can only be seen in Litmos.\n"
        )


def write_csv(entries: Iterable[Entry], out: TextIO) -> None:
    """A row for each line of a change, or one for an entry without any; the entry's own columns are repeated."""
    writer = csv.writer(out)  # lines end in CR LF, as spreadsheets have it: with LF alone, csv leaves a CR unquoted
    writer.writerow(COLUMNS)
    for entry in entries:
        record = _record(entry)
        for line in _lines(entry) or [{}]:
            cells = record | {key: line.get(key) for key in LINE}
            writer.writerow([harmless(_text(cells[column])) for column in COLUMNS])


def write_jsonl(entries: Iterable[Entry], out: TextIO) -> None:
    """Whole rows, one a line; `at` in ISO 8601."""
    whole = (asdict(entry) | {"at": entry.at.isoformat(timespec="milliseconds")} for entry in entries)
    out.writelines(f"{json.dumps(row)}\n" for row in whole)


def _row(entry: Entry, unfinished: set[int]) -> tuple[str, ...]:
    actor = _actor(entry)
    came = ", ".join(str(actor[key]) for key in ("role", "face") if actor.get(key))
    who = f"{actor.get('name') or entry.actor_id}{f' ({came})' if came else ''}"
    cells = (
        str(entry.seq),
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        who,
        entry.operation,
        f"{entry.event}, no end" if entry.seq in unfinished else entry.event,
        _text(entry.body.get("requests")),
        _text(entry.body.get("summary")),
    )
    return tuple(shown(cell, LONGEST) for cell in cells)


def _record(entry: Entry) -> dict[str, Any]:
    actor = _actor(entry)
    return {
        "row": entry.seq,
        "time": entry.at.isoformat(timespec="milliseconds"),
        "event": entry.event,
        "run": entry.run,
        "operation": entry.operation,
        "actor_id": entry.actor_id,
        **{f"actor_{key}": actor.get(key) for key in ACTOR},
        **{key: entry.body.get(key) for key in ("consent", "summary", "requests")},
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _actor(entry: Entry) -> dict[str, Any]:
    actor = entry.body.get("actor")
    return actor if isinstance(actor, dict) else {}


def _lines(entry: Entry) -> list[dict[str, Any]]:
    lines = entry.body.get("lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
