"""Everything one demo account holds besides its world: key, clock, limit, faults, and what happened so far."""

from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime

import anyio

from litmos.demo.clock import Clock, MovableClock, ShiftedClock
from litmos.demo.faults import Faults
from litmos.demo.rate import Counting, Rate
from litmos.demo.webhooks import Webhooks
from litmos.demo.world import World

DEMO_KEY = "demo-key-not-a-secret"


@dataclass(slots=True)
class Seen:
    """A request that arrived. `path` is decoded and without /v1.svc; `status` None while or if not answered."""

    method: str
    path: str
    query: dict[str, str]
    status: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail about an assignment; `course_id` is the id of the course or the learning path."""

    person_id: str
    course_id: str
    at: datetime


@dataclass
class Account:
    """One demo account; see `litmos.demo.sandbox.Sandbox`."""

    world: World
    _: KW_ONLY
    clock: Clock = field(default_factory=ShiftedClock)
    limit: int = 100
    window: float = 60.0
    counting: Counting = "rolling"
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    api_key: str = field(default=DEMO_KEY, repr=False)
    faults: Faults = field(default_factory=Faults, init=False)
    requests: list[Seen] = field(default_factory=list, init=False)
    mails: list[Mail] = field(default_factory=list, init=False)
    rate: Rate = field(init=False)
    webhooks: Webhooks = field(init=False)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.sleep)
        self.start_over(self.world)

    def advance(self, seconds: float) -> None:
        """Move the clock, also one that was not made to be moved."""
        if not isinstance(self.clock, MovableClock | ShiftedClock):
            self.clock = ShiftedClock(self.clock)
        self.clock.advance(seconds)

    def start_over(self, world: World) -> None:
        """Another world, and nothing has happened yet; the clock stays as it is."""
        self.world = world
        self.rate = Rate(self.limit, self.window, self.counting)
        self.faults.clear()
        self.requests.clear()
        self.mails.clear()
        self.webhooks.clear()
