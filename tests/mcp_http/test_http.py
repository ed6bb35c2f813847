"""The HTTP server as clients meet it: both protocol eras, who sees and may do what, metadata, limits."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from litmos.demo.faults import Fault
from litmos.desk.catalog import CATALOG
from litmos.desk.desk import Desk
from litmos.errors import NotAllowed
from mcp_server.callers import Callers
from mcp_server.change_tools import CHANGE_TOOLS
from mcp_server.read_tools import READ_TOOLS
from mcp_server.server import create_server

House = Any
Connect = Callable[..., Any]

NOOR, FIRE = "lNNtZx3cK8n1", "fBQ3pTcKjTw1"
FIRE_FOR_NOOR = {"people": ["Noor Rahman"], "training": ["FIRE-01"]}
READ_ONLY = ("litmos:read",)


def words(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


async def yes(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"confirm": True})


async def test_each_caller_is_who_their_token_says(house: House, address: str, mode: str, connect: Connect) -> None:
    async with connect(address, house.token("ada"), mode) as ada, connect(address, house.token("lena"), mode) as lena:
        assert words(await ada.call_tool("whoami", {})).startswith("“Ada Marsh” (id hUOuZAzHx4L1): learner")
        assert words(await lena.call_tool("whoami", {})).startswith("“Lena Fischer” (id RZdsvDQuc8d1): leader")
        mine = await ada.call_tool("get_user_courses", {"person": "me"})
        hers = await ada.call_tool("get_user_courses", {"person": "Lena Fischer"})
    assert "Ada Marsh" in words(mine)
    assert hers.is_error and words(hers).startswith("Nobody whom you may see has ")


async def test_a_learner_is_shown_no_tool_that_changes_something(
    house: House, address: str, mode: str, connect: Connect
) -> None:
    async with connect(address, house.token("ada"), mode) as client:
        assert await names(client) == set(READ_TOOLS) - {"get_job", "get_group_progress"}
        refused = await client.call_tool("assign", FIRE_FOR_NOOR)
    assert refused.is_error and "As a learner you may not assign here" in words(refused)
    assert house.writes() == []


async def test_a_leader_is_shown_every_tool(house: House, address: str, mode: str, connect: Connect) -> None:
    async with connect(address, house.token("lena"), mode) as client:
        assert await names(client) == {name for name, operation in CATALOG.items() if operation.tool}


async def test_the_dashboard_is_served_over_http_without_asking_litmos(
    house: House, address: str, mode: str, connect: Connect
) -> None:
    async with connect(address, house.token("ada"), mode) as client:
        before = house.asked()
        [page] = (await client.read_resource("ui://litmos/dashboard")).contents
        assert (page.mime_type, house.asked()) == ("text/html;profile=mcp-app", before)


async def test_without_the_scope_to_write_nothing_is_shown_or_done_that_changes(
    house: House, address: str, mode: str, connect: Connect
) -> None:
    async with connect(address, house.token("lena", scopes=READ_ONLY), mode, elicitation_callback=yes) as client:
        assert await names(client) == set(READ_TOOLS)
        for tool in CHANGE_TOOLS:
            refused = await client.call_tool(tool, {})
            assert refused.is_error
            assert f"{tool} needs the scope litmos:write" in words(refused)
    assert house.writes() == []
    assert await house.audit.search() == []


async def test_a_change_is_asked_by_a_form_and_done_for_the_caller(
    house: House, address: str, mode: str, connect: Connect
) -> None:
    async with connect(address, house.token("lena"), mode, elicitation_callback=yes) as client:
        result = await client.call_tool("assign", FIRE_FOR_NOOR)
    assert result.structured_content["status"] == "done", words(result)
    assert FIRE in house.sandbox.world.courses_of(NOOR)
    [started, _] = await house.audit.search()
    assert started.body["actor"]["name"] == "Lena Fischer"
    assert started.body["asked_by"] == "elicitation"


async def test_without_sessions_an_old_client_gets_a_proposal_and_a_new_one_is_asked(
    house: House, mode: str, connect: Connect, serve: Connect
) -> None:
    async with (
        serve(house.app(sessions=False)) as address,
        connect(address, house.token("lena"), mode, elicitation_callback=yes) as client,
    ):
        result = await client.call_tool("assign", FIRE_FOR_NOOR)
    status = result.structured_content["status"]
    assert status == ("done" if mode == "auto" else "waiting for approval")
    if mode == "legacy":
        assert "Approve and Reject" in words(result) and "terminal" not in words(result)
        assert house.writes() == []


async def test_an_answer_that_one_worker_asked_for_is_acted_upon_by_another_once(
    house: House, connect: Connect, serve: Connect
) -> None:
    house.keys = ("k" * 32,)
    token = house.token("lena")
    async with (
        serve(house.app(sessions=False)) as one,
        serve(house.app(sessions=False)) as other,
        connect(one, token, "auto", elicitation_callback=yes) as first,
        connect(other, token, "auto", elicitation_callback=yes) as second,
    ):
        asked: Any = await first.session.call_tool("assign", FIRE_FOR_NOOR, allow_input_required=True)
        answers: Any = {key: ElicitResult(action="accept", content={"confirm": True}) for key in asked.input_requests}
        given = {"input_responses": answers, "request_state": asked.request_state}
        done = await second.session.call_tool("assign", FIRE_FOR_NOOR, **given)
        house.sandbox.world.remove_course(NOOR, FIRE)
        again: Any = await first.session.call_tool("assign", FIRE_FOR_NOOR, **given)
    assert done.structured_content["status"] == "done"
    assert again.is_error and "this answer has been used already" in words(again)
    assert FIRE not in house.sandbox.world.courses_of(NOOR)


async def test_an_answer_of_somebody_else_counts_for_nothing(house: House, address: str, connect: Connect) -> None:
    async with (
        connect(address, house.token("lena"), "auto", elicitation_callback=yes) as lena,
        connect(address, house.token("tomas.nunez"), "auto", elicitation_callback=yes) as other,
    ):
        asked: Any = await lena.session.call_tool("assign", FIRE_FOR_NOOR, allow_input_required=True)
        answers: Any = {key: ElicitResult(action="accept", content={"confirm": True}) for key in asked.input_requests}
        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await other.session.call_tool(
                "assign", FIRE_FOR_NOOR, input_responses=answers, request_state=asked.request_state
            )
    assert house.writes() == []


async def test_a_session_is_worth_nothing_to_somebody_else(house: House, address: str) -> None:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}
    headers = {"accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as http:
        lenas = {"authorization": f"Bearer {house.token('lena')}"}
        opened = await http.post(
            "/mcp", headers=lenas, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        )
        session = {"mcp-session-id": opened.headers["mcp-session-id"], "mcp-protocol-version": "2025-11-25"}
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        mine = await http.post("/mcp", headers=session | lenas, json=ping)
        adas = {"authorization": f"Bearer {house.token('ada')}"}
        theirs = await http.post("/mcp", headers=session | adas, json=ping)
        nobodys = await http.post("/mcp", headers=session, json=ping)
    assert (mine.status_code, theirs.status_code, nobodys.status_code) == (200, 404, 401)


async def test_a_session_goes_no_further_than_the_token_of_each_request(house: House, address: str) -> None:
    """A later token of the same person has fewer scopes."""
    async with (
        httpx2.AsyncClient(headers={"authorization": f"Bearer {house.token('lena')}"}) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode="legacy") as client,
    ):
        assert "assign" in await names(client)
        http.headers["authorization"] = f"Bearer {house.token('lena', scopes=READ_ONLY)}"
        assert "assign" not in await names(client)
        refused = await client.call_tool("assign", FIRE_FOR_NOOR)
    assert refused.is_error and "needs the scope litmos:write" in words(refused)


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])
async def test_metadata_say_where_to_sign_in(path: str, address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as http:
        told = (await http.get(path)).json()
    assert told["resource"] == "https://litmos.example.com/mcp"
    assert told["authorization_servers"] == ["https://login.example.com"]
    assert told["scopes_supported"] == ["litmos:read", "litmos:write"]
    assert told["bearer_methods_supported"] == ["header"]


async def test_it_is_up_and_ready_without_asking_litmos(house: House, address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as http:
        assert (await http.get("/healthz")).json() == {"status": "up"}
        assert (await http.get("/readyz")).json() == {"status": "ready"}
    assert house.asked() == []


async def test_it_is_up_but_not_ready_when_the_state_cannot_be_used(house: House, address: str, tmp_path: Any) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"this is no database, and long enough to be told from an empty one" * 9)
    async with httpx.AsyncClient(base_url=address) as http:
        ready = await http.get("/readyz")
        assert (await http.get("/healthz")).status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"status": "not ready"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example.com"}, 421),
        ({"host": "litmos.example.com.evil.example"}, 421),
        ({"origin": "https://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "litmos.example.com"}, 200),
        ({"host": "litmos.example.com:443", "origin": "https://litmos.example.com"}, 200),
    ],
    ids=str,
)
async def test_only_our_own_names_are_answered_to(
    headers: dict[str, str], status: int, house: House, address: str
) -> None:
    assert (await listed(house, address, headers)).status_code == status


async def listed(house: House, address: str, headers: dict[str, str], body: bytes | None = None) -> httpx.Response:
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    usual = {
        "accept": "application/json, text/event-stream",
        "authorization": f"Bearer {house.token()}",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/list",
    }
    async with httpx.AsyncClient(base_url=address, headers=usual | headers) as http:
        return await (http.post("/mcp", json=asked) if body is None else http.post("/mcp", content=body))


async def test_a_request_of_more_than_a_megabyte_is_refused(house: House, address: str) -> None:
    json = {"content-type": "application/json"}
    assert (await listed(house, address, json, b"{" + b" " * 1024 * 1024)).status_code == 413

    async def parts() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    chunked: Any = parts()
    assert (await listed(house, address, json, chunked)).status_code == 413


async def test_a_body_that_never_ends_is_not_waited_for(
    house: House, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.door.BODY_SECONDS", 0.05)
    host, port = address.removeprefix("http://").split(":")
    head = (
        f"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {house.token()}\r\n"
        "content-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: 99\r\n\r\n{"
    )
    async with await anyio.connect_tcp(host, int(port)) as stream:
        await stream.send(head.encode())
        assert (await stream.receive()).startswith(b"HTTP/1.1 408 ")


async def test_an_answer_that_takes_too_long_is_given_up(
    house: House, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.door.ANSWER_SECONDS", 0.05)
    house.sandbox.sleep = lambda _: anyio.sleep_forever()
    house.sandbox.faults.add(Fault("slow"))
    answer = await listed(house, address, {})
    assert answer.status_code == 504


async def test_while_litmos_is_down_callers_see_what_every_role_may_do_and_are_told(
    house: House, address: str, mode: str, connect: Connect
) -> None:
    house.sandbox.faults.add(Fault("500", times=1000))
    async with connect(address, house.token("lena"), mode) as client:
        assert await names(client) == set(READ_TOOLS) - {"get_job", "get_group_progress"}
        said = await client.call_tool("whoami", {})
    assert said.is_error and "Litmos" in words(said)


@pytest.mark.parametrize("transport", ["http", "here"])
async def test_a_server_can_be_narrowed(transport: str, house: House, connect: Connect, serve: Connect) -> None:
    only = ("whoami", "assign")
    for read_only, expected in ((False, {"whoami", "assign"}), (True, {"whoami"})):
        if transport == "here":
            async with Client(create_server(house.desk, read_only=read_only, only=only)) as client:
                assert await names(client) == expected
                assert (await client.call_tool("find_training", {})).is_error
        else:
            async with (
                serve(house.app(read_only=read_only, only=only)) as address,
                connect(address, house.token("lena"), "auto") as client,
            ):
                assert await names(client) == expected
                assert (await client.call_tool("find_training", {})).is_error


async def test_it_runs_beside_other_routes_which_know_nothing_of_its_tokens(
    house: House, connect: Connect, serve: Connect
) -> None:
    app = house.app()

    async def events(_: Request) -> Response:
        return PlainTextResponse("taken")

    both = Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Mount("/", app)],
        lifespan=lambda _: app.router.lifespan_context(app),
    )
    async with serve(both) as address, connect(address, house.token("ada"), "auto") as client:
        assert "Ada Marsh" in words(await client.call_tool("whoami", {}))
        async with httpx.AsyncClient(base_url=address) as http:
            assert (await http.post("/slack/events")).text == "taken"
            assert (await http.get("/.well-known/oauth-protected-resource/mcp")).status_code == 200


async def test_callers_act_for_nobody_outside_a_request(house: House) -> None:
    async with house.desk() as desk:
        assert isinstance(desk, Desk)
        with pytest.raises(NotAllowed, match="Nobody is signed in"):
            await Callers().actor(desk)
    with pytest.raises(NotAllowed, match="Nobody is signed in"):
        Callers().check("whoami")
    assert house.asked() == []


async def test_the_plain_client_of_the_documents_is_answered(house: House, address: str) -> None:
    page = Path(__file__).parents[2].joinpath("docs", "quickstart-http.md").read_text("utf-8")
    headers = dict(re.findall(r'-H "([^:]+): ([^"]+)"', page))
    [body] = re.findall(r"-d '(.+?)'\n", page, re.DOTALL)
    headers["Authorization"] = headers["Authorization"].replace("$TOKEN", house.token())
    async with httpx.AsyncClient(base_url=address, headers=headers) as http:
        answer = await http.post("/mcp", content=body)
    assert "Fire & Safety" in answer.json()["result"]["content"][0]["text"]
