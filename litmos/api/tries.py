"""The tries of one call: how many, how long, and what earlier ones mean for the answer of a later one. Pure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from litmos.api.call import Call, Pace, Reply
from litmos.api.replies import rate_is_certain
from litmos.errors import LitmosError, Throttled, Unavailable

__all__ = ["Tries"]


class Tries:
    """Remembers the tries of `call`, which all begin within `seconds` by `clock`.

    Only failures that pass by themselves are worth another try: no connection, no answer in time, 502, 503, 504, 429.
    """

    most = 4

    def __init__(self, call: Call[Any], pace: Pace, clock: Callable[[], float], seconds: float) -> None:
        self.call, self.pace = call, pace
        self.perhaps_done = False
        """Whether an earlier try of a change may have been carried out."""
        self.count = 0
        """Of those that have begun."""
        self._clock, self._seconds, self._refused = clock, seconds, 0
        self._end: float | None = None

    def afresh(self) -> "Tries":
        """The same for the next page."""
        return Tries(self.call, self.pace, self._clock, self._seconds)

    def patience(self) -> float | None:
        """Seconds to wait for a turn: the first try waits as long as it takes, and only then the clock runs."""
        return None if self._end is None else max(self._end - self._clock(), 0.0)

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """Around one try."""
        if self._end is None:
            self._end = self._clock() + self._seconds
        self.count += 1
        try:
            yield
        except LitmosError as error:
            self.perhaps_done |= error.perhaps_done
            raise

    def again(self, error: Exception) -> bool | float:
        """Whether to try again: False, True after the usual pause, or after exactly so many seconds."""
        if not isinstance(error, Throttled | Unavailable) or self._end is None:
            return False
        if isinstance(error, Unavailable) and error.after is not None:
            return False  # the circuit is open: it says itself when the next try is due
        if self.pace.once and error.perhaps_done:
            return False
        after, left = error.after or 0.0, self._end - self._clock()
        if after >= left:
            return False
        return after or True

    def already_gone(self, reply: Reply) -> bool:
        """Whether this 404 is the echo of a removal that an earlier try carried out."""
        return self.call.method == "DELETE" and reply.status == HTTPStatus.NOT_FOUND and self.perhaps_done

    def is_rate(self, reply: Reply) -> bool:
        """Whether to count the account's minute as used up.

        A bare 503 may be a hiccup, which must not make everybody wait for a minute; a second one in a row is believed.
        """
        self._refused += 1
        return self._refused > 1 or rate_is_certain(reply)
