"""Metrics for Prometheus, in a registry of their own: steps become histograms, events counters, levels gauges."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from litmos.exporting.series import SERIES, Kind, Series
from litmos.telemetry import Ended, Level

__all__ = ["Metrics"]


class Metrics:
    """A `Watcher` that counts. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._registry = clock, CollectorRegistry()
        self._made: dict[str, Any] = {}
        self._series = {one.of: (one, self._make(one)) for one in SERIES if one.kind is not Kind.GAUGE}
        self._gauges = _Gauges()
        self._registry.register(self._gauges)

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

    def set_levels(self, found: Sequence[Sequence[Level] | Exception]) -> None:
        """From now on the gauges are these; one that was not read is gone, rather than as it was."""
        self._gauges.unread = sum(isinstance(group, Exception) for group in found)
        self._gauges.levels = [level for group in found if not isinstance(group, Exception) for level in group]

    def text(self) -> bytes:
        """Everything, in Prometheus' own format."""
        return generate_latest(self._registry)

    def _make(self, one: Series) -> Any:
        if one.name not in self._made:
            named, where = (one.exported, one.help, one.exported_labels), self._registry
            self._made[one.name] = (
                Histogram(*named, buckets=one.buckets, registry=where)
                if one.kind is Kind.HISTOGRAM
                else Counter(*named, registry=where)
            )
        return self._made[one.name]

    def _observe(self, name: str, amount: float, about: Mapping[str, Any]) -> None:
        if name not in self._series:
            return  # for traces only
        one, made = self._series[name]
        child = made.labels(*_values(one, about)) if one.labels else made
        if one.kind is Kind.HISTOGRAM:
            child.observe(amount)
        else:
            child.inc(amount)


class _Gauges(Collector):
    """The levels that were read last. What is not known has no value, where a gauge of the library would be 0."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.unread = 0

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        levels = [*self.levels, Level("litmos.levels.unread", self.unread)]
        for one in SERIES:
            if one.kind is Kind.GAUGE:
                family = GaugeMetricFamily(one.exported, one.help, labels=one.exported_labels)
                for level in levels:
                    if level.name == one.of:
                        family.add_metric(_values(one, level.about), level.amount)
                yield family


def _values(one: Series, about: Mapping[str, Any]) -> list[str]:
    """One for each label, empty for what is not known."""
    known = {**about, **dict(one.fixed)}
    return [_word(known.get(label, "")) for label in one.labels]


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
