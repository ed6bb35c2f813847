"""Remembers answers for a while: bounded in time and number, by a clock that is given."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Cache"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps at most `most` values, each for `seconds` by `clock`; the oldest leave first, the too old at a `put`."""

    def __init__(self, clock: Callable[[], float], *, seconds: float = 600.0, most: int = 5000) -> None:
        self._clock, self._seconds, self._most = clock, seconds, most
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K, *, younger_than: float | None = None) -> V | None:
        """The value, unless it is too old."""
        if key not in self._kept:
            return None
        at, value = self._kept[key]
        age = self._clock() - at
        return value if age < min(self._seconds, younger_than or self._seconds) else None

    def put(self, key: K, value: V) -> V:
        now = self._clock()
        self._kept.pop(key, None)
        while self._kept:  # from the oldest on; what is too old would only take room
            oldest = next(iter(self._kept))
            if len(self._kept) < self._most and now - self._kept[oldest][0] < self._seconds:
                break
            del self._kept[oldest]
        self._kept[key] = (now, value)
        return value

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()
