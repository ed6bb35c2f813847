"""Quiet hours: when nobody is written to, by the clock on their own wall. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Quiet", "zone_of"]

SATURDAY, SUNDAY = 5, 6
AHEAD = 8  # days that are looked at: at least one of them is no quiet one


@dataclass(frozen=True, slots=True)
class Quiet:
    """From the hour `begins` until the hour `ends` (0 to 23; equal: never), and all day long on `days` (0: Monday)."""

    begins: int = 18
    ends: int = 8
    days: frozenset[int] = frozenset({SATURDAY, SUNDAY})

    def __post_init__(self) -> None:
        if len(self.days) > SUNDAY:
            raise ValueError("at least one day must not be quiet")

    def is_quiet(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether nobody in that zone may be written to at this moment."""
        local = moment.astimezone(zone)
        if self.begins <= self.ends:
            by_hour = self.begins <= local.hour < self.ends
        else:
            by_hour = local.hour >= self.begins or local.hour < self.ends
        return by_hour or local.weekday() in self.days

    def over(self, now: datetime, zone: tzinfo) -> datetime:
        """The first moment from `now` on, in UTC, that is not quiet in that zone."""
        now = now.astimezone(UTC)
        if not self.is_quiet(now, zone):
            return now
        ends = sorted(moment for moment in self._ends(now, zone) if moment > now)
        return next(moment for moment in ends if not self.is_quiet(moment, zone))

    def _ends(self, now: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Every moment of the next days at which quiet may end, in UTC. An hour that comes twice has two."""
        today = now.astimezone(zone).date()
        for day in range(AHEAD + 1):
            for hour in {0, self.ends}:
                for fold in (0, 1):
                    local = datetime.combine(today + timedelta(days=day), time(hour, fold=fold), zone)
                    yield local.astimezone(UTC)


def zone_of(name: str) -> tzinfo:
    """The zone of that name, like Europe/Berlin; UTC for none, and for one that nobody here knows."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
