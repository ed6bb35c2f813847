"""Who is let in: key, source, sizes, methods, and the account's rate."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from litmos.demo.clock import MovableClock
from litmos.demo.rate import Rate
from litmos.demo.sandbox import DEMO_KEY, Sandbox

ADA = "hUOuZAzHx4L1"


@pytest.mark.parametrize("key", [None, "", "wrong", DEMO_KEY.upper(), "kéy"])
async def test_a_missing_or_wrong_key_answers_401(api: httpx.AsyncClient, key: str | None) -> None:
    del api.headers["apikey"]
    headers = {} if key is None else {b"apikey": key.encode()}
    response = await api.get("/users", headers=headers)
    assert response.status_code == 401 and response.json() == {"Detail": "Unauthorized"}
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", ["apikey", "ApiKey"])
async def test_a_key_in_the_address_is_refused_and_never_remembered(
    api: httpx.AsyncClient, desk: httpx.AsyncClient, name: str
) -> None:
    response = await api.get(f"/users/{DEMO_KEY}", params={name: "any", "search": DEMO_KEY})
    assert response.status_code == 400 and "header" in response.json()["Detail"]
    shown = await desk.get("/_demo/requests")
    assert DEMO_KEY not in shown.text and "any" not in shown.text
    assert shown.json()[0]["query"] == {"source": "tests", "search": "(the key)"}


@pytest.mark.parametrize("source", ["", " ", "x" * 51])
async def test_the_source_is_required(api: httpx.AsyncClient, source: str) -> None:
    response = await api.get("/users", params={"source": source})
    assert response.status_code == 400 and "source" in response.json()["Detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/users"), ("PATCH", f"/users/{ADA}"), ("PUT", f"/users/{ADA}/courses"), ("HEAD", "/users"),
        ("GET", f"/users/{ADA}/courses/x/reset"), ("DELETE", "/courses/x"), ("GET", "/users/a/learningpaths/b"),
    ],
)  # fmt: skip
async def test_another_method_answers_405(api: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await api.request(method, path)).status_code == 405


async def test_large_bodies_are_refused(api: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 30_000

    path = f"/users/{ADA}/courses"
    assert (await api.post(path, content=b" " * 70_000)).status_code == 413
    assert (await api.post(path, content=pieces())).status_code == 413


async def test_what_arrived_is_remembered_with_its_answer(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await api.get("/users/nia%2Bfield%2Feu%40example.com", params={"format": "json"})
    await api.get("/nothing")
    first, second = sandbox.requests
    assert (first.method, first.path) == ("GET", "/users/nia+field/eu@example.com")
    assert first.query == {"source": "tests", "format": "json"}
    assert (first.status, second.status, first.at) == (200, 404, sandbox.clock())


async def test_the_application_can_be_mounted_elsewhere(sandbox: Sandbox) -> None:
    outer = Starlette(routes=[Mount("/some/where", app=sandbox.app)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(outer), base_url="http://demo/some/where", headers={"apikey": DEMO_KEY}
    ) as client:
        response = await client.get("/v1.svc/users/nia+field%2Feu@example.com", params={"source": "t"})
        assert response.status_code == 200
        front = await client.get("/")
        assert "http://demo/some/where/v1.svc/users" in front.text


async def test_an_application_server_without_raw_paths_is_served_too(sandbox: Sandbox) -> None:
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/v1.svc/users/bjorn", "root_path": "",
        "query_string": b"source=t", "headers": [(b"apikey", DEMO_KEY.encode())],
    }  # fmt: skip
    await sandbox.app(scope, receive, send)
    assert sandbox.requests[0].status == 200 and len(sent) == 2


async def test_half_a_body_changes_nothing(sandbox: Sandbox) -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b'[{"Id": "7qhuMk9zUGI1"}]', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: object) -> None:
        raise AssertionError(message)

    scope = {
        "type": "http", "method": "POST", "path": f"/v1.svc/users/{ADA}/courses", "root_path": "",
        "query_string": b"source=t",
        "headers": [(b"apikey", DEMO_KEY.encode()), (b"content-type", b"application/json")],
    }  # fmt: skip
    with pytest.raises(ConnectionResetError):
        await sandbox.app.router(scope, receive, send)
    assert "7qhuMk9zUGI1" not in sandbox.world.courses_of(ADA) and sandbox.requests[0].status is None


@pytest.mark.parametrize(
    ("counting", "after", "expected"),
    [
        ("rolling", 59.0, [503, 503]),
        ("rolling", 60.0, [200, 200]),
        ("fixed", 10.0, [200, 200]),
        ("fixed", 9.0, [503, 503]),
    ],
)
async def test_more_than_the_limit_is_refused_until_its_window_is_over(
    clock: MovableClock, sandbox: Sandbox, counting: str, after: float, expected: list[int]
) -> None:
    clock.advance(50 - clock().microsecond / 1e6)  # 10 seconds before a whole minute
    small = Sandbox(sandbox.world, clock=clock, limit=2, counting=counting)  # type: ignore[arg-type]  # a parameter
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(small.app),
        base_url="http://demo/v1.svc",
        headers={"apikey": DEMO_KEY},
        params={"source": "t"},
    ) as client:
        assert [(await client.get("/teams")).status_code for _ in range(2)] == [200, 200]
        refused = await client.get("/teams")
        assert refused.status_code == 503 and refused.json() == {"Detail": "Service Unavailable"}
        assert "retry-after" not in refused.headers
        for _ in range(3):
            await client.get("http://demo/_demo/people")
            await client.get("/teams", headers={"apikey": "wrong"})
        clock.advance(after)
        assert [(await client.get("/teams")).status_code for _ in range(2)] == expected


def test_a_rolling_window_gives_places_back_one_by_one(clock: MovableClock) -> None:
    rate = Rate(2, 60.0, "rolling")
    assert rate.admits(clock())
    clock.advance(30)
    assert rate.admits(clock())
    clock.advance(30)
    assert rate.admits(clock()) and not rate.admits(clock())


def test_there_are_two_ways_of_counting() -> None:
    with pytest.raises(ValueError, match="rolling"):
        Rate(1, 60.0, "sliding")  # type: ignore[arg-type]  # the point of the test


async def test_a_limit_of_zero_is_none(api: httpx.AsyncClient) -> None:
    assert {(await api.get("/teams")).status_code for _ in range(150)} == {200}
