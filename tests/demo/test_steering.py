"""The control pages: what they show, what they change, and how they refuse."""

from datetime import timedelta

import httpx
import pytest

from litmos.demo.faults import KINDS
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.world import World

ADA, FORKLIFT = "hUOuZAzHx4L1", "7qhuMk9zUGI1"


async def test_the_front_page_says_how_to_call_it(desk: httpx.AsyncClient) -> None:
    response = await desk.get("/")
    assert response.headers["content-type"].startswith("text/plain")
    assert "curl -H 'apikey: demo-key-not-a-secret' 'http://demo/v1.svc/users" in response.text
    assert all(kind in response.text for kind in KINDS)


async def test_people_are_listed_for_people(desk: httpx.AsyncClient) -> None:
    people = (await desk.get("/_demo/people")).json()
    assert len(people) == 60
    assert people[4] == {
        "id": ADA,
        "name": "Ada Marsh",
        "user_name": "ada.marsh@example.com",
        "email": "ada.marsh@example.com",
        "access_level": "Learner",
        "active": True,
        "teams": ["Sales"],
    }


async def test_faults_are_added_listed_and_cleared(desk: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    added = await desk.post("/_demo/faults", json={"kind": "503", "times": 2})
    assert added.status_code == 201 and added.json()[0]["times"] == 2
    await desk.post("/_demo/faults", json=[{"kind": "slow", "seconds": 1}, {"kind": "429", "retry_after": 9}])
    assert (await api.get("/users")).status_code == 503
    waiting = (await desk.get("/_demo/faults")).json()
    assert [(fault["kind"], fault["times"]) for fault in waiting] == [("503", 1), ("slow", 1), ("429", 1)]
    assert (await desk.delete("/_demo/faults")).status_code == 204
    assert (await desk.get("/_demo/faults")).json() == []


@pytest.mark.parametrize(
    ("body", "helps"),
    [
        ('{"kind": "nonsense"}', "there are 503, 504"),
        ('{"kind": "503", "count": 2}', "unknown: count; a fault has the fields kind, method"),
        ("{}", "kind"),
        ('"503"', "a fault is an object"),
        ('[{"kind": "503"}, 7]', "a fault is an object"),
        ('{"kind": "503", "times": "two"}', "times"),
        ('{"kind": "503", "times": true}', "times"),
        ('{"kind": "slow", "seconds": "long"}', "seconds"),
        ('{"kind": "slow", "seconds": NaN}', "seconds"),
        ('{"kind": "503", "method": 1}', "method"),
        ('{"kind": "503", "path": ["x"]}', "path"),
        ('{"kind": ["503"]}', "kind"),
        ('{"kind": "429", "retry_after": {}}', "retry_after"),
        ('{"kind": "429", "retry_after": "1\\r\\nx: y"}', "retry_after"),
        ("{", "not JSON"),
        ("[" * 60_000, "not JSON"),
    ],
)
async def test_faults_that_make_no_sense_are_refused_with_help(
    desk: httpx.AsyncClient, sandbox: Sandbox, body: str, helps: str
) -> None:
    response = await desk.post("/_demo/faults", content=body)
    assert response.status_code == 400 and helps in response.json()["error"]
    assert sandbox.faults.waiting() == []


async def test_requests_are_shown_without_the_key_and_forgotten(
    desk: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    await api.get("/users", params={"search": "marsh"})
    shown = await desk.get("/_demo/requests")
    (seen,) = shown.json()
    assert seen == {
        "method": "GET",
        "path": "/users",
        "query": {"source": "tests", "search": "marsh"},
        "status": 200,
        "at": "2026-03-02T09:00:00.250000+00:00",
    }
    assert DEMO_KEY not in shown.text
    assert (await desk.delete("/_demo/requests")).status_code == 204
    assert (await desk.get("/_demo/requests")).json() == []


async def test_mails_are_shown(desk: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}])
    (mail,) = (await desk.get("/_demo/mails")).json()
    assert (mail["person_id"], mail["course_id"]) == (ADA, FORKLIFT)


async def test_the_clock_can_be_moved(desk: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    before = sandbox.clock()
    moved = await desk.post("/_demo/clock", json={"advance": 4 * 86400})
    assert moved.json() == {"now": (before + timedelta(days=4)).isoformat()}
    rows = (await api.get(f"/users/{ADA}/courses", params={"format": "json"})).json()
    assert [row["Code"] for row in rows if row["Overdue"]] == ["FIRE-01", "MAN-01"]


async def test_a_clock_that_was_not_made_to_be_moved_can_be_moved_too(sandbox: Sandbox) -> None:
    moment = sandbox.clock()
    fixed = Sandbox(World(), clock=lambda: moment)
    fixed.advance(60)
    fixed.advance(60)
    assert fixed.clock() == moment + timedelta(minutes=2)


@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "7", "x", '{"advance": "1"}', '{"advance": true}', '{"advance": NaN}', '{"advance": 1e300}',
     '{"advance": -1e11}', '{"advance": 1' + "0" * 400 + "}"],
)  # fmt: skip
async def test_impossible_times_are_refused(desk: httpx.AsyncClient, sandbox: Sandbox, body: str) -> None:
    before = sandbox.clock()
    response = await desk.post("/_demo/clock", content=body)
    assert response.status_code == 400 and response.json()["error"]
    assert sandbox.clock() == before


async def test_starting_over_brings_everything_back(
    desk: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}])
    await desk.post("/_demo/faults", json={"kind": "503"})
    assert (await desk.post("/_demo/reset")).status_code == 204
    assert FORKLIFT not in sandbox.world.courses_of(ADA)
    assert (sandbox.requests, sandbox.mails, sandbox.faults.waiting()) == ([], [], [])


async def test_large_bodies_are_refused_here_too(desk: httpx.AsyncClient) -> None:
    assert (await desk.post("/_demo/faults", content=b" " * 70_000)).status_code == 413


@pytest.mark.parametrize("path", ["/_demo", "/_demo/nothing", "/v1.svc", "/favicon.ico"])
async def test_nothing_else_is_there(desk: httpx.AsyncClient, path: str) -> None:
    assert (await desk.get(path)).status_code == 404
