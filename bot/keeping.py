"""Which jobs' messages this process keeps up to date. Each job has one, whichever process edits it for now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from typing_extensions import override

from litmos.desk.desk import Desk

__all__ = ["Keeping", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is; all empty while none has been sent."""

    team: str = ""
    channel: str = ""
    ts: str = ""

    @classmethod
    def read(cls, text: str) -> "Place":
        return cls(*text.split("/")) if text else cls()

    @override
    def __str__(self) -> str:
        return f"{self.team}/{self.channel}/{self.ts}"


@dataclass
class Keeping:
    """`name` is this process', unlike any other's."""

    desk: Desk
    name: str
    _jobs: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def taking(self, job: str) -> AsyncIterator[Place | None]:
        """Keep a job's message, also after the block, unless that fails.

        Yields where it is; None if somebody keeps it already, here or elsewhere, or nobody has to any more.
        """
        if job in self._jobs:
            yield None
            return
        self._jobs.add(job)
        kept = None
        try:
            kept = await self.desk.notices.keep(job, self.name)
            yield None if kept is None else Place.read(kept)
        except BaseException:
            kept = None
            raise
        finally:
            if kept is None:
                self.drop(job)

    async def still(self, job: str) -> bool:
        """Say that this process is there. False: it was missed, and another one has gone on."""
        return await self.desk.notices.keep(job, self.name) is not None

    async def sent(self, job: str, place: Place) -> None:
        """The message is there now."""
        await self.desk.notices.put(job, str(place))

    async def end(self, job: str) -> None:
        """Nobody has to keep it any more."""
        await self.desk.notices.end(job)
        self.drop(job)

    def drop(self, job: str) -> None:
        """Not kept here any more; it may be taken again."""
        self._jobs.discard(job)

    async def leave(self) -> None:
        """This process goes."""
        await self.desk.notices.leave(self.name)
