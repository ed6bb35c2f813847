"""A line to Litmos for one request of one actor: whom its waits are told, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from litmos.api.call import Batch, Call, Pace
from litmos.api.client import Client
from litmos.desk.seen import Seen
from litmos.errors import LitmosError

__all__ = ["Line"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """`pace` tells for whom the calls are, and counts them; `seen` is told of everybody in the answers."""

    api: Client
    pace: Pace = field(default_factory=Pace)
    seen: Seen = field(default_factory=Seen)

    async def send(self, request: Call[T] | Batch[Any, T]) -> T:
        """One call, all pages of a list, or a batch."""
        answer = await self.api.send(request, self.pace)
        self.seen.note(answer)
        return answer

    async def send_each(self, calls: Sequence[Call[T]]) -> list[T | LitmosError]:
        """Side by side, each result or error in its call's place."""
        answers = await self.api.send_each(calls, self.pace)
        for answer in answers:
            self.seen.note(answer)
        return answers
