"""What this program tells of its own work: steps, events and levels, to whoever watches. It knows no backend.

Nobody does unless an entry point says so (`watched`): until then nothing here costs more than a call or imports
anything. Names follow OpenTelemetry's conventions. What is told about something is a word of ours, a number or a
status: never a name, an address or an id of people, never a text that somebody wrote.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["About", "Ended", "Level", "Levels", "Watcher", "here", "levels", "read_levels", "step", "tell", "watched"]

Value = str | int | float | bool
About = dict[str, Value]
Ended = Callable[[Mapping[str, Value]], None]


class Watcher(Protocol):
    """Is told what happens, where it happens. May be called from threads."""

    def begin(self, name: str, about: Mapping[str, Value], after: str) -> Ended:
        """A step begins; what is returned is called when it ends, with all that is known of it by then.

        `after`: where it was asked for, as `here` said it there; empty: what is around it.
        """

    def tell(self, name: str, amount: float, about: Mapping[str, Value]) -> None:
        """Something has happened, or so much of it."""

    def here(self) -> str:
        """The step that is under way, as W3C's traceparent; empty where steps have no names."""


@dataclass(frozen=True, slots=True)
class Level:
    """How much of something there is now."""

    name: str
    amount: float
    about: Mapping[str, Value] = field(default_factory=dict)


Levels = Callable[[], Awaitable[Sequence[Level]]]
"""Reads some. May raise LitmosError."""


@dataclass(slots=True)
class _Watching:
    """Of this process, like logging."""

    watchers: tuple[Watcher, ...] = ()
    levels: tuple[Levels, ...] = ()


_NOW = _Watching()


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """For entry points: from now on, until the block ends, it is told everything."""
    _NOW.watchers = (*_NOW.watchers, watcher)
    try:
        yield
    finally:
        _NOW.watchers = tuple(one for one in _NOW.watchers if one is not watcher)


@contextmanager
def step(name: str, about: About, *, after: str = "") -> Iterator[About]:
    """Around a piece of work. The block may write into `about` what it finds out; `error.type` comes by itself."""
    watchers = _NOW.watchers
    if not watchers:
        yield about
        return
    ends = [watcher.begin(name, about, after) for watcher in watchers]
    try:
        yield about
    except BaseException as error:
        about.setdefault("error.type", type(error).__name__)
        raise
    finally:
        for end in reversed(ends):
            end(about)


def tell(name: str, about: Mapping[str, Value], amount: float = 1.0) -> None:
    """Something has happened, or so much of it."""
    for watcher in _NOW.watchers:
        watcher.tell(name, amount, about)


def here() -> str:
    """The step that is under way, to be given as `after` to what it leads to somewhere else; empty if untraced."""
    return next(filter(None, (watcher.here() for watcher in _NOW.watchers)), "")


@contextmanager
def levels(read: Levels) -> Iterator[None]:
    """While the block runs, somebody who watches may read these levels."""
    _NOW.levels = (*_NOW.levels, read)
    try:
        yield
    finally:
        _NOW.levels = tuple(one for one in _NOW.levels if one is not read)


async def read_levels() -> list[Sequence[Level] | Exception]:
    """All levels there are now, or why some cannot be read."""
    found: list[Sequence[Level] | Exception] = []
    for read in _NOW.levels:
        try:
            found.append(await read())
        except Exception as error:  # noqa: BLE001 - one that cannot be read hides no other
            found.append(error)
    return found
