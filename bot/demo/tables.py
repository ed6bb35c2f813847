"""The limits of Slack's blocks for many values: table, data_table, data_visualization."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.demo.elements import longer

__all__ = ["CHARTS", "chart", "data_table", "table"]

Payload = Mapping[str, Any]

CHARTS = 2  # of one message
ROWS, COLUMNS = 100, 20
DATA_ROWS = 101
CHARACTERS = 20_000
POINTS, SERIES = 20, 6
CELLS = {"raw_text", "raw_number", "rich_text"}


def table(block: Payload) -> Iterator[str]:
    """A plain table of at most 100 rows."""
    yield from _grid(block.get("rows"), 1, ROWS)


def data_table(block: Payload) -> Iterator[str]:
    """A table that Slack sorts, filters and pages: a header row first, cells of equal count."""
    if not block.get("caption"):
        yield "a data_table has no caption"
    rows = block.get("rows")
    yield from _grid(rows, 2, DATA_ROWS)
    if not isinstance(rows, list) or not rows:
        return
    if any(cell.get("type") != "raw_text" for cell in rows[0] if isinstance(cell, dict)):
        yield "the header row has text only"
    if sum(len(str(cell.get("text", ""))) for row in rows for cell in row if isinstance(cell, dict)) > CHARACTERS:
        yield f"more than {CHARACTERS} characters"
    if not 1 <= block.get("page_size", 5) <= 100:  # noqa: PLR2004 - Slack's
        yield "page_size is 1 to 100"


def _grid(rows: Any, least: int, most: int) -> Iterator[str]:
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        yield f"{least} to {most} rows"
        return
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        yield "rows of different lengths"
    if not 1 <= max(widths) <= COLUMNS:
        yield f"1 to {COLUMNS} columns"
    if any(not isinstance(cell, dict) or cell.get("type") not in CELLS for row in rows for cell in row):
        yield "cells are raw_text, raw_number or rich_text"


def chart(block: Payload) -> Iterator[str]:
    """A chart: pie with segments; bar, area and line with series."""
    if not block.get("title"):
        yield "a chart has no title"
    yield from longer(block, "title", 50)
    drawn = block.get("chart", {})
    kind = drawn.get("type")
    if kind == "pie":
        if not drawn.get("segments"):
            yield "a pie has segments"
    elif kind in {"bar", "area", "line"}:
        yield from _series(drawn)
    else:
        yield f"no chart of type {kind!r}"


def _series(drawn: Payload) -> Iterator[str]:
    series = drawn.get("series", [])
    names = [one.get("name", "") for one in series]
    if not 1 <= len(series) <= SERIES or len(set(names)) < len(names) or any(len(name) > 20 for name in names):  # noqa: PLR2004
        yield "1 to 6 series with names of their own, at most 20 letters"
    categories = drawn.get("axis_config", {}).get("categories", [])
    for one in series:
        points = one.get("data", [])
        if not 1 <= len(points) <= POINTS:
            yield "1 to 20 points"
        if [point.get("label") for point in points] != list(categories):
            yield "the labels are not the categories"
