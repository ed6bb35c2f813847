"""Things that go wrong on purpose: what, for which requests, how many times."""

import math
import re
from collections import deque
from dataclasses import dataclass, field

KINDS = {
    "503": "refused for load, with Retry-After if `retry_after` is set",
    "504": "a gateway gave up",
    "429": "refused for rate, with Retry-After if `retry_after` is set",
    "401": "refused, as for a wrong key",
    "500": "an HTML error page",
    "ignored": "201, and nothing is done",
    "slow": "answered `seconds` later",
    "reset": "the connection is reset before anything is done",
    "html": "200 with an HTML page",
    "truncated": "done, but the answer ends in its middle",
    "lost": "done, but the connection is reset instead of an answer",
    "huge": "200 with more than 20 MB",
    "shape": "200 with well-formed data of another family",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of failure, for the next `times` requests that match.

    `method` empty means any; `path` is a regular expression searched in the path without /v1.svc; `retry_after` is
    seconds or, as text, the header as it stands.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 30.0
    retry_after: float | str | None = None

    def __post_init__(self) -> None:
        """Fail now, in words, and not when the fault is due: its fields may come over HTTP."""
        if self.kind not in list(KINDS):
            raise ValueError(f"unknown kind of fault {self.kind!r}; there are {', '.join(KINDS)}")
        if not isinstance(self.method, str):
            raise TypeError("method must be text")
        if type(self.times) is not int or self.times < 1:
            raise ValueError("times must be a whole number, at least 1")
        if not (_is_number(self.seconds) and 0 <= self.seconds < math.inf):
            raise ValueError("seconds must be a number, not negative")
        if not (self.retry_after is None or _is_number(self.retry_after) or _is_header(self.retry_after)):
            raise ValueError("retry_after must be seconds, or the text of the header")
        try:
            re.compile(self.path)
        except (re.error, TypeError) as error:
            raise ValueError(f"path must be a regular expression: {error}") from error

    def matches(self, method: str, path: str) -> bool:
        return self.method.upper() in {"", method} and re.search(self.path, path) is not None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_header(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


@dataclass(slots=True)
class Faults:
    """The faults still to come, the oldest that matches first."""

    _waiting: deque[tuple[Fault, int]] = field(default_factory=deque)

    def add(self, fault: Fault) -> None:
        self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        self._waiting.clear()

    def waiting(self) -> list[tuple[Fault, int]]:
        """Each fault and how many times it is still due."""
        return list(self._waiting)

    def take(self, method: str, path: str) -> Fault | None:
        for place, (fault, left) in enumerate(self._waiting):
            if fault.matches(method, path):
                if left > 1:
                    self._waiting[place] = (fault, left - 1)
                else:
                    del self._waiting[place]
                return fault
        return None
