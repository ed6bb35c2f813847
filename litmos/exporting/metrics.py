"""Metrics for Prometheus, in a registry of their own: steps become histograms, events counters, levels gauges."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from litmos.exporting.series import SERIES, Kind, Series
from litmos.telemetry import Ended, Level

__all__ = ["Metrics"]


class Metrics:
    """A `Watcher` that counts. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._registry = clock, CollectorRegistry()
        self._made: dict[str, Any] = {}
        self._series = {one.of: (one, self._make(one)) for one in SERIES}

    def begin(self, name: str, _about: Mapping[str, Any], _after: str) -> Ended:
        """See `Watcher`."""
        began = self._clock()

        def ended(about: Mapping[str, Any]) -> None:
            self._observe(name, self._clock() - began, about)

        return ended

    def tell(self, name: str, amount: float, about: Mapping[str, Any]) -> None:
        """See `Watcher`."""
        self._observe(name, amount, about)

    def here(self) -> str:
        """Steps have no names here."""
        return ""

    def set_levels(self, found: Iterable[Sequence[Level] | Exception]) -> None:
        """From now on the gauges are these; one that was not read is gone, rather than as it was."""
        gauges = [(one, made) for one, made in self._series.values() if one.kind is Kind.GAUGE]
        read = list(found)
        levels = [level for group in read if not isinstance(group, Exception) for level in group]
        for one, gauge in gauges:
            gauge.clear()
            for level in levels:
                if level.name == one.of:
                    _labelled(one, gauge, level.about).set(level.amount)
        self._made["litmos.levels.unread"].set(sum(isinstance(group, Exception) for group in read))

    def text(self) -> bytes:
        """Everything, in Prometheus' own format."""
        return generate_latest(self._registry)

    def _make(self, one: Series) -> Any:
        if one.name in self._made:
            return self._made[one.name]
        labels = [label.replace(".", "_") for label in one.labels]
        if one.kind is Kind.HISTOGRAM:
            made: Any = Histogram(one.exported, one.help, labels, buckets=one.buckets, registry=self._registry)
        else:
            made = (Counter if one.kind is Kind.COUNTER else Gauge)(
                one.exported, one.help, labels, registry=self._registry
            )
        return self._made.setdefault(one.name, made)

    def _observe(self, name: str, amount: float, about: Mapping[str, Any]) -> None:
        if name not in self._series:
            return  # for traces only
        one, made = self._series[name]
        child = _labelled(one, made, about)
        if one.kind is Kind.HISTOGRAM:
            child.observe(amount)
        else:
            child.inc(amount)


def _labelled(one: Series, made: Any, about: Mapping[str, Any]) -> Any:
    """With a value for each label, empty for what is not known."""
    if not one.labels:
        return made
    known = {**about, **dict(one.fixed)}
    return made.labels(*(_word(known.get(label, "")) for label in one.labels))


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
