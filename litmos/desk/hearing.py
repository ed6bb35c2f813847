"""Hearing of events: each is kept until it is handled; what it makes stale is dropped, what is true of it is told."""

from litmos.desk.assignments import Remembered
from litmos.desk.completions import Completions
from litmos.desk.events import CONTENT, Event, Inbox
from litmos.desk.lookup import Lookup

__all__ = ["Hearing"]


class Hearing:
    """What comes in goes to an inbox. While there is none, nothing is kept."""

    def __init__(self, completions: Completions, lookup: Lookup, remembered: Remembered) -> None:
        self.completions, self._lookup, self._remembered = completions, lookup, remembered
        self._inbox: Inbox | None = None

    def by(self, inbox: Inbox) -> None:
        """From now on events are kept here."""
        self._inbox = inbox

    @property
    def is_kept(self) -> bool:
        """Whether there is an inbox."""
        return self._inbox is not None

    async def put(self, event: Event) -> bool:
        """See `Inbox`."""
        return await self._inbox.put(event) if self._inbox else False

    async def waiting(self) -> int:
        """See `Inbox`."""
        return await self._inbox.waiting() if self._inbox else 0

    def forget(self, event: Event) -> None:
        """Drop what is remembered of what an event is about: the next who asks is answered by Litmos."""
        if event.kind == CONTENT:
            self._lookup.forget_training()
        self._remembered.forget([(event.person, event.training)])
