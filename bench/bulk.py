"""500 assignments of one course as a job, at the account's limit, beside somebody who keeps asking what is theirs.

Measured are the job's requests and seconds against what the budget allows, and how long the person waits. A naive
client does the same meanwhile at a demo Litmos of its own: one request for each person, a pause after each, no budget,
no reading back. Both Litmoses refuse what is over the limit, counted in a rolling or a fixed window.

By default a minute is squeezed: its hundred requests may be made in `WINDOW` seconds, for the budget and at the demo
Litmos alike. Nothing else is, so what our own work takes weighs that much more. `--real` takes the real minute.
"""

import argparse
import asyncio
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import stamina.instrumentation
from pydantic import SecretStr
from typing_extensions import override

from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.rate import Counting
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as served
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.jobs import Job
from litmos.desk.requests import Assign, GetUserCourses
from litmos.jobs.engine import Where, running
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.budget import Budget
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.notices import Notices
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State

FIRE = "fBQ3pTcKjTw1"
PEOPLE = 500
LIMIT, BULK = 100, 80  # requests a minute: all of them, and those that are not kept for people
MINUTE, WINDOW = 60.0, 10.0  # seconds in which Litmos lets them through: really, and here
GUARD = 1.0  # seconds that the budget waits longer than Litmos counts, here as there
SLOWEST, WAIT = 1.03, 1.0  # of what the budget allows; seconds, besides one request
EVERY = 1 / 12  # of a window: how often the person asks
REFUSED = {429, 503}


class Counted(Budget):
    """Counts the turns that bulk has taken: `requests` of the job itself, without those that people made for it."""

    bulk = 0

    @override
    async def turn(
        self, *, bulk: bool = False, waiting: Callable[[float], None] | None = None, patience: float | None = None
    ) -> None:
        await super().turn(bulk=bulk, waiting=waiting, patience=patience)
        self.bulk += bulk


@dataclass
class Measured:
    """One run. `requests`: those within the job's share; `waits`: seconds that each of the person's questions took."""

    seconds: float
    requests: int
    refused: int
    assigned: int
    waits: list[float] = field(default_factory=list)


@asynccontextmanager
async def company(counting: Counting, window: float) -> AsyncIterator[tuple[Sandbox, str, tuple[str, ...]]]:
    """A demo Litmos that means it with its limit, its address, and people who are on nothing."""
    sandbox = Sandbox(demo_world(real_clock()), limit=LIMIT, window=window, counting=counting)
    people = tuple(sandbox.world.add_person("Person", f"Number{number}").id for number in range(PEOPLE))
    async with served(sandbox.app) as address:
        yield sandbox, address, people


@asynccontextmanager
async def server(address: str, window: float) -> AsyncIterator[tuple[Desk, Counted]]:
    """A Desk that does jobs, and its budget for this window."""
    key = KeyAuth(SecretStr(DEMO_KEY))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'state.sqlite'}"
        state = State(url)
        budget = Counted(state, LIMIT, window_ms=math.ceil((window + GUARD) * 1000))
        books = Books(
            Audit(state), Proposals(state), Links(state), Aliases(state), Follows(state), Nudges(state), Notices(state)
        )
        async with httpx.AsyncClient(base_url=f"{address}/v1.svc", auth=key, timeout=30) as http:
            desk = Desk(Client(http, key, source="bench", turns=budget), DeskSettings("the demo Litmos"), books)
            async with running(Where(url), desk.bulk) as engine:
                desk.hire(engine)
                yield desk, budget
        state.close()


async def ours(counting: Counting, window: float) -> Measured:
    """The job, and the person beside it."""
    async with company(counting, window) as (sandbox, address, people), server(address, window) as (desk, budget):
        owner, waits = await desk.operator("bench", ""), list[float]()
        plan = await desk.plan(owner, Assign(people, (FIRE,), notify=False))
        asked = await desk.propose(owner, plan)
        await asyncio.sleep(window + GUARD)  # noqa: TID251 - what planning has spent is forgotten
        person = asyncio.create_task(asks(desk, waits, window * EVERY))
        before, spent, begun = len(sandbox.requests), budget.bulk, time.monotonic()
        job = await desk.approve(owner, asked.key, by="bench", word=plan.word)
        while isinstance(job, Job) and job.goes_on:
            await asyncio.sleep(0.1)  # noqa: TID251 - the engine works at its own pace
            job = await desk.job(owner, job.id)
        seconds = time.monotonic() - begun
        person.cancel()
        assigned = sum(FIRE in sandbox.world.courses_of(one) for one in people)
        refused = sum(one.status in REFUSED for one in sandbox.requests[before:])
        return Measured(seconds, budget.bulk - spent, refused, assigned, waits)


