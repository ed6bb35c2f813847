"""`litmos audit`, as it is typed and as it answers."""

import csv
import io
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import anyio
import pytest

from litmos.cli import main
from litmos.store.audit import Audit, Entry
from litmos.store.state import State

NOW = datetime.fromtimestamp(time.time(), UTC)  # commands compare with the real clock
ADMIN = {"id": "Q7", "name": "Quinn Admin", "role": "admin", "face": "slack"}
LINES = [
    {
        "person_id": "p1", "person": "Łukasz", "training_id": "c1", "training": "Fire & Safety", "fate": "change",
        "now": "not assigned", "then": "assigned", "outcome": "done",
    },
    {
        "person_id": "p2", "person": "Bob", "training_id": "c1", "training": "Fire & Safety", "fate": "already",
        "now": "assigned", "then": "assigned", "outcome": "already so", "why": "assigned",
    },
]  # fmt: skip
HEAD = "a" * 64

Said = tuple[int, str, str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state of these commands, in an environment without any key."""
    file = tmp_path / "state.sqlite"
    monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{file}")
    monkeypatch.delenv("LITMOS_API_KEY", raising=False)
    return file


@pytest.fixture
def litmos(file: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*words: str) -> Said:
        try:
            code = main(words)
        except SystemExit as wrong:  # argparse's way to say 2
            code = int(wrong.code or 0)
        return code, *capsys.readouterr()

    return run


def add(
    file: Path, event: str, body: dict[str, Any], *, run: int | None = None, ago: timedelta = timedelta(0)
) -> Entry:
    """A row of the audit, written by whoever is `body`'s actor."""

    async def append() -> Entry:
        state = State(f"sqlite:///{file}")
        audit = Audit(state, clock=(NOW - ago).timestamp)
        actor = body.get("actor", {}).get("id", "key-owner")
        entry = await audit.append(event, operation="assign", actor_id=actor, body=body, run=run)
        state.close()
        return entry

    return anyio.run(append)


def alter(file: Path, statement: str) -> None:
    async def execute() -> None:
        state = State(f"sqlite:///{file}")
        for each in ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", statement):
            await state.write(lambda conn, each=each: conn.exec_driver_sql(each))  # type: ignore[misc] # a default
        state.close()

    anyio.run(execute)


@pytest.fixture
def change(file: Path) -> list[Entry]:
    """One change, begun and ended."""
    start = add(file, "started", {"actor": ADMIN, "consent": "yes", "lines": LINES}, ago=timedelta(days=2))
    body = {"actor": ADMIN, "lines": LINES, "summary": "Assign: 1 done, 1 already so.", "requests": 6}
    return [start, add(file, "done", body, run=start.seq)]


# The table


def test_an_empty_audit_says_so_and_where_it_looked(litmos: Callable[..., Said], file: Path) -> None:
    assert litmos("audit") == (0, f"The audit in {file} is empty: nothing was changed or refused yet.\n", "")


def test_the_table_tells_when_who_what_and_what_came_of_it(litmos: Callable[..., Said], change: list[Entry]) -> None:
    code, out, err = litmos("audit")
    heading, start, end = out.splitlines()
    assert (code, err) == (0, "")
    assert heading.split("  ")[0] == "ROW" and "TIME (UTC)" in heading
    assert f"{change[0].at:%Y-%m-%d %H:%M:%S}  Quinn Admin (admin, slack)  assign     started" in start
    assert end.startswith("2  ") and end.endswith("done     6         Assign: 1 done, 1 already so.")
    assert heading.index("EVENT") == start.index("started") == end.index("done")


def test_what_a_row_does_not_know_is_left_empty(litmos: Callable[..., Said], file: Path) -> None:
    add(file, "note", {})
    assert litmos("audit")[1].splitlines()[1].split()[3:] == ["key-owner", "assign", "note"]


def test_a_change_without_an_end_is_marked(litmos: Callable[..., Said], file: Path, change: list[Entry]) -> None:
    assert "no end" not in litmos("audit")[1]
    add(file, "started", {"actor": ADMIN})
    rows = litmos("audit")[1].splitlines()
    assert ["no end" in row for row in rows[:4]] == [False, False, False, True]
    assert rows[-1].startswith("1 change has no end: still under way, or cut off.")


def test_names_cannot_draw_on_the_terminal(litmos: Callable[..., Said], file: Path) -> None:
    add(file, "done", {"actor": {"name": "A\x1b[31m\nB\u202e"}, "summary": "x\r\ny" + "z" * 500})
    out = litmos("audit")[1]
    assert len(out.splitlines()) == 2 and not {"\x1b", "\u202e", "\r"} & set(out)
    assert max(map(len, out.splitlines())) < 250


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("--since", "1d"), ["2"]), (("--since", "24h"), ["2"]), (("--since", "3d"), ["1", "2"]),
        (("--since", "99999d"), ["1", "2"]), (("--since", "2020-02-29"), ["1", "2"]),
        (("--person", "łukasz"), ["1", "2"]), (("--person", "Q7"), ["1", "2"]), (("--training", "c1"), ["1", "2"]),
        (("--operation", "Assign"), ["1", "2"]),
        (("--person", "bob", "--training", "fire & safety", "--operation", "assign", "--since", "1d"), ["2"]),
    ],
    ids=str,
)  # fmt: skip
def test_rows_are_chosen(
    litmos: Callable[..., Said], change: list[Entry], words: tuple[str, ...], rows: list[str]
) -> None:
    assert [row.split()[0] for row in litmos("audit", *words)[1].splitlines()[1:]] == rows


