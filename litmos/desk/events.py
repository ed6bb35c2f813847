"""What Litmos says has happened, as it comes in. It is a hint: what is believed is what Litmos answers when asked."""

from dataclasses import dataclass
from typing import Protocol

__all__ = ["CONTENT", "EARNED", "Event", "Inbox"]

EARNED = "achievement.earned"
CONTENT = "elearningcourse.processed"


@dataclass(frozen=True, slots=True)
class Event:
    """`id`: Litmos' number of it; `kind`: Litmos' word for it. `person` and `training` by id, empty for none."""

    id: str
    kind: str
    person: str = ""
    training: str = ""


class Inbox(Protocol):
    """Keeps events until they are handled, whatever dies in between."""

    async def put(self, event: Event) -> bool:
        """False: too many wait, so nothing was kept. One that was kept before is not handled again."""

    async def waiting(self) -> int:
        """How many there are that have not been handled."""