async def asks(desk: Desk, waits: list[float], every: float) -> None:
    """As `/litmos` does: who is it, and what are they on."""
    ada = await desk.operator("bench", "ada.marsh@example.com")
    while True:
        begun = time.monotonic()
        await desk.look(ada, GetUserCourses("me"))
        waits.append(time.monotonic() - begun)
        await asyncio.sleep(every)  # noqa: TID251 - a person pauses


async def naive(counting: Counting, window: float) -> Measured:
    """One request for each person and a pause after it, so that a hundred take a minute; refused, it goes on."""
    async with company(counting, window) as (sandbox, address, people):
        params = {"source": "bench", "format": "json"}
        async with httpx.AsyncClient(
            base_url=f"{address}/v1.svc", headers={"apikey": DEMO_KEY}, params=params, timeout=30
        ) as http:
            begun = time.monotonic()
            for person in people:
                await http.post(f"users/{person}/courses", json=[{"Id": FIRE}])
                await asyncio.sleep(window / LIMIT)  # noqa: TID251 - its fixed pause
            seconds = time.monotonic() - begun
        refused = sum(one.status in REFUSED for one in sandbox.requests)
        assigned = sum(FIRE in sandbox.world.courses_of(one) for one in people)
        return Measured(seconds, len(sandbox.requests), refused, assigned)


def allowed(requests: int, window: float) -> float:
    """Seconds that so many requests take at the least: a burst of `BULK`, then one more for each window."""
    return (requests - 1) // BULK * (window + GUARD)


def told(counting: Counting, window: float, job: Measured, other: Measured) -> bool:
    """Print one comparison; whether all targets were met."""
    least = allowed(job.requests, window)
    used, longest = job.seconds / least, max(job.waits)
    share = job.requests / (BULK * (job.seconds / (window + GUARD) + 1))
    met = used <= SLOWEST and not job.refused and job.assigned == PEOPLE and longest <= WAIT + min(job.waits)
    print(f"Litmos counts a {counting} window of {window:g} s")
    print(f"  job     {job.requests} requests, {job.seconds:.1f} s; the budget allows {least:.1f} s: ", end="")
    print(f"ratio {used:.3f} (target <= {SLOWEST}), {share:.2f} of the bulk budget used")
    print(f"          {job.assigned} of {PEOPLE} assigned and read back, {job.refused} refused for rate (target 0)")
    print(f"  person  asked {len(job.waits)} times meanwhile, fastest {min(job.waits) * 1e3:.0f} ms, ", end="")
    print(f"longest {longest * 1e3:.0f} ms (target: one request and {WAIT:g} s)")
    print(f"  naive   {other.requests} requests, {other.seconds:.1f} s, {other.refused} refused for rate, ", end="")
    print(f"{other.assigned} of {PEOPLE} assigned, none read back")
    print(f"  ratios  job to naive: requests {job.requests / other.requests:.2f}, ", end="")
    print(f"seconds {job.seconds / other.seconds:.2f}, assigned {job.assigned / other.assigned:.2f}")
    print(f"  targets {'met' if met else 'missed'}")
    return met


async def main(window: float, counting: Counting) -> int:
    """Run, print, and judge: 1 where a target was missed."""
    stamina.instrumentation.set_on_retry_hooks([])
    scale = "a real minute" if window == MINUTE else f"a minute squeezed {MINUTE / window:g} times"
    print(f"bulk: {PEOPLE} assignments of one course, {LIMIT} requests a minute, {BULK} of them for bulk; {scale}")
    job, other = await asyncio.gather(ours(counting, window), naive(counting, window))
    return 0 if told(counting, window, job, other) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--real", action="store_true", help="a real minute: about nine of them")
    parser.add_argument("--fixed", action="store_true", help="a Litmos that counts fixed windows, not rolling ones")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(main(MINUTE if chosen.real else WINDOW, "fixed" if chosen.fixed else "rolling")))
