"""One API request as a value, what can be asked of it, and the ways to refuse it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from litmos.demo.formats import Listing, Record

T = TypeVar("T")

PAGE = 100
LARGEST_PAGE = 1000
LONGEST_NUMBER = 9


class Refused(Exception):
    """An error answer with a status and the words for `Detail`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `segments` are the decoded parts of the path after /v1.svc, `args` those the route left open."""

    method: str
    segments: tuple[str, ...]
    query: dict[str, str]
    headers: dict[str, str]
    at: datetime
    body: bytes = b""
    args: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return "/" + "/".join(self.segments)

    @property
    def wants_json(self) -> bool:
        return self.query.get("format", "").lower() == "json"

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    def page(self, listing: str, items: Sequence[T], record: Callable[[T], Record]) -> Listing:
        """The records of the items from `start` on, `limit` of them.

        Raises:
            Refused: `start` or `limit` is not a number.
        """
        start, limit = self._number("start", 0), min(self._number("limit", PAGE), LARGEST_PAGE)
        return Listing(listing, tuple(record(item) for item in items[start : start + limit]))

    def _number(self, name: str, default: int) -> int:
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
            raise Refused(400, f"{name} must be a number")
        return int(text)

    def date(self, name: str) -> datetime | None:
        """A YYYY-MM-DD of the query as the start of that day."""
        text = self.query.get(name, "")
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            raise Refused(400, f"{name} must be a date, YYYY-MM-DD") from None

    def finds(self, *texts: str) -> bool:
        """Whether `search`, if there is one, stands in one of the texts, in whatever case."""
        wanted = self.query.get("search", "").casefold()
        return any(wanted in text.casefold() for text in texts)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and what to write as the body, None for an empty one."""

    status: int = 200
    body: Record | Listing | None = None
