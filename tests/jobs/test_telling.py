"""Messages to people over crashes: each is told once at most, whatever dies where."""

import asyncio
from datetime import timedelta
from typing import Any

from dbos import DBOS

from litmos.demo.clock import real_clock
from litmos.desk.events import EARNED, Event
from litmos.desk.messages import Kind, Message
from litmos.errors import Throttled, Unavailable
from litmos.jobs import digests, events
from litmos.jobs.durable import Work, begin
from litmos.jobs.engine import running
from litmos.jobs.telling import Tellers, tell, telling

ADA, NOOR = "hUOuZAzHx4L1", "lNNtZx3cK8n1"
TOLD = "completion"
PATIENCE = 30  # seconds


def completed(company: Any, person: str) -> str:
    """A course that somebody completes now."""
    world = company.sandbox.world
    results = world.courses_of(person)
    course: str = next(course for course, one in results.items() if one.completed is None and not one.via)
    world.complete(results[course], real_clock())
    return course


async def test_killed_while_it_tells_somebody_nobody_is_told_again(company: Any, worker: Any) -> None:
    noors, adas = completed(company, NOOR), completed(company, ADA)
    first = await worker("hang", "1", NOOR, noors, script="teller.py")
    assert await first.says() == "ready"
    assert await first.says() == [NOOR, TOLD]
    await first.kill()
    second = await worker("tell", "1", NOOR, noors, script="teller.py")
    assert await second.says() == "ready"
    third = await worker("tell", "2", ADA, adas, script="teller.py")
    assert await third.says() == "ready"
    assert await first_line(second, third) == [ADA, TOLD]


async def first_line(*workers: Any) -> Any:
    """What the first of them prints that prints something."""
    asked = {asyncio.ensure_future(one.says()) for one in workers}
    done, waiting = await asyncio.wait(asked, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()
    [line] = [one.result() for one in done]
    return line


async def test_killed_between_reading_back_and_telling_it_is_told_once(company: Any, worker: Any) -> None:
    course = completed(company, NOOR)
    mute = await worker("mute", "1", NOOR, course, script="teller.py")
    assert await mute.says() == "ready"
    await _asked(company, f"users/{NOOR}/courses/{course}")
    await mute.kill()
    first = await worker("tell", "1", NOOR, course, script="teller.py")
    assert await first.says() == "ready"
    assert await first.says() == [NOOR, TOLD]
    adas = completed(company, ADA)
    second = await worker("tell", "2", ADA, adas, script="teller.py")
    assert await second.says() == "ready"
    assert await first_line(first, second) == [ADA, TOLD]


class Face:
    """Fails as it is told, and remembers whom it told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.told = list(failures), list[str]()
        self.asked = 0
        self.more = asyncio.Event()

    async def tell(self, person: str, _message: Message) -> bool:
        self.asked += 1
        self.more.set()
        if self.failures:
            raise self.failures.pop(0)
        self.told.append(person)
        return True

    async def zone(self, _person: str) -> str | None:
        return None


async def came(name: str) -> str:
    """What came of a message, as soon as it is known."""

    async def wait() -> str:
        while not (found := await DBOS.list_workflows_async(workflow_ids=[name], status="SUCCESS")):  # noqa: ASYNC110 - DBOS works
            await asyncio.sleep(0.05)  # noqa: TID251 - as above
        return str(found[0].output)

    return await asyncio.wait_for(wait(), PATIENCE)


async def test_what_surely_was_not_told_is_tried_again_and_what_perhaps_was_is_not(
    company: Any, open_desk_only: Any
) -> None:
    async with open_desk_only(company) as desk:
        face = Face(Throttled("slow down"), Unavailable("no"), Unavailable("lost", perhaps_done=True))
        message = Message(kind=Kind.NUDGE, heading="Hello")

        async def teller(_what: Any, to: str) -> bool:
            return bool(await desk.post.tell(to, message))

        tellers = Tellers(desk.post, {"hello": teller}, pauses=(0.1, 0.1, 0.1))
        async with running(company.where, desk.bulk, also=[telling(tellers, here=True)]):
            await tell("one", "hello", {}, ADA)
            desk.reach_by(face)  # it waits for a face
            assert [await came(name) for name in ("one", "one-1", "one-2")] == ["later", "later", "perhaps"]
            await tell("one", "hello", {}, ADA)
            await tell("two", "hello", {}, NOOR)
            assert await came("two") == "told"
    assert face.told == [NOOR] and face.asked == 4


async def test_too_many_events_that_wait_are_refused_and_an_early_one_is_asked_again(
    company: Any, open_desk_only: Any
) -> None:
    async with open_desk_only(company) as desk:
        desk.reach_by(Face())
        handling = events.Handling(desk.hearing, pauses=(0.1, 0.1))
        tellers = Tellers(desk.post, {events.ABOUT: events.teller(desk.hearing)})
        also: list[Work[Any]] = [telling(tellers, here=True), events.handling(handling)]
        async with running(company.where, desk.bulk, also=also):
            inbox = events.Kept(lambda: 0.0, most=3)
            world = company.sandbox.world
            course = next(key for key, one in world.courses_of(NOOR).items() if one.completed is None)
            kept = [await inbox.put(Event(str(number), EARNED, NOOR, course)) for number in range(5)]
            assert kept == [True, True, True, False, False]
            assert [await came(name) for name in ("event-0", "event-0-1", "event-0-2")] == ["later"] * 3
            world.complete(world.courses_of(NOOR)[course], real_clock())
            assert await events.Kept(lambda: 0.0).put(Event("9", EARNED, NOOR, course))
            assert await came("event-9") == "confirmed"


async def test_a_digest_is_told_once_for_each_moment_however_many_begin_it(company: Any, open_desk_only: Any) -> None:
    async with open_desk_only(company) as desk:
        face = Face()
        desk.reach_by(face)
        lena = await desk.operator("tests", "lena.fischer@example.com")
        [team] = (await desk.follow(lena, "Sales")).teams
        tellers = Tellers(desk.post, {digests.ABOUT: digests.teller(desk.digests)})
        also: list[Work[Any]] = [
            telling(tellers, here=True),
            digests.digesting(desk.digests, "0 8 * * 1", "UTC", here=True),
        ]
        async with running(company.where, desk.bulk, also=also):
            now = real_clock()
            moments = {"first": now, "again": now, "past": now - timedelta(days=2), "next": now + timedelta(hours=1)}
            for name, at in moments.items():
                await begin(digests.QUEUE, digests.weekly_digest, name, at.isoformat(), None)
            for name in moments:
                await came(name)
            for at in (moments["first"], moments["next"]):
                assert await came(f"digest-{at.isoformat()}-{lena.key}-{team.id}") == "told"
            assert await DBOS.list_workflows_async(workflow_id_prefix="digest-", status="SUCCESS", limit=9)
    assert face.told == [lena.key] * 2


async def _asked(company: Any, path: str) -> None:
    """Returns when Litmos has been asked this, and a moment for what is written down of it."""

    async def wait() -> None:
        while not any(path in one.path and one.status for one in company.sandbox.requests):  # noqa: ASYNC110 - others ask
            await asyncio.sleep(0.02)  # noqa: TID251 - as above

    await asyncio.wait_for(wait(), PATIENCE)
