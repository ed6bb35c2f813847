"""A Litmos that fails now and then, by chance and not by plan."""

import random
from collections import Counter
from dataclasses import dataclass, field

from typing_extensions import override

from litmos.demo.faults import Fault, Faults

KINDS = ("500", "503", "lost", "slow", "truncated")
SLOW = 2.0  # seconds


@dataclass(slots=True)
class Chancy(Faults):
    """Of all requests `share` fail, each in one of `KINDS`; `happened` counts them."""

    chance: random.Random = field(default_factory=random.Random)
    share: float = 0.05
    asked: int = 0
    happened: Counter[str] = field(default_factory=Counter)

    @override
    def take(self, method: str, path: str) -> Fault | None:
        self.asked += 1
        if self.chance.random() >= self.share:
            return None
        kind = self.chance.choice(KINDS)
        self.happened[kind] += 1
        return Fault(kind, seconds=SLOW)
