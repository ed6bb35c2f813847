"""Webhooks from Litmos to Slack: told once, to those whom it concerns, and only what Litmos itself confirms."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from dbos import DBOS

import bot.face
from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.person import Person
from bot.demo.server import running as slack_running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.commands.serve import application
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.demo.webhooks import Hook
from litmos.desk.names import quoted
from litmos.faces import Place
from litmos.settings import Settings
from litmos.telemetry import read_levels
from litmos.wiring import open_working_desk

SECRET, OLD = "s" * 40, "o" * 40
PATIENCE = 30  # seconds
ADA, NOOR = "hUOuZAzHx4L1", "lNNtZx3cK8n1"
EARNED = "achievement.earned"


@dataclass
class Company:
    """A Litmos, a Slack, and what stands between them in one process at a time."""

    sandbox: Sandbox
    litmos: str
    slack: LocalSlack
    state_url: str

    @asynccontextmanager
    async def served(self) -> AsyncIterator[httpx.AsyncClient]:
        """`litmos serve`; what comes in over HTTP goes to this client's application."""
        environ = {
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": self.litmos,
            "LITMOS_WEB_URL": "https://example.litmos.com",
            "LITMOS_STATE_URL": self.state_url,
            "LITMOS_REQUESTS_PER_MINUTE": "0",
            "LITMOS_WEBHOOK_SECRETS": f"{SECRET}, {OLD}",
            "SLACK_BOT_TOKEN": self.slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": f"{self.slack.address}/api/",
        }
        settings = Settings.read({name: value for name, value in environ.items() if name.startswith("LITMOS")})
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(open_working_desk(settings, reaches=True))
            found = {"slack": bot.face.offer(environ)}
            app, _ = await stack.enter_async_context(application(Place(settings, desk), found))
            transport = httpx.ASGITransport(app=app)
            yield await stack.enter_async_context(httpx.AsyncClient(base_url="http://served", transport=transport))

    def person(self, user: str, http: httpx.AsyncClient) -> Person:
        async def post(body: str, headers: Any) -> tuple[int, str]:
            answer = await http.post("/slack/events", content=body, headers=dict(headers))
            return answer.status_code, answer.text

        return Person(self.slack, HttpDoor(post, self.slack.signing_secret), user)

    async def follows(self, user: str, http: httpx.AsyncClient) -> None:
        """Somebody follows Sales, and has been answered."""
        await self.person(user, http).types("follow Sales")
        await asyncio.wait_for(self.slack.until(lambda: bool(self.slack.messages)), PATIENCE)
        assert "From now on" in self.slack.messages[-1].text

    def open_course(self, person: str) -> str:
        """One that they are on and have not completed, and that came with no path."""
        results = self.sandbox.world.courses_of(person)
        return next(course for course, one in results.items() if one.completed is None and not one.via)

    async def told(self, user: str, count: int) -> list[str]:
        """What somebody was told, as soon as it is so much."""

        async def wait() -> list[str]:
            while len(found := self.slack.seen_by(user, self.slack.direct(user))) < count:  # noqa: ASYNC110 - others work
                await asyncio.sleep(0.02)  # noqa: TID251 - as above
            return [one.text for one in found]

        return await asyncio.wait_for(wait(), PATIENCE)


@pytest.fixture
async def company(state_url: str) -> AsyncIterator[Company]:
    sandbox = Sandbox(demo_world(real_clock()), clock=real_clock, limit=0)
    slack = LocalSlack(demo_workspace())
    async with running(sandbox.app) as address, slack_running(slack, SocketDoor()):
        yield Company(sandbox, address, slack, state_url)
    assert slack.violations == []


async def came_of(prefix: str, count: int) -> list[str]:
    """What came of so many messages, or events, as soon as all of them have been handled."""

    async def wait() -> list[str]:
        while (  # noqa: ASYNC110 - DBOS works
            len(done := await DBOS.list_workflows_async(workflow_id_prefix=prefix, status="SUCCESS")) < count
        ):
            await asyncio.sleep(0.05)  # noqa: TID251 - as above
        return sorted(str(one.output) for one in done)

    return await asyncio.wait_for(wait(), PATIENCE)


async def read_levels_of(overheard: Any) -> None:
    """As the page of the metrics does."""
    overheard.metrics.set_levels(await read_levels())


def event(number: int, person: str, course: str, kind: str = EARNED) -> dict[str, Any]:
    data = {"userId": person, "courseId": course, "title": "Anything <!channel>", "firstName": "Mallory"}
    return {"id": number, "created": "2026-03-02T09:00:00.000", "type": kind, "object": "event", "data": data}


async def sent(http: httpx.AsyncClient, what: dict[str, Any], secret: str = SECRET) -> int:
    return (await http.post(f"/litmos/webhooks/{secret}", json=what)).status_code


