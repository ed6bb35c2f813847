"""The route for Litmos' webhooks: who knows no secret finds nothing, and whatever is sent is harmless."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette

from litmos.desk.events import Event
from litmos.errors import Unavailable
from litmos.exporting.metrics import Metrics
from litmos.telemetry import watched
from litmos.webhooks import AT_ONCE, event_of, webhooks

SECRET, OTHER = "n" * 43, "o" * 43
ADDRESS = f"/litmos/webhooks/{SECRET}"
DATA = {"userId": "hUOuZAzHx4L1", "courseId": "7qhuMk9zUGI1", "title": "First Aid", "firstName": "Ada"}
EARNED = {"id": 4513, "created": "2019-05-06T01:13:19.533", "type": "achievement.earned", "object": "event"}
WHOLE = EARNED | {"data": DATA}
HEADERS = {"content-type": "application/json"}


@dataclass
class Inbox:
    """Keeps everything, or fails as it is told."""

    kept: list[Event] = field(default_factory=list)
    full: bool = False
    failure: Exception | None = None

    async def put(self, event: Event) -> bool:
        if self.failure is not None:
            raise self.failure
        if not self.full:
            self.kept.append(event)
        return not self.full


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def litmos(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=webhooks([SecretStr(SECRET), SecretStr(OTHER)], inbox.put))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://here") as client:
        yield client


@pytest.mark.parametrize("secret", [SECRET, OTHER])
async def test_an_event_is_kept_by_its_ids_alone(litmos: httpx.AsyncClient, inbox: Inbox, secret: str) -> None:
    answer = await litmos.post(f"/litmos/webhooks/{secret}", json=WHOLE)
    assert (answer.status_code, answer.content) == (202, b"")
    assert inbox.kept == [Event("4513", "achievement.earned", "hUOuZAzHx4L1", "7qhuMk9zUGI1")]
    assert "First Aid" not in repr(inbox.kept)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("secret", ["", "x", SECRET[:-1], SECRET + "n", SECRET.upper(), "%00", f"{SECRET}/{SECRET}"])
async def test_without_a_secret_there_is_nothing(
    litmos: httpx.AsyncClient, inbox: Inbox, method: str, secret: str
) -> None:
    found = await litmos.request(method, f"/litmos/webhooks/{secret}", json=WHOLE)
    elsewhere = await litmos.request(method, "/nowhere", json=WHOLE)
    assert (found.status_code, found.content, found.headers) == (404, elsewhere.content, elsewhere.headers)
    assert inbox.kept == []


@pytest.mark.parametrize(
    ("method", "content", "headers", "status"),
    [
        ("GET", "", HEADERS, 405),
        ("DELETE", "", HEADERS, 405),
        ("POST", json.dumps(WHOLE), {}, 415),
        ("POST", json.dumps(WHOLE), {"content-type": "text/xml"}, 415),
        ("POST", "", HEADERS, 400),
        ("POST", "{", HEADERS, 400),
        ("POST", b"\xff\xfe\x00", HEADERS, 400),
        ("POST", "[" * 60_000, HEADERS, 400),
        ("POST", '{"id": ' + "9" * 5000 + "}", HEADERS, 400),
        ("POST", " " * 2_000_000, HEADERS, 413),
        ("POST", "{}", HEADERS | {"content-length": "99999999999999999999"}, 413),
        ("POST", "{}", HEADERS | {"content-length": "nonsense"}, 413),
    ],
)
async def test_junk_is_refused(
    litmos: httpx.AsyncClient, inbox: Inbox, method: str, content: Any, headers: dict[str, str], status: int
) -> None:
    assert (await litmos.request(method, ADDRESS, content=content, headers=headers)).status_code == status
    assert inbox.kept == []


async def test_a_large_body_is_refused_also_if_it_does_not_say_so(litmos: httpx.AsyncClient, inbox: Inbox) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    answer = await litmos.post(ADDRESS, content=pieces(), headers=HEADERS)
    assert answer.status_code == 413 and inbox.kept == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": True},
        {"id": -1},
        {"id": 4.5},
        {"id": "4513; drop"},
        {"id": "../4513"},
        {"id": 10**30},
        {"id": [4513]},
        {"type": None},
        {"type": "achievement.earned\n"},
        {"type": "x" * 200},
        {"data": None},
        {"data": "hUOuZAzHx4L1"},
        {"data": DATA | {"userId": "../users"}},
        {"data": DATA | {"userId": "a/b"}},
        {"data": DATA | {"userId": "x" * 51}},
        {"data": DATA | {"userId": ""}},
        {"data": DATA | {"courseId": {"$ne": 1}}},
        {"data": {"userId": "hUOuZAzHx4L1"}},
    ],
    ids=str,
)
def test_ids_that_are_none_make_no_event(wrong: dict[str, Any]) -> None:
    assert event_of(json.dumps(WHOLE).encode()) is not None
    assert event_of(json.dumps(WHOLE | wrong).encode()) is None


@pytest.mark.parametrize("number", ["4513", "0004513", 4513], ids=repr)
def test_one_event_has_one_number_however_it_is_written(number: Any) -> None:
    event = event_of(json.dumps(WHOLE | {"id": number}).encode())
    assert event is not None and event.id == "4513"


def test_other_events_need_not_be_about_anybody() -> None:
    sent = {"id": 5, "type": "elearningcourse.processed", "data": {"courseId": "7qhuMk9zUGI1"}}
    assert event_of(json.dumps(sent).encode()) == Event("5", "elearningcourse.processed", "", "7qhuMk9zUGI1")
    assert event_of(b'{"id": 6, "type": "session.created"}') == Event("6", "session.created")


async def test_when_it_cannot_be_kept_litmos_is_to_send_it_again(litmos: httpx.AsyncClient, inbox: Inbox) -> None:
    inbox.full = True
    full = await litmos.post(ADDRESS, json=WHOLE)
    inbox.failure = Unavailable("The database at db.internal does not answer.")
    broken = await litmos.post(ADDRESS, json=WHOLE)
    for answer in (full, broken):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert "internal" not in answer.text
    inbox.full, inbox.failure = False, None
    assert (await litmos.post(ADDRESS, json=WHOLE)).status_code == 202


async def test_more_than_a_few_at_once_are_refused(litmos: httpx.AsyncClient, inbox: Inbox) -> None:
    import anyio  # noqa: PLC0415 - for this one

    seen: list[int] = []
    arrived, go_on = anyio.Event(), anyio.Event()

    async def slow() -> AsyncIterator[bytes]:
        arrived.set()
        await go_on.wait()
        yield json.dumps(WHOLE).encode()

    async def send() -> None:
        seen.append((await litmos.post(ADDRESS, content=slow(), headers=HEADERS)).status_code)

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(send)
            await arrived.wait()
            await anyio.lowlevel.checkpoint()
            assert (await litmos.post(ADDRESS, json=WHOLE)).status_code == 503
            go_on.set()
        assert seen == [202] * AT_ONCE
        assert (await litmos.post(ADDRESS, json=WHOLE)).status_code == 202


async def test_each_delivery_is_counted_by_what_came_of_it(litmos: httpx.AsyncClient, inbox: Inbox) -> None:
    metrics = Metrics()
    with watched(metrics):
        await litmos.post(ADDRESS, json=WHOLE)
        await litmos.post("/litmos/webhooks/guessed", json=WHOLE)
        await litmos.get(ADDRESS)
        await litmos.post(ADDRESS, json={})
        inbox.full = True
        await litmos.post(ADDRESS, json=WHOLE)
        inbox.failure = Unavailable("The database does not answer.")
        await litmos.post(ADDRESS, json=WHOLE)
    counted = re.findall(r'litmos_webhooks_total\{litmos_result="(\w+)"\} (\S+)', metrics.text().decode())
    expected = {"accepted": 1, "unknown_secret": 1, "malformed": 2, "full": 1, "not_kept": 1}
    assert {result: float(count) for result, count in counted} == expected


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.sampled_from(list(DATA.values())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DATA, "id"]), inner, max_size=4),
    max_leaves=8,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "id": values | st.integers(0, 10**9),
        "type": values | st.just("achievement.earned"),
        "data": values | st.dictionaries(st.sampled_from(list(DATA)), values),
    },
)


@pytest.mark.parser
@given(
    st.binary(max_size=200)
    | bodies.map(lambda body: json.dumps(body).encode())
    | values.map(lambda one: json.dumps(one).encode())
)
def test_of_any_body_nothing_but_plain_ids_is_left(body: bytes) -> None:
    event = event_of(body)
    if event is None:
        return
    assert event.id.isascii() and event.id.isdecimal() and len(event.id) <= 20
    assert event.kind.replace(".", "").isalpha() and event.kind.isascii() and len(event.kind) < 130
    for one in (event.person, event.training):
        assert not one or (one.replace("-", "a").replace("_", "a").isalnum() and one.isascii() and len(one) <= 50)


@pytest.mark.parser
@given(st.integers(0, 10**20 - 1), st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True), st.text(max_size=20))
def test_every_event_of_litmos_is_understood(number: int, ident: str, title: str) -> None:
    sent = WHOLE | {"id": number, "data": DATA | {"userId": ident, "courseId": ident, "title": title}}
    assert event_of(json.dumps(sent).encode()) == Event(str(number), "achievement.earned", ident, ident)