def test_a_day_begins_at_midnight_utc(litmos: Callable[..., Said], file: Path) -> None:
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    add(file, "note", {}, ago=NOW - midnight + timedelta(milliseconds=1))
    add(file, "note", {}, ago=NOW - midnight)
    out = litmos("audit", "--since", f"{midnight:%Y-%m-%d}")[1]
    assert [row.split()[0] for row in out.splitlines()[1:]] == ["2"]


@pytest.mark.parametrize("words", [("--person", "luka"), ("--training", "x"), ("--operation", "reset")], ids=str)
def test_no_row_that_matches_is_told_with_what_to_do(
    litmos: Callable[..., Said], file: Path, change: list[Entry], words: tuple[str, str]
) -> None:
    assert litmos("audit", *words) == (
        0, f"No row of the audit in {file} matches. Names have to be whole; ids work too.\n", "",
    )  # fmt: skip


@pytest.mark.parametrize("when", ["yesterday", "7", "7w", "-1d", "2026-02-30", "31.01.2026", "", "123456d"])
def test_a_moment_that_cannot_be_read_is_refused_with_what_to_write(litmos: Callable[..., Said], when: str) -> None:
    code, out, err = litmos("audit", f"--since={when}")
    assert (code, out) == (2, "") and "write a day like 2026-01-31, or how long ago, like 7d or 24h" in err


def test_a_format_that_is_not_there_is_refused(litmos: Callable[..., Said]) -> None:
    code, _, err = litmos("audit", "--format", "xml")
    assert code == 2 and "table" in err and "jsonl" in err and "csv" in err


# For programs and spreadsheets


def test_jsonl_tells_rows_whole(litmos: Callable[..., Said], change: list[Entry]) -> None:
    rows = [json.loads(row) for row in litmos("audit", "--format", "jsonl")[1].splitlines()]
    assert [datetime.fromisoformat(row.pop("at")) for row in rows] == [entry.at for entry in change]
    assert rows == [
        {
            "seq": entry.seq, "event": entry.event, "run": entry.run, "operation": "assign", "actor_id": "Q7",
            "body": entry.body, "hash": entry.hash,
        }
        for entry in change
    ]  # fmt: skip


def test_csv_has_a_row_for_each_person_and_training(litmos: Callable[..., Said], change: list[Entry]) -> None:
    rows = list(csv.DictReader(io.StringIO(litmos("audit", "--format", "csv")[1])))
    assert [(row["row"], row["person"], row["outcome"]) for row in rows] == [
        ("1", "Łukasz", "done"), ("1", "Bob", "already so"), ("2", "Łukasz", "done"), ("2", "Bob", "already so"),
    ]  # fmt: skip
    last = rows[-1]
    assert datetime.fromisoformat(last["time"]) == change[1].at
    assert {key: last[key] for key in last if key not in {"time", *LINES[1]}} == {
        "row": "2", "event": "done", "run": "1", "operation": "assign", "actor_id": "Q7", "actor_name": "Quinn Admin",
        "actor_role": "admin", "actor_face": "slack", "consent": "", "summary": "Assign: 1 done, 1 already so.",
        "requests": "6",
    }  # fmt: skip
    assert {key: last[key] for key in LINES[1]} == LINES[1] and rows[0]["why"] == ""


