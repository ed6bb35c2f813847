"""Every kind of fault, in this process and over a real connection."""

import socket
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

import anyio
import httpx
import pytest

from litmos.demo.app import RESET
from litmos.demo.faults import KINDS, Fault
from litmos.demo.misbehave import HUGE
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running, serve
from litmos.demo.world import World

ADA, FORKLIFT, FIRE = "hUOuZAzHx4L1", "7qhuMk9zUGI1", "fBQ3pTcKjTw1"


@pytest.mark.parametrize(("kind", "status"), [("503", 503), ("504", 504), ("429", 429)])
@pytest.mark.parametrize(
    ("after", "header"), [(None, None), (7, "7"), (1.5, "1.5"), ("Wed, 21 Oct 2026 07:28:00 GMT",) * 2]
)
async def test_refusals_come_with_retry_after_when_it_is_set(
    api: httpx.AsyncClient,
    sandbox: Sandbox,
    kind: str,
    status: int,
    after: float | str | None,
    header: str | None,
) -> None:
    sandbox.faults.add(Fault(kind, retry_after=after))
    response = await api.get("/users")
    assert response.status_code == status and response.headers["content-type"] == "application/json"
    assert response.headers.get("retry-after") == header
    assert (await api.get("/users")).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("html", 200)])
async def test_pages_stand_in_for_answers(api: httpx.AsyncClient, sandbox: Sandbox, kind: str, status: int) -> None:
    sandbox.faults.add(Fault(kind))
    response = await api.get("/users", params={"format": "json"})
    assert response.status_code == status and response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!DOCTYPE html>")


async def test_slow_waits_and_then_answers(api: httpx.AsyncClient, sandbox: Sandbox, slept: list[float]) -> None:
    sandbox.faults.add(Fault("slow", seconds=12.5))
    assert (await api.get("/users")).status_code == 200
    assert slept == [12.5]


async def test_a_reset_does_nothing_and_a_lost_answer_did_it(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for kind, done in [("reset", False), ("lost", True)]:
        sandbox.faults.add(Fault(kind))
        with pytest.raises(ConnectionResetError, match="reset by the demo Litmos"):
            await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}])
        assert (FORKLIFT in sandbox.world.courses_of(ADA)) is done
    assert [seen.status for seen in sandbox.requests] == [None, None]


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_truncated_answer_ends_in_its_middle(api: httpx.AsyncClient, sandbox: Sandbox, form: str) -> None:
    whole = await api.get("/users", params={"format": form})
    sandbox.faults.add(Fault("truncated"))
    half = await api.get("/users", params={"format": form})
    assert half.status_code == 200 and half.headers["content-type"] == whole.headers["content-type"]
    assert half.content == whole.content[: len(whole.content) // 2]
    assert half.headers["content-length"] == str(len(half.content))


async def test_a_truncated_empty_answer_is_a_brace_after_the_change(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("truncated"))
    response = await api.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}])
    assert (response.status_code, response.text) == (201, "{")
    assert response.headers["content-type"].startswith("application/json")
    assert FORKLIFT in sandbox.world.courses_of(ADA)


async def test_huge_answers_are_well_formed(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("huge", times=2))
    as_json = await api.get("/users", params={"format": "json"})
    assert len(as_json.content) > HUGE > 20 * 1024 * 1024 and as_json.json() == []
    as_xml = await api.get("/users")
    assert len(as_xml.content) > HUGE
    assert len(ET.fromstring(as_xml.content)) == 0  # noqa: S314 - our own server's answer


async def test_another_shape_is_well_formed_and_none_of_ours(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("shape", times=2))
    as_json = (await api.get("/users", params={"format": "json"})).json()
    assert as_json == {"Number": "INV-2041", "Lines": [{"Sku": "A-17", "Pieces": 3}]}
    assert ET.fromstring((await api.get("/users")).content).tag == "Invoice"  # noqa: S314 - our own server's answer


async def test_a_fault_waits_for_the_requests_it_is_meant_for(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("503", method="post", path=r"^/users/[^/]+/courses$", times=2))
    sandbox.faults.add(Fault("504", path="learningpaths"))
    statuses = [(await api.get(f"/users/{ADA}/courses")).status_code]
    statuses += [
        (await api.post(f"/users/{ADA}/{path}", json=[])).status_code
        for path in ("courses", "learningpaths", "courses", "courses", "learningpaths")
    ]
    assert statuses == [200, 503, 504, 503, 201, 201]


