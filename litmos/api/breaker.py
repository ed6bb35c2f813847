"""Stops asking a Litmos that does not answer, and lets one call through to see whether it is back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from litmos.errors import Interrupted, Unavailable

__all__ = ["Breaker"]


class Breaker:
    """Opens after `failures` calls in a row without an answer, for `pause` seconds by `clock`.

    A refusal (404, 503 for rate) is an answer. Open, it raises `Unavailable` at once; then one caller probes while the
    others are still refused, and a probe that is cancelled frees its place.
    """

    def __init__(self, clock: Callable[[], float], *, failures: int = 5, pause: float = 30.0) -> None:
        self._clock, self._limit, self._pause = clock, failures, pause
        self._failed, self._until, self._probing = 0, 0.0, False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        return self._failed >= self._limit and (self._until > self._clock() or self._probing)

    def check(self) -> None:
        """Raise `Unavailable` where a call would be refused now; before waiting for a turn at the budget."""
        if self.is_open:
            after = max(self._until - self._clock(), 1.0)
            raise Unavailable(
                f"Litmos is down: it has not answered lately. It is tried again in {after:.0f} s.",
                after=after,
            )

    @contextmanager
    def guard(self, *, lenient: bool = False) -> Iterator[None]:
        """Around one try: counts its failure, forgets earlier ones after an answer.

        `lenient` for changes: a connection that breaks before their answer may have carried them out, and the reading
        back that then decides must not be refused. It says nothing either way.
        """
        self.check()
        if probe := self._failed >= self._limit:
            self._probing = True
        try:
            yield
        except Unavailable as error:
            if not (lenient and isinstance(error, Interrupted)):
                self._failed = self._limit if probe else self._failed + 1
                self._until = self._clock() + self._pause
            raise
        except Exception:
            self._failed = 0
            raise
        else:
            self._failed = 0
        finally:
            if probe:
                self._probing = False
