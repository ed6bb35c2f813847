"""What is told to people unasked, and the port through which a face brings it to them.

A message is made when it is told, never kept: it holds names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import anyio

from litmos.errors import LitmosError
from litmos.telemetry import About, step

__all__ = ["Choice", "Kind", "Message", "Messenger", "Post"]


class Kind(StrEnum):
    """What a message is about."""

    COMPLETION = "completion"
    TEAM_COMPLETION = "team completion"
    DIGEST = "digest"
    UNFOLLOWED = "unfollowed"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody may do about a message: an operation of the catalog, and what with, such as a team's id.

    A face leaves out what it has no button for.
    """

    text: str
    operation: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """All texts are plain; a face makes them harmless in its own markup. `heading` alone tells what it is about."""

    kind: Kind
    heading: str
    lines: Sequence[str] = ()
    links: Sequence[str] = ()
    """Where the lines lead, in their order; empty for one that leads nowhere. There may be fewer than lines."""
    note: str = ""
    link: tuple[str, str] | None = None
    """What can be opened: its name and its address."""
    choices: Sequence[Choice] = ()


class Messenger(Protocol):
    """A face that finds people by their id in Litmos and brings them messages, to nobody else."""

    async def tell(self, person: str, message: Message) -> bool:
        """False: they are not to be found there. Raises Unavailable or Throttled if nothing can be told just now."""

    async def zone(self, person: str) -> str | None:
        """Their time zone by its IANA name, UTC where they told none; None: not to be found. Raises as `tell`."""


class Post:
    """Brings messages by the face of this process. While there is none, it waits for one."""

    def __init__(self) -> None:
        self._open, self._by = anyio.Event(), None

    _by: Messenger | None

    def by(self, messenger: Messenger | None) -> None:
        """From now on this face brings them; None: none does."""
        self._by = messenger
        if messenger is None:
            self._open = anyio.Event()
        else:
            self._open.set()

    @property
    def is_open(self) -> bool:
        """Whether there is one."""
        return self._by is not None

    async def opened(self) -> None:
        """Returns once there is a face."""
        await self._face()

    async def tell(self, person: str, message: Message) -> bool:
        """See `Messenger`."""
        face, about = await self._face(), About({"litmos.message.kind": message.kind.value})
        with step("litmos.message", about):
            try:
                there = await face.tell(person, message)
            except LitmosError as error:
                about["litmos.result"] = "perhaps" if error.perhaps_done else "failed"
                raise
            about["litmos.result"] = "told" if there else "nobody"
            return there

    async def zone(self, person: str) -> str | None:
        """See `Messenger`."""
        return await (await self._face()).zone(person)

    async def _face(self) -> Messenger:
        while self._by is None:
            await self._open.wait()
        return self._by