async def test_faults_can_be_forgotten(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("503"))
    sandbox.faults.clear()
    assert (await api.get("/users")).status_code == 200


@pytest.mark.parametrize("wrong", [{"kind": "nonsense"}, {"times": 0}, {"seconds": -1.0}, {"path": "("}], ids=str)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown|times|seconds|regular"):
        Fault(**({"kind": "503"} | wrong))


async def test_connections_are_really_reset(sandbox: Sandbox) -> None:
    async with (
        running(sandbox.app) as address,
        httpx.AsyncClient(base_url=f"{address}/v1.svc", headers={"apikey": DEMO_KEY}, params={"source": "t"}) as client,
    ):
        for kind, done in [("reset", False), ("lost", True)]:
            assert (await client.get("/teams")).status_code == 200, "the connection is kept alive"
            sandbox.faults.add(Fault(kind))
            with pytest.raises(httpx.ReadError) as caught:
                await client.post(f"/users/{ADA}/courses", json=[{"Id": FORKLIFT}])
            assert "reset" in repr(root_of(caught.value)).lower()
            assert (FORKLIFT in sandbox.world.courses_of(ADA)) is done
    assert [seen.status for seen in sandbox.requests] == [200, None, 200, None]


def root_of(error: BaseException) -> BaseException:
    while (below := error.__cause__ or error.__context__) is not None:
        error = below
    return error


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"reset", "lost", "slow"}))
async def test_the_other_faults_are_served_too(sandbox: Sandbox, kind: str) -> None:
    sandbox.faults.add(Fault(kind))
    async with running(sandbox.app) as address, httpx.AsyncClient() as client:
        response = await client.get(f"{address}/v1.svc/users", params={"source": "t"}, headers={"apikey": DEMO_KEY})
        assert len(response.content) == int(response.headers["content-length"])


async def test_a_client_that_leaves_in_the_middle_of_its_body_changes_nothing(sandbox: Sandbox) -> None:
    async with running(sandbox.app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        async with await anyio.connect_tcp(host, int(port)) as stream:
            head = f"POST /v1.svc/users/{ADA}/courses?source=t HTTP/1.1\r\nhost: x\r\napikey: {DEMO_KEY}\r\n"
            await stream.send(f"{head}content-type: application/json\r\ncontent-length: 26\r\n\r\n[".encode())
            with anyio.fail_after(5):
                while not sandbox.requests:
                    await anyio.lowlevel.checkpoint()
    assert sandbox.requests[0].status is None and FORKLIFT not in sandbox.world.courses_of(ADA)


async def test_an_error_inside_running_stays_itself(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="mine"):
        async with running(sandbox.app):
            raise LookupError("mine")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_serving_ends_with_its_task(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    port = listener.getsockname()[1]
    async with anyio.create_task_group() as tasks, httpx.AsyncClient() as client:
        tasks.start_soon(lambda: serve(Sandbox(World()).app, sock=listener))
        shown = f"[{host}]" if ":" in host else host
        assert (await client.get(f"http://{shown}:{port}/")).status_code == 200
        tasks.cancel_scope.cancel()
    assert listener.fileno() == -1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_serving_on_a_taken_port_is_an_error(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.create_server((host, 0), family=family) as taken,
        pytest.raises(OSError, match="in use"),
    ):
        await serve(Sandbox(World()).app, host, taken.getsockname()[1])


@pytest.mark.parametrize("proto", [0, socket.IPPROTO_TCP], ids=["as create_server makes it", "tcp by name"])
async def test_an_answer_does_not_wait_for_an_acknowledgement_of_its_head(proto: int) -> None:
    seen: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        connection = scope["extensions"][RESET].__self__.transport.get_extra_info("socket")
        seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, proto)
    door.bind(("127.0.0.1", 0))
    door.listen()
    async with anyio.create_task_group() as tasks, httpx.AsyncClient() as client:
        tasks.start_soon(partial(serve, app, sock=door))
        assert (await client.get(f"http://127.0.0.1:{door.getsockname()[1]}/")).status_code == 204
        tasks.cancel_scope.cancel()
    assert seen == [1]
