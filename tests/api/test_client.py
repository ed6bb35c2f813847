"""What the client adds to a call: turns, tries, time limits, pages, and a connection that does not leak."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

from litmos.api.assignments import assign_courses, courses_of, courses_of_many, remove_course, reset
from litmos.api.call import Call, Format, Pace, Reply
from litmos.api.client import Client
from litmos.api.users import get_user, search_users
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.errors import (
    Invalid,
    LitmosError,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from litmos.store.budget import Budget
from litmos.store.state import State
from litmos.wiring import InProcess

ADA, FIRE, FORKLIFT = "hUOuZAzHx4L1", "fBQ3pTcKjTw1", "7qhuMk9zUGI1"
Serve = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Seconds that pass only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def seconds() -> Clock:
    return Clock()


@pytest.fixture
def budget(seconds: Clock, tmp_path: Any) -> Iterator[Budget]:
    """Ten requests a minute, on a clock that jumps."""
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield Budget(state, 10, clock=seconds, sleep=seconds.sleep)
    state.close()


def answers(*responses: httpx.Response | Exception) -> tuple[Serve, list[httpx.Request]]:
    """A server that gives one answer after the other, and what it was asked."""
    asked: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        answer = responses[min(len(asked), len(responses)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return serve, asked


def listed(*ids: str) -> httpx.Response:
    return httpx.Response(200, json=[{"Id": one} for one in ids])


EMPTY = httpx.Response(200, content=b"")
BUSY = httpx.Response(503, json={"Detail": "Service Unavailable"})


# -- requests as they leave


@pytest.mark.parametrize(
    ("user", "path"),
    [
        ("nia+field/eu@example.com", b"/v1.svc/users/nia%2Bfield%2Feu%40example.com"),
        ("a b?c#d%e", b"/v1.svc/users/a%20b%3Fc%23d%25e"),
        ("陈", b"/v1.svc/users/%E9%99%88"),
        ("..%2f..", b"/v1.svc/users/..%252f.."),
    ],
)
async def test_ids_and_user_names_are_percent_encoded(user: str, path: bytes, connect: Any) -> None:
    serve, asked = answers(httpx.Response(200, json={"Id": "1"}))
    async with connect(httpx.MockTransport(serve)) as api:
        await api.send(get_user(user))
    assert asked[0].url.raw_path.partition(b"?")[0] == path
    assert dict(asked[0].url.params) == {"source": "tests", "format": "json"}


@pytest.mark.parametrize("user", ["", ".", "..", "a\nb", "x" * 256, "a\x00b"])
def test_what_cannot_be_an_id_is_refused_before_anything_is_sent(user: str) -> None:
    with pytest.raises(Invalid, match="cannot be the id"):
        get_user(user)


def test_an_assignment_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="at least one course"):
        assign_courses(ADA, [])


@pytest.mark.parametrize(
    ("form", "content", "kind"),
    [
        (Format.JSON, b'[{"Id": "a&b"}, {"Id": "c"}]', "application/json; charset=utf-8"),
        (
            Format.XML,
            b"""<?xml version='1.0' encoding='utf-8'?>
