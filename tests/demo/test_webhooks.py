"""The demo Litmos tells its webhooks what learners do: more than once if asked, until it is taken."""

import json

import httpx
import pytest

from litmos.demo.sandbox import Sandbox
from litmos.demo.webhooks import Hook, Webhooks

ADA, NOOR = "hUOuZAzHx4L1", "lNNtZx3cK8n1"


@pytest.fixture
def sent(sandbox: Sandbox, slept: list[float]) -> list[tuple[str, bytes]]:
    """What was posted; the first of all tries is refused."""
    posted: list[tuple[str, bytes]] = []

    def post(url: str, body: bytes) -> int:
        posted.append((url, body))
        return 503 if len(posted) == 1 else 202

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    sandbox.webhooks = Webhooks(sleep, post)
    return posted


async def test_completing_a_course_tells_the_webhooks_until_they_take_it(
    desk: httpx.AsyncClient, sandbox: Sandbox, sent: list[tuple[str, bytes]], slept: list[float]
) -> None:
    course = next(key for key, one in sandbox.world.courses_of(NOOR).items() if one.completed is None and not one.via)
    added = await desk.post("/_demo/webhooks", json={"url": "http://127.0.0.1:1/hook"})
    assert added.status_code == 201
    events = (await desk.post("/_demo/finish", json={"person": NOOR, "course": course})).json()["events"]
    await sandbox.webhooks.settled()
    bodies = [json.loads(body) for _, body in sent]
    assert bodies[0] == bodies[1] and len(bodies) == 2 and slept == [1.0]
    assert bodies[0]["id"] == events[0] and bodies[0]["type"] == "achievement.earned"
    assert bodies[0]["created"] == "2026-03-02T09:00:00.250"
    assert bodies[0]["data"]["userId"] == NOOR and bodies[0]["data"]["courseId"] == course
    told = (await desk.get("/_demo/webhooks")).json()
    assert [one["status"] for one in told["deliveries"]] == [503, 202]
    assert sandbox.world.courses_of(NOOR)[course].completed == sandbox.clock()
    assert (await desk.delete("/_demo/webhooks")).status_code == 204
    assert (await desk.get("/_demo/webhooks")).json() == {"hooks": [], "deliveries": []}


async def test_the_last_course_of_a_path_completes_the_path_too(
    desk: httpx.AsyncClient, sandbox: Sandbox, sent: list[tuple[str, bytes]], slept: list[float]
) -> None:
    sandbox.webhooks.hooks.append(Hook("http://127.0.0.1:1/hook", copies=2, in_order=False))
    world = sandbox.world
    path = next(iter(world.paths_of(NOOR)))
    open_ones = [one.course_id for one in world.results_in_path(NOOR, path) if one.completed is None]
    events: list[int] = []
    for course in open_ones:
        events = (await desk.post("/_demo/finish", json={"person": NOOR, "course": course})).json()["events"]
    assert len(events) == 2
    await sandbox.webhooks.settled()
    last = [json.loads(body) for _, body in sent if json.loads(body)["id"] == events[1]]
    assert {(one["data"]["courseId"], one["data"]["type"]) for one in last} == {(path, "LearningPath")}
    assert len(last) >= 2


@pytest.mark.parametrize(
    ("page", "sent_", "status"),
    [
        ("webhooks", {"url": "ftp://x"}, 400),
        ("webhooks", {"url": 5}, 400),
        ("webhooks", {"url": "http://x", "copies": 0}, 400),
        ("webhooks", {"url": "http://x", "in_order": "no"}, 400),
        ("webhooks", {"address": "http://x"}, 400),
        ("webhooks", [], 400),
        ("finish", {"person": ADA}, 400),
        ("finish", {"person": ADA, "course": "none"}, 404),
        ("finish", [ADA], 400),
    ],
    ids=str,
)
async def test_what_cannot_be_used_is_refused_in_words(
    desk: httpx.AsyncClient, page: str, sent_: object, status: int
) -> None:
    answer = await desk.post(f"/_demo/{page}", json=sent_)
    assert answer.status_code == status and answer.json()["error"]


async def test_where_nobody_answers_it_gives_up_in_the_end(sandbox: Sandbox, slept: list[float]) -> None:
    sandbox.webhooks.hooks.append(Hook("http://127.0.0.1:1/hook"))
    sandbox.webhooks.send("session.created", {}, sandbox.clock())
    await sandbox.webhooks.settled()
    assert [one.status for one in sandbox.webhooks.deliveries] == [0] * 5
    assert slept == [1.0, 5.0, 30.0, 120.0]
