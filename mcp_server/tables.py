"""Answers as text that a model reads cheaply and a person can read: one line each, columns parted by tabs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from litmos.desk.names import shown
from litmos.errors import Invalid

__all__ = ["Page", "cell", "page", "table"]

T = TypeVar("T")

BYTES_A_ROW = 150  # on average; a page of the default 25 rows then stays under 4 kB, whatever its names are
LONGEST = 90  # characters of a name in a text; the structured answer has it whole


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many rows, with their lines of text."""

    rows: tuple[T, ...]
    lines: tuple[str, ...]
    next_cursor: str | None


def cell(text: str) -> str:
    """A name as one cell: no tabs or line breaks of its own, nothing invisible, not too long."""
    return shown(text, LONGEST)


def page(rows: Sequence[T], cursor: str, limit: int, line: Callable[[T], str]) -> Page[T]:
    """At most `limit` rows from `cursor` on, fewer if their text gets too long; at least one.

    Raises:
        Invalid: The cursor is none of ours.
    """
    if cursor and not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= len(rows)):
        raise Invalid(f"{cursor[:20]!r} is no cursor. Pass the `next_cursor` of the page before, or none.")
    start = int(cursor or 0)
    lines: list[str] = []
    size = 0
    for row in rows[start : start + limit]:
        text = line(row)
        size += len(text.encode()) + 1
        if lines and size > limit * BYTES_A_ROW:
            break
        lines.append(text)
    end = start + len(lines)
    return Page(tuple(rows[start:end]), tuple(lines), str(end) if end < len(rows) else None)


def table(head: str, columns: str, lines: Sequence[str], *, next_cursor: str | None = None) -> str:
    """A heading, the names of the columns, the rows, and how to go on."""
    body = [columns.replace("|", "\t"), *lines] if lines else []
    more = [f"More: cursor={next_cursor}"] if next_cursor else []
    return "\n".join([head, *body, *more])