async def test_a_completed_course_is_told_to_its_learner_and_to_who_follows_the_team(company: Company) -> None:
    course = company.open_course(ADA)
    async with company.served() as http:
        await company.follows("ULENA", http)
        async with running(_through(http)) as address:
            company.sandbox.webhooks.hooks.append(Hook(f"{address}/litmos/webhooks/{SECRET}", copies=3, in_order=False))
            async with httpx.AsyncClient(base_url=company.litmos) as people:
                assert (await people.post("/_demo/finish", json={"person": ADA, "course": course})).status_code == 200
            await company.sandbox.webhooks.settled()
        assert {one.status for one in company.sandbox.webhooks.deliveries} == {202}
        [ada] = await company.told("UADA", 1)
        [leader] = await company.told("ULENA", 1)
    name = company.sandbox.world.courses[course].name
    assert ada == f"Well done! You have completed {quoted(name)}.".replace("&", "&amp;")
    assert leader == f"{quoted('Ada Marsh')} has completed {quoted(name)}.".replace("&", "&amp;")
    assert len(company.slack.messages) == 3  # and the answer to follow


async def test_the_same_event_twenty_times_and_over_a_restart_is_told_once(company: Company) -> None:
    course = company.open_course(NOOR)
    company.sandbox.world.complete(company.sandbox.world.courses_of(NOOR)[course], real_clock())
    async with company.served() as http:
        assert set(await asyncio.gather(*(sent(http, event(7, NOOR, course)) for _ in range(10)))) == {202}
        await company.told("UNOOR", 1)
    async with company.served() as http:
        assert set(await asyncio.gather(*(sent(http, event(7, NOOR, course), OLD) for _ in range(10)))) == {202}
        # another number for the same completion, and then one that is told last
        assert await sent(http, event(8, NOOR, course)) == 202
        other = company.open_course(ADA)
        company.sandbox.world.complete(company.sandbox.world.courses_of(ADA)[other], real_clock())
        assert await sent(http, event(9, ADA, other)) == 202
        await company.told("UADA", 1)
        await company.told("UNOOR", 1)
    assert len(company.slack.messages) == 2


async def test_what_litmos_does_not_confirm_is_told_to_nobody(company: Company, overheard: Any) -> None:
    course, world = company.open_course(NOOR), company.sandbox.world
    finished = company.open_course(ADA)
    world.complete(world.courses_of(ADA)[finished], real_clock())
    async with company.served() as http:
        for number, (person, training) in enumerate(
            [(NOOR, course), ("nobody", course), (NOOR, "nothing"), (NOOR, NOOR)], start=1
        ):
            assert await sent(http, event(number, person, training)) == 202
        assert await sent(http, event(20, NOOR, course, "session.created")) == 202
        assert await sent(http, event(21, NOOR, course, "elearningcourse.processed")) == 202
        assert await sent(http, event(22, ADA, finished)) == 202
        assert await came_of("event-", 7) == ["confirmed", "later", "noted", "noted", *["untrue"] * 3]
        assert await came_of("completion-", 1) == ["told"]
        await read_levels_of(overheard)
    assert len(company.slack.messages) == 1
    text = overheard.told()["metrics"]
    assert 'litmos_webhooks_total{litmos_result="accepted"} 7.0' in text
    handled = dict(
        re.findall(r'litmos_event_duration_seconds_count\{error_type="",litmos_result="(\w+)"\} (\S+)', text)
    )
    assert handled == {"confirmed": "1.0", "later": "1.0", "noted": "2.0", "untrue": "3.0"}
    labels = 'error_type="",litmos_message_kind="completion",litmos_result="told"'
    assert f"litmos_message_duration_seconds_count{{{labels}}} 1.0" in text
    assert "\nlitmos_events_waiting 1.0" in text  # it is asked of once more
    assert 'litmos_jobs{litmos_job_kind="nudge",litmos_job_state="running"} 0.0' in text
    for span in overheard.spans:
        if span.name.startswith("GET /users/{id}/courses/{id}"):
            assert span.parent is not None
    lines = [line for line in overheard.logged if line["event"] == "litmos.call" and line.get("operation") == "event"]
    assert {line["job"] for line in lines} == {f"event-{number}" for number in (1, 2, 3, 4, 22)}


async def test_a_follower_who_may_not_see_them_any_more_is_not_told(company: Company) -> None:
    world, course = company.sandbox.world, company.open_course(ADA)
    async with company.served() as http:
        await company.follows("ULENA", http)
        for team in world.teams.values():
            team.leaders.clear()
            team.admins.clear()
    company.slack.messages.clear()
    async with company.served() as http:
        world.complete(world.courses_of(ADA)[course], real_clock())
        assert await sent(http, event(1, ADA, course)) == 202
        assert await came_of("completion-", 2) == ["nobody", "told"]
    assert [one.channel for one in company.slack.messages] == [company.slack.direct("UADA")]


def _through(http: httpx.AsyncClient) -> Callable[..., Any]:
    """The application that a client speaks to, for a real server."""
    app: Callable[..., Any] = http._transport.app  # type: ignore[attr-defined]  # it is an ASGITransport
    return app
