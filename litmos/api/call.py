"""A call to Litmos is a value: what to send, and how to read what comes back. Nothing here does I/O."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from litmos.errors import Invalid

__all__ = ["Batch", "Body", "Call", "Format", "Ident", "Listing", "Pace", "Reply", "Waiting", "body_of_ids", "ident"]

T = TypeVar("T")
R = TypeVar("R")

Waiting = Callable[[float], None]
"""Told the seconds until the account has a request left, before they are waited."""

LONGEST_ID = 255  # ids are at most 50 characters; user names, which may stand in their place, are longer


class Ident(str):
    """An id, or a user name in its place. Whatever else is in a path is the same for everybody."""

    __slots__ = ()


class Format(StrEnum):
    """What to ask Litmos for; both are always understood."""

    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Body:
    """A list of ids: `<root><item><Id>…</Id></item>…</root>` or `[{"Id": …}, …]`."""

    root: str
    item: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. The body may hold login links and passwords, so no repr shows it."""

    status: int
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    retry_after: float | None = None
    """Seconds, when Litmos named them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request. `parse` raises `ValueError` or `UnexpectedReply` for an answer of another shape."""

    operation: str
    """Its name in logs and metrics: the function that made it."""
    path: tuple[str, ...]
    """Segments below the base address, percent-encoded when they are sent."""
    parse: Callable[[Reply], T]
    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    query: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    changes: bool = False
    """Whether Litmos is different afterwards. All changes here are idempotent in effect."""
    missing: str = "Litmos has nothing there."
    """What a 404 means, in words."""

    @property
    def template(self) -> str:
        """The path without anybody's id, for traces and metrics."""
        return "/" + "/".join("{id}" if isinstance(segment, Ident) else segment for segment in self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Call[tuple[R, ...]], Generic[R]):
    """A list that Litmos hands out in pages; the client puts them together."""

    key: Callable[[R], Any]
    """Tells one item from another: a server that ignores `start` repeats itself."""
    most: int | None = None
    """Enough is enough: stop reading pages once there are so many."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[R, T]):
    """Several calls with one result, sent side by side."""

    calls: tuple[Call[R], ...]
    join: Callable[[Sequence[R]], T]


@dataclass(slots=True)
class Pace:
    """How one piece of work uses the account, and what it has used."""

    bulk: bool = False
    """Leave a fifth of the account's requests to people."""
    waiting: Waiting | None = None
    once: bool = False
    """Never repeat a change whose answer was lost: whoever asks reads back first."""
    spent: int = 0
    """Requests sent so far, repeated ones included."""


def ident(value: str, what: str) -> Ident:
    """An id or user name that can stand in a path; `Invalid` if it cannot."""
    if not value or len(value) > LONGEST_ID or value in {".", ".."} or not value.isprintable():
        raise Invalid(f"{value[:40]!r} cannot be the id of a {what}. Use the id that a search shows.")
    return Ident(value)


def body_of_ids(root: str, item: str, ids: Iterable[str]) -> Body:
    """A body with each id once, in order; `Invalid` for an empty list."""
    once = tuple(dict.fromkeys(ident(value, item.lower()) for value in ids))
    if not once:
        raise Invalid(f"Name at least one {item.lower()}.")
    return Body(root, item, once)
