"""Long answers come in pages, small enough whatever the names are."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mcp import Client

from litmos.demo.sandbox import Sandbox
from litmos.errors import Invalid
from mcp_server.tables import cell, page, table

Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COURSES, PATHS = 60, 30
NAME = "安全培训与合规管理年度复习课程 仓库、物流、办公室和现场人员的综合安全须知与应急处理流程"  # 3 bytes a letter


@pytest.fixture
def busy(sandbox: Sandbox) -> str:
    """The id of somebody on 60 courses and 30 learning paths, all with long names."""
    world = sandbox.world
    person = world.add_person("Олександра", "Шевченко-Григоренко", email="oleksandra@example.com")
    for place in range(COURSES):
        course = world.add_course(f"{NAME} {place}", code=f"LONG-{place}")
        due = NOW + timedelta(days=place - 20) if place % 2 else None
        world.assign_course(person.id, course.id, at=NOW - timedelta(days=90), due=due, percent=30)
    for place in range(PATHS):
        path = world.add_path(f"{NAME} {place}", [])
        world.assign_path(person.id, path.id, at=NOW - timedelta(days=90))
    return person.id


@pytest.mark.parametrize(
    ("tool", "rows", "total"),
    [("get_user_courses", "courses", COURSES), ("get_user_learning_paths", "learning_paths", PATHS)],
)
@pytest.mark.parametrize("limit", [None, 1, 7, 200])
async def test_following_the_cursor_shows_every_row_once(
    tool: str, rows: str, total: int, limit: int | None, assistant: Client, answer: Answer, busy: str
) -> None:
    asked: dict[str, Any] = {"person": busy} | ({} if limit is None else {"limit": limit})
    seen: list[str] = []
    cursor = ""
    for _ in range(total + 1):
        text, data = await answer(assistant, tool, **asked, cursor=cursor)
        lines = [line for line in text.splitlines()[2:] if line.startswith(tuple(row["id"] for row in data[rows]))]
        assert [line.split("\t")[0] for line in lines] == [row["id"] for row in data[rows]]
        assert 1 <= len(lines) <= (limit or 25)
        assert data["total"] == total
        seen += [row["id"] for row in data[rows]]
        cursor = data.get("next_cursor", "")
        assert (f"\nMore: cursor={cursor}" in text) == bool(cursor)
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize("tool", ["get_user_courses", "get_user_learning_paths"])
async def test_a_page_as_it_is_asked_for_by_default_takes_at_most_4_kb(
    tool: str, assistant: Client, answer: Answer, busy: str
) -> None:
    sizes: list[int] = []
    cursor = ""
    while not sizes or cursor:
        text, data = await answer(assistant, tool, person=busy, cursor=cursor)
        sizes.append(len(text.encode()))
        cursor = data.get("next_cursor", "")
    assert max(sizes) <= 4000
    assert len(sizes) > 1


async def test_due_dates_that_were_not_read_are_told(assistant: Client, answer: Answer, busy: str) -> None:
    text, data = await answer(assistant, "get_user_courses", person=busy)
    assert data["note"] == f"{COURSES - 10} open courses further down: due dates not read"
    assert text.endswith(f"\nNote: {data['note']}")


@pytest.mark.parametrize("cursor", ["x", "-1", "61", "1.5", "٣", "99999999999999999999"])
@pytest.mark.parametrize("tool", ["get_user_courses", "get_user_learning_paths"])
async def test_a_cursor_that_is_none_of_ours_is_refused_in_words(
    tool: str, cursor: str, assistant: Client, refusal: Refusal, busy: str
) -> None:
    said = await refusal(assistant, tool, person=busy, cursor=cursor)
    assert said == f"{cursor!r} is no cursor. Pass the `next_cursor` of the page before, or none."


async def test_a_cursor_may_come_as_a_number(assistant: Client, answer: Answer, busy: str) -> None:
    """Models write 59 for "59"."""
    _, data = await answer(assistant, "get_user_courses", person=busy, cursor=COURSES - 1)
    assert len(data["courses"]) == 1


def test_a_page_ends_early_when_its_rows_are_long_but_never_without_one() -> None:
    rows = ["long"] * 10
    first = page(rows, "", 5, lambda _row: "x" * 2000)
    assert (len(first.rows), first.next_cursor) == (1, "1")
    assert page(rows, "9", 5, lambda _row: "x" * 2000).next_cursor is None


def test_a_page_of_nothing_is_empty_and_a_cursor_beyond_the_end_is_refused() -> None:
    assert page([], "", 5, str).lines == ()
    with pytest.raises(Invalid, match="'1' is no cursor"):
        page([], "1", 5, str)


def test_a_table_without_rows_is_its_heading() -> None:
    assert table("0 people", "id|name", []) == "0 people"
    assert table("1 person", "id|name", ["1\tAda"], next_cursor="1") == "1 person\nid\tname\n1\tAda\nMore: cursor=1"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Fire  &\n Safety\t", "Fire & Safety"), ("x" * 90, "x" * 90), ("x" * 91, "x" * 89 + "…")],
    ids=["blanks", "just short enough", "too long"],
)
def test_a_cell_is_one_line_and_not_too_long(name: str, shown: str) -> None:
    assert cell(name) == shown
