"""Events of Litmos, handled once each: read back, what is stale dropped, and whom it concerns told by telling.py."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from dbos import DBOS

from litmos.desk.completions import Completion
from litmos.desk.events import EARNED, Event
from litmos.desk.hearing import Hearing
from litmos.errors import LitmosError, NotFound, Throttled, Unavailable
from litmos.jobs.durable import Served, Work, begin
from litmos.jobs.telling import tell
from litmos.log import bound, logger
from litmos.telemetry import About, step

__all__ = ["ABOUT", "Handling", "Kept", "handling", "teller"]

QUEUE = "events"
OPERATION = "event"  # as logs call what nobody asked for
ABOUT = "completion"
A_MINUTE = 20  # events, of all processes: at most a few requests each, so the account has most of its own left
MOST = 1000  # events that wait
COUNTED, RECOUNTED = 60.0, 2.0  # seconds that their number is remembered, and at least where it seems to be too large
PAUSES = (60.0, 600.0)  # seconds before Litmos is asked again: it may not know yet what it has said
WAITING = ["ENQUEUED", "DELAYED", "PENDING"]
LOG = logger("litmos.jobs")


@dataclass(frozen=True, slots=True)
class Handling:
    """What handles events."""

    hearing: Hearing
    pauses: tuple[float, ...] = PAUSES


SERVED = Served[Handling]("events")


def handling(by: Handling) -> Work[Handling]:
    """For the engine."""
    return Work(served=SERVED, by=by, queue=QUEUE, a_minute=A_MINUTE)


class Kept:
    """The inbox: a bounded queue on the engine of this process. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float], most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._waiting, self._counted = 0, float("-inf")

    async def put(self, event: Event) -> bool:
        """See `Inbox`. The same id is handled once."""
        age = self._clock() - self._counted
        if age > COUNTED or (age > RECOUNTED and self._waiting >= self._most):
            await self._count()
        if self._waiting >= self._most:
            LOG.warning("litmos.events.full", waiting=self._waiting)
            return False
        self._waiting += 1
        await begin(QUEUE, handle, _name(event.id, 0), asdict(event), 0)
        return True

    async def waiting(self) -> int:
        """See `Inbox`; at most as many as are kept."""
        waiting = await DBOS.list_workflows_async(
            queue_name=QUEUE, status=WAITING, limit=self._most, load_input=False, load_output=False
        )
        return len(waiting)

    async def _count(self) -> None:
        """In between, each that is kept adds one, and none is taken away: that is quick, and errs to the safe side."""
        self._counted = self._clock()
        self._waiting = await self.waiting()


def teller(hearing: Hearing) -> Callable[[Any, str], Any]:
    """How completions are told."""

    async def told(what: Completion, to: str) -> bool:
        return await hearing.completions.tell(what, to)

    return told


@DBOS.workflow(name="event")
async def handle(event: dict[str, str], tried: int) -> str:
    """One try; returns what came of it, in a word."""
    about: About = {}
    with bound(job=str(DBOS.workflow_id), operation=OPERATION), step("litmos.event", about):
        found = await _handled(event, tried)
        last = found["came"] == "later" and not found["pause"]
        about["litmos.result"] = "unconfirmed" if last else found["came"]
        return str(found["came"])


async def _handled(event: dict[str, str], tried: int) -> dict[str, Any]:
    found = await read_back(event, tried)
    if found["came"] == "later" and found["pause"]:
        await begin(QUEUE, handle, _name(event["id"], tried + 1), event, tried + 1, after=found["pause"])
    for to in found.get("listeners", []):
        what = found["completion"]
        await tell(f"{ABOUT}-{'-'.join(what.values())}-{to}", ABOUT, what, to)
    return found


@DBOS.step(name="events.read_back")
async def read_back(event: dict[str, str], tried: int) -> dict[str, Any]:
    """What Litmos says of it: `confirmed` with whom it concerns, `later`, `untrue`, or `noted`."""
    hearing, pauses = SERVED.by.hearing, SERVED.by.pauses
    heard = Event(**event)
    hearing.forget(heard)
    if heard.kind != EARNED:
        return {"came": "noted"}
    pause = pauses[tried] if tried < len(pauses) else 0.0
    try:
        completion = await hearing.completions.confirm(heard.person, heard.training)
        if completion is not None:
            listeners = await hearing.completions.listeners(completion)
            return {"came": "confirmed", "completion": dict(completion), "listeners": listeners}
    except NotFound:
        return {"came": "untrue"}
    except (Unavailable, Throttled) as down:
        return {"came": "later", "pause": max(pause, down.after or 0.0) if pause else 0.0}
    except LitmosError as error:
        LOG.warning("litmos.events.failed", kind=type(error).__name__)
        return {"came": "untrue"}
    return {"came": "later", "pause": pause}


def _name(event: str, tried: int) -> str:
    return f"event-{event}-{tried}" if tried else f"event-{event}"
