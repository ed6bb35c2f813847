"""The account's limit: so many requests in so many seconds, in a rolling or a fixed window."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Counting = Literal["rolling", "fixed"]


@dataclass(slots=True)
class Rate:
    """Counts what was let through; a limit of 0 lets everything through.

    Rolling: any `window` seconds. Fixed: windows that begin at whole multiples of `window`.
    """

    limit: int
    window: float
    counting: Counting
    _spent: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        if self.counting not in {"rolling", "fixed"}:
            raise ValueError(f"counting is 'rolling' or 'fixed', not {self.counting!r}")

    def admits(self, now: datetime) -> bool:
        """Whether a request may pass now; only those that pass are counted."""
        if not self.limit:
            return True
        second = now.timestamp()
        while self._spent and self._is_over(self._spent[0], second):
            self._spent.popleft()
        if len(self._spent) >= self.limit:
            return False
        self._spent.append(second)
        return True

    def _is_over(self, spent: float, now: float) -> bool:
        if self.counting == "rolling":
            return now - spent >= self.window
        return now // self.window != spent // self.window
