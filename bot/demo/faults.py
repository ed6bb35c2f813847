"""Things that go wrong on purpose: what, where, how many times."""

from dataclasses import dataclass

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = {
    "ratelimited": "429 with Retry-After of `seconds`",
    "error": "ok false, with `error`",
    "slow": "answered `seconds` later",
    "broken": "an HTML page with status 500",
    "twice": "delivered twice, as Slack does when it heard nothing",
    "forged": "delivered with a wrong signature",
    "old": "delivered with a signature of six minutes ago",
    "junk": "delivered with a timestamp that is no number",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """For the next `times` calls of the Web API method `where` (or deliveries of that kind); empty: of any."""

    kind: str
    where: str = ""
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"

    def __post_init__(self) -> None:
        """Fail now, in words, and not when the fault is due."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; there are {', '.join(KINDS)}")


class Faults:
    """Those that wait."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, where: str, kinds: frozenset[str]) -> Fault | None:
        """The one that is due here, if any; it is used up by it."""
        for at, (fault, left) in enumerate(self._waiting):
            if fault.kind in kinds and fault.where in {"", where}:
                if left == 1:
                    del self._waiting[at]
                else:
                    self._waiting[at] = (fault, left - 1)
                return fault
        return None