<Courses><Course><Id>a&amp;b</Id></Course><Course><Id>c</Id></Course></Courses>""",
            "application/xml; charset=utf-8",
        ),
    ],
)
async def test_bodies_are_encoded_and_hold_each_id_once(form: Format, content: bytes, kind: str, connect: Any) -> None:
    serve, asked = answers(httpx.Response(201))
    async with connect(httpx.MockTransport(serve), form=form) as api:
        await api.send(assign_courses(ADA, ["a&b", "c", "a&b"], notify=False))
    assert (asked[0].content, asked[0].headers["content-type"]) == (content, kind)
    assert asked[0].url.params["sendmessage"] == "false"
    assert ("format" in asked[0].url.params) == (form is Format.JSON)


async def test_the_key_travels_in_a_header_and_shows_nowhere_else(connect: Any) -> None:
    serve, asked = answers(httpx.Response(400, json={"Detail": "bad key k-SECRET-1 given"}))
    async with connect(httpx.MockTransport(serve), key="k-SECRET-1") as api:
        with pytest.raises(Invalid) as caught:
            await api.send(get_user("x"))
    assert asked[0].headers["apikey"] == "k-SECRET-1"
    assert "k-SECRET-1" not in str(asked[0].url)
    assert "k-SECRET-1" not in str(caught.value) and "***" in str(caught.value)
    assert caught.value.__context__ is None


async def test_changes_without_a_body_say_that_they_have_none(connect: Any) -> None:
    serve, asked = answers(EMPTY)
    async with connect(httpx.MockTransport(serve)) as api:
        await api.send(reset(ADA, FIRE))
        await api.send(remove_course(ADA, FIRE))
    assert [(one.method, one.headers["content-length"]) for one in asked] == [("PUT", "0"), ("DELETE", "0")]


# -- errors


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (301, Misconfigured, "LITMOS_BASE_URL"),
        (400, Invalid, "because"),
        (401, Misconfigured, "LITMOS_API_KEY"),
        (403, Misconfigured, "LITMOS_API_KEY"),
        (404, NotFound, "no person"),
        (502, Unavailable, "few minutes"),
        (500, UnexpectedReply, "because"),
    ],
)
async def test_each_status_has_its_error(status: int, error: type[LitmosError], words: str, connect: Any) -> None:
    serve, _ = answers(httpx.Response(status, json={"Message": "because"}))
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(error, match=words) as caught:
            await api.send(get_user("x"))
    assert type(caught.value) is error


async def test_no_connection_names_the_host_and_the_settings(connect: Any) -> None:
    serve, asked = answers(httpx.ConnectError("no"))
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Unavailable, match=r"reached at demo\.invalid.*LITMOS_BASE_URL") as caught:
            await api.send(reset(ADA, FIRE))
    assert len(asked) == 4
    assert not caught.value.perhaps_done, "nothing was ever sent"


async def test_a_lost_try_stays_unknown_when_later_ones_find_no_connection(connect: Any) -> None:
    serve, _ = answers(httpx.ReadError("lost"), httpx.ConnectError("no"))
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Unavailable, match="may or may not have happened") as caught:
            await api.send(reset(ADA, FIRE))
    assert caught.value.perhaps_done


async def test_a_lost_try_stays_unknown_when_later_ones_are_refused_for_rate(connect: Any) -> None:
    serve, asked = answers(httpx.ReadError("lost"), BUSY)
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Throttled, match="may or may not have happened") as caught:
            await api.send(reset(ADA, FIRE))
    assert caught.value.perhaps_done
    assert len(asked) == 4


@pytest.mark.parametrize(("first", "requests"), [(httpx.ReadError("lost"), 1), (httpx.ConnectError("no"), 4)])
async def test_whoever_reads_back_does_not_have_a_lost_change_repeated(
    first: Exception, requests: int, connect: Any
) -> None:
    serve, asked = answers(first)
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Unavailable):
            await api.send(reset(ADA, FIRE), Pace(once=True))
    assert len(asked) == requests


@pytest.mark.parametrize("lost", [httpx.ReadError("lost"), httpx.ReadTimeout("slow"), httpx.Response(504)])
async def test_a_removal_that_was_lost_and_is_gone_was_done(lost: httpx.Response | Exception, connect: Any) -> None:
    serve, asked = answers(lost, httpx.Response(404))
    async with connect(httpx.MockTransport(serve)) as api:
        await api.send(remove_course(ADA, FIRE))
    assert len(asked) == 2


@pytest.mark.parametrize("first", [BUSY, httpx.ConnectError("no")])
async def test_a_removal_that_never_arrived_and_finds_nothing_fails(
    first: httpx.Response | Exception, connect: Any
) -> None:
    serve, _ = answers(first, httpx.Response(404))
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(NotFound):
            await api.send(remove_course(ADA, FIRE))


async def test_an_answer_that_drips_is_late(connect: Any) -> None:
    async def drip(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"[", "more_body": True})
        await anyio.sleep_forever()

    async with connect(InProcess(app=drip), timeout=0.02) as api:
        with pytest.raises(TimedOut, match=r"within 0\.02 s"):
            await api.send(courses_of(ADA))


async def test_a_compressed_answer_that_is_broken_is_a_broken_connection(connect: Any) -> None:
    asked: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Unavailable, match="broke before"):
            await api.send(courses_of(ADA))
    assert len(asked) == 4


# -- the rate


async def test_a_call_waits_for_its_turn_and_says_how_long(
    sandbox: Sandbox, connect: Any, budget: Budget, seconds: Clock
) -> None:
    waits: list[float] = []
    async with connect(InProcess(app=sandbox.app), turns=budget, clock=seconds) as api:
        for _ in range(11):
            await api.send(get_user(ADA), Pace(waiting=waits.append))
    assert waits == [61.0]
    assert len(sandbox.requests) == 11


async def test_bulk_leaves_a_fifth_to_people(sandbox: Sandbox, connect: Any, budget: Budget, seconds: Clock) -> None:
    waits: list[float] = []
    async with connect(InProcess(app=sandbox.app), turns=budget, clock=seconds) as api:
        for _ in range(9):
            await api.send(get_user(ADA), Pace(bulk=True, waiting=waits.append))
        assert waits == [61.0]


async def test_a_single_bare_503_makes_nobody_wait(
    sandbox: Sandbox, connect: Any, budget: Budget, seconds: Clock
) -> None:
    sandbox.faults.add(Fault("503"))
    waits: list[float] = []
    async with connect(InProcess(app=sandbox.app), turns=budget, clock=seconds) as api:
        await api.send(get_user(ADA), Pace(waiting=waits.append))
    assert waits == []


@pytest.mark.parametrize("kind", ["503", "429"])
async def test_a_refusal_for_rate_counts_the_minute_as_used_up(
    kind: str, sandbox: Sandbox, connect: Any, budget: Budget, seconds: Clock
) -> None:
    sandbox.faults.add(Fault(kind, times=2))
    async with connect(InProcess(app=sandbox.app), turns=budget, clock=seconds, deadline=10.0) as api:
        with pytest.raises(Throttled) as caught:
            await api.send(get_user(ADA))
        assert caught.value.after == pytest.approx(61.0)
        sandbox.faults.clear()
        waits: list[float] = []
        await api.send(get_user("bjorn"), Pace(waiting=waits.append))
    assert waits == [pytest.approx(61.0)], "everybody on this account waits"


async def test_litmos_own_word_on_how_long_to_wait_is_kept(
    sandbox: Sandbox, connect: Any, budget: Budget, seconds: Clock
) -> None:
    sandbox.faults.add(Fault("429", retry_after=7))
    waits: list[float] = []
    async with connect(InProcess(app=sandbox.app), turns=budget, clock=seconds) as api:
        await api.send(get_user(ADA), Pace(waiting=waits.append))
    assert waits == [pytest.approx(7.0)]


async def test_a_wait_beyond_the_deadline_is_given_up_at_once(connect: Any) -> None:
    serve, asked = answers(httpx.Response(503, headers={"retry-after": "120"}))
    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(Throttled, match="Try again in 120 s"):
            await api.send(get_user(ADA))
    assert len(asked) == 1


async def test_no_try_begins_after_the_deadline(connect: Any, seconds: Clock) -> None:
    asked: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        seconds.now += 25
        raise httpx.ReadTimeout("slow")

    async with connect(httpx.MockTransport(serve), clock=seconds, deadline=60.0) as api:
        with pytest.raises(TimedOut):
            await api.send(get_user(ADA))
    assert len(asked) == 3


# -- the circuit


async def test_a_litmos_that_is_down_is_told_at_once(sandbox: Sandbox, connect: Any, seconds: Clock) -> None:
    sandbox.faults.add(Fault("504", times=5))
    async with connect(InProcess(app=sandbox.app), clock=seconds) as api:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await api.send(get_user(ADA))
        assert len(sandbox.requests) == 5, "four tries, then one more opens the circuit"
        with pytest.raises(Unavailable, match=r"Litmos is down.*in 30 s"):
            await api.send(get_user(ADA))
        assert len(sandbox.requests) == 5
        seconds.now += 31
        await api.send(get_user(ADA))
        await api.send(get_user(ADA))
    assert len(sandbox.requests) == 7


async def test_a_change_whose_answer_is_lost_does_not_open_the_circuit(sandbox: Sandbox, connect: Any) -> None:
    sandbox.faults.add(Fault("lost", method="POST", times=8))
    async with connect(InProcess(app=sandbox.app)) as api:
        for _ in range(2):
            with pytest.raises(Unavailable, match="may or may not"):
                await api.send(assign_courses(ADA, [FORKLIFT]))
        assert FORKLIFT in {course.id for course in await api.send(courses_of(ADA))}
    assert len(sandbox.mails) == 1


async def test_reads_whose_answers_are_lost_open_the_circuit(sandbox: Sandbox, connect: Any) -> None:
    sandbox.faults.add(Fault("lost", times=5))
    async with connect(InProcess(app=sandbox.app)) as api:
        for words in ("broke before", "is down"):
            with pytest.raises(Unavailable, match=words):
                await api.send(get_user(ADA))


async def test_the_requests_that_work_took_are_counted(sandbox: Sandbox, connect: Any) -> None:
    sandbox.faults.add(Fault("504", times=2))
    pace = Pace()
    async with connect(InProcess(app=sandbox.app)) as api:
        await api.send(get_user(ADA), pace)
        await api.send_each([get_user(ADA), get_user("nobody")], pace)
    assert pace.spent == len(sandbox.requests) == 5


async def test_while_one_caller_probes_the_others_are_refused(connect: Any, seconds: Clock) -> None:
    inside, reached = anyio.Event(), 0

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        nonlocal reached
        reached += 1
        if reached > 5:
            inside.set()
            await anyio.sleep_forever()
        await send({"type": "http.response.start", "status": 504, "headers": []})
        await send({"type": "http.response.body"})

    async with connect(InProcess(app=app), clock=seconds) as api:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await api.send(get_user(ADA))
        seconds.now += 31
        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(api.send, get_user(ADA))
                await inside.wait()
                with pytest.raises(Unavailable, match="down"):
                    await api.send(get_user(ADA))
                tasks.cancel_scope.cancel()
        assert reached == 6
        with anyio.move_on_after(0.01):
            await api.send(get_user(ADA))
        assert reached == 7, "a cancelled probe frees its place"


# -- lists


async def test_pages_go_on_by_what_arrived(connect: Any) -> None:
    everything = [str(number) for number in range(2300)]

    def serve(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["start"])
        return listed(*everything[start : start + 1100])  # more than asked for

    async with connect(httpx.MockTransport(serve)) as api:
        assert [person.id for person in await api.send(search_users())] == everything


async def test_a_server_with_a_lower_limit_of_its_own_is_read_to_the_end(connect: Any) -> None:
    everything = [str(number) for number in range(250)]

    def serve(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["start"])
        return listed(*everything[start : start + 100])

    async with connect(httpx.MockTransport(serve)) as api:
        assert len(await api.send(search_users())) == 250


async def test_a_server_that_ignores_start_ends_the_list(connect: Any) -> None:
    serve, asked = answers(listed(*map(str, range(1000))))
    async with connect(httpx.MockTransport(serve)) as api:
        assert len(await api.send(search_users())) == 1000
    assert len(asked) == 2


async def test_a_list_without_an_end_is_left_in_the_end(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litmos.api.client.MOST_PAGES", 3)

    def serve(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["start"])
        return listed(*(str(start + place) for place in range(100)))

    async with connect(httpx.MockTransport(serve)) as api:
        assert len(await api.send(search_users())) == 300


async def test_a_learning_path_and_a_course_of_the_same_id_are_two(connect: Any) -> None:
    rows = [{"Id": "x", "IsLearningPath": False}, {"Id": "x", "IsLearningPath": True}]
    serve, _ = answers(httpx.Response(200, json=rows))
    async with connect(httpx.MockTransport(serve)) as api:
        assert len(await api.send(courses_of(ADA))) == 2


async def test_any_number_of_people_is_read_25_at_a_time(api: Client, sandbox: Sandbox) -> None:
    people = list(sandbox.world.people)
    found = await api.send(courses_of_many([*people, *people]))
    assert list(found) == people
    assert len(sandbox.requests) == -(-len(people) // 25)
    assert {course.id for course in found[ADA]} == {course.id for course in await api.send(courses_of(ADA))}


async def test_nobody_costs_no_request(api: Client, sandbox: Sandbox) -> None:
    assert await api.send(courses_of_many([])) == {}
    assert sandbox.requests == []


async def test_one_failure_in_a_batch_is_that_of_the_batch(connect: Any) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        ids = [one["Id"] for one in json.loads(request.content)]
        return httpx.Response(404) if "u30" in ids else httpx.Response(200, json=[{"Id": one} for one in ids])

    async with connect(httpx.MockTransport(serve)) as api:
        with pytest.raises(NotFound):
            await api.send(courses_of_many(f"u{number}" for number in range(60)))


async def test_send_each_keeps_results_and_errors_in_their_places(api: Client) -> None:
    first, second, third = await api.send_each([get_user(ADA), get_user("nobody"), get_user("bjorn")])
    assert not isinstance(first, LitmosError) and first.name == "Ada Marsh"
    assert isinstance(second, NotFound)
    assert not isinstance(third, LitmosError) and third.name == "Björn Ångström"


# -- what the demo Litmos does with it


async def test_unknown_and_assigned_courses_are_ignored_silently(api: Client, sandbox: Sandbox) -> None:
    await api.send(assign_courses(ADA, ["no-such-course", FIRE, FORKLIFT]))
    assert [mail.course_id for mail in sandbox.mails] == [FORKLIFT]


async def test_a_quiet_assignment_sends_no_mail(api: Client, sandbox: Sandbox) -> None:
    await api.send(assign_courses(ADA, [FORKLIFT], notify=False))
    assert sandbox.mails == []


async def test_a_wrong_key_names_the_setting(sandbox: Sandbox, connect: Any) -> None:
    async with connect(InProcess(app=sandbox.app), key="wrong-key") as api:
        with pytest.raises(Misconfigured, match="LITMOS_API_KEY") as caught:
            await api.send(get_user(ADA))
    assert "wrong-key" not in str(caught.value)


def test_a_reply_shows_no_body() -> None:
    call: Call[Any] = get_user("x")
    assert "secret" not in repr(Reply(200, "x", b"secret"))
    assert "x" in repr(call)