def test_an_entry_without_lines_is_one_row_of_csv(litmos: Callable[..., Said], file: Path) -> None:
    add(file, "refused", {"summary": 'You, "Bob",\nmay not.'})
    [row] = csv.DictReader(io.StringIO(litmos("audit", "--format", "csv")[1]))
    assert (row["summary"], row["person"], row["actor_name"]) == ('You, "Bob",\nmay not.', "", "")


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\N{FULLWIDTH EQUALS SIGN}1", '=HYPERLINK("x")']
)
def test_no_cell_of_csv_is_a_formula(litmos: Callable[..., Said], file: Path, name: str) -> None:
    """Whoever named a person or a course wrote it, and a spreadsheet would run it."""
    line = dict.fromkeys(LINES[1], name)
    actor = {"id": name, "name": name, "role": name, "face": name}
    add(file, "done", {"actor": actor, "consent": name, "lines": [line], "summary": name, "requests": name})
    out = io.StringIO(litmos("audit", "--format", "csv")[1], newline="")
    [row] = csv.DictReader(out)
    cells = {key: cell for key, cell in row.items() if key not in {"row", "time", "event", "run", "operation"}}
    assert len(cells) == len(row) - 5 and set(cells.values()) == {f"'{name}"}


def test_harmless_cells_of_csv_are_left_alone(litmos: Callable[..., Said], file: Path) -> None:
    add(file, "done", {"summary": "a=b", "actor": {"name": "'quoted"}})
    [row] = csv.DictReader(io.StringIO(litmos("audit", "--format", "csv")[1]))
    assert (row["summary"], row["actor_name"]) == ("a=b", "'quoted")


@pytest.mark.parametrize(("form", "lines"), [("jsonl", 0), ("csv", 1)])
def test_an_empty_audit_is_no_words_among_data(litmos: Callable[..., Said], form: str, lines: int) -> None:
    code, out, _ = litmos("audit", "--format", form)
    assert code == 0 and len(out.splitlines()) == lines


# Verifying


def test_a_whole_audit_tells_its_rows_and_head(litmos: Callable[..., Said], file: Path, change: list[Entry]) -> None:
    assert litmos("audit", "verify") == (0, f"2 rows, unbroken; head {change[1].hash}\n", "")


def test_one_row_is_counted_as_one(litmos: Callable[..., Said], file: Path) -> None:
    entry = add(file, "note", {})
    assert litmos("audit", "verify") == (0, f"1 row, unbroken; head {entry.hash}\n", "")


def test_an_empty_audit_is_unbroken(litmos: Callable[..., Said]) -> None:
    assert litmos("audit", "verify") == (0, "0 rows: the audit is empty\n", "")


def test_a_head_noted_earlier_is_found(litmos: Callable[..., Said], change: list[Entry]) -> None:
    code, out, _ = litmos("audit", "verify", "--head", change[0].hash.upper())
    assert code == 0 and out.endswith("\nThe head noted earlier is among them.\n")


def test_a_head_that_is_gone_fails(litmos: Callable[..., Said], change: list[Entry]) -> None:
    code, out, _ = litmos("audit", "verify", "--head", HEAD)
    assert code == 1
    assert out.endswith(f"\nThe head {HEAD} is not among them: rows were cut off, or it is that of another audit.\n")


@pytest.mark.parametrize("head", ["a" * 63, "g" * 64, "412", ""])
def test_what_is_no_head_is_refused(litmos: Callable[..., Said], head: str) -> None:
    code, out, err = litmos("audit", "verify", f"--head={head}")
    assert (code, out) == (2, "") and "not a head" in err


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET actor_id = 'x' WHERE seq = 2", "Row 2 does not fit: it is not what was written"),
        ("DELETE FROM audit WHERE seq = 1", "Row 1 does not fit: it is missing."),
    ],
)
def test_the_row_that_does_not_fit_is_named(
    litmos: Callable[..., Said], file: Path, change: list[Entry], statement: str, says: str
) -> None:
    alter(file, statement)
    code, out, _ = litmos("audit", "verify")
    assert code == 1 and out.startswith(says) and len(out.splitlines()) == 1


# The surroundings


def test_a_row_that_cannot_be_read_is_told_on_stderr(
    litmos: Callable[..., Said], file: Path, change: list[Entry]
) -> None:
    alter(file, "UPDATE audit SET body = '[' WHERE seq = 1")
    code, out, err = litmos("audit")
    assert (code, out) == (1, "") and err.startswith("Row 1 of the audit was altered")


def test_no_key_is_needed_but_a_misspelt_setting_is_told(
    litmos: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be another, empty audit."""
    monkeypatch.setenv("LITMOS_STATE_ULR", "sqlite:////elsewhere")
    code, out, err = litmos("audit")
    assert (code, out) == (1, "") and "Did you mean LITMOS_STATE_URL?" in err


def test_a_reader_who_stops_reading_is_no_trouble(file: Path) -> None:
    """As in `litmos audit | head`."""
    add(file, "note", {})
    process = Popen([sys.executable, "-m", "litmos", "audit"], stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdout and process.stderr and process.stdin
    process.stdout.close()
    assert (process.wait(30), process.stderr.read()) == (141, b"")
    process.stdin.close()
    process.stderr.close()
