"""`litmos serve`: both faces on one port and one Desk, and Slack's own assistant between them."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

import bot.face
import mcp_server.face
from bot.demo.delivery import HttpDoor, SocketDoor, signature
from bot.demo.person import Person
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.commands.serve import application, serve
from litmos.demo.server import running as login_service
from litmos.errors import Misconfigured
from litmos.faces import Place
from litmos.settings import Settings
from litmos.wiring import open_desk
from mcp_server.demo_issuer import DemoIssuer

PROGRAM = Path(sys.executable).with_name("litmos")
PATIENCE = 30  # seconds
SLACKBOT = "https://litmos.example.com/slack/mcp"
ADA, STRANGER = {"team_id": "T1", "user_id": "UADA"}, {"team_id": "T9", "user_id": "UADA"}


@dataclass
class Served:
    """The application, and Slack in front of it."""

    slack: LocalSlack
    http: httpx.AsyncClient

    async def post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        answer = await self.http.post("/slack/events", content=body, headers=dict(headers))
        return answer.status_code, answer.text

    def person(self, user: str) -> Person:
        return Person(self.slack, HttpDoor(self.post, self.slack.signing_secret), user)

    async def slackbot(
        self, tool: str, arguments: dict[str, Any], caller: Mapping[str, Any] | None, **how: Any
    ) -> dict[str, Any]:
        """What a tool answers to Slack's assistant."""
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        answer = await self.send("tools/call", params, caller, **how)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result

    async def send(
        self,
        method: str,
        params: dict[str, Any],
        caller: Mapping[str, Any] | None = None,
        *,
        secret: str = "",
        stamp: str = "",
        told: str | None = None,
    ) -> httpx.Response:
        """A message to the endpoint; `told` is what the signature is over, where that is something else."""
        meta = {"_meta": {"slack": dict(caller)}} if caller else {}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params | meta})
        stamp = stamp or f"{time.time():.0f}"
        headers = {
            "host": "litmos.example.com",
            "accept": "application/json, text/event-stream",
            "content-type": "application/json",
            "mcp-protocol-version": "2025-11-25",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(secret or self.slack.signing_secret, stamp, body if told is None else told),
        }
        return await self.http.post("/slack/mcp", content=body, headers=headers)


@asynccontextmanager
async def local_slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(demo_workspace())
    async with running(slack, SocketDoor()):
        yield slack
    assert slack.violations == []


def slack_settings(slack: LocalSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": f"{slack.address}/api/",
        "SLACK_MCP_URL": SLACKBOT,
    }


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(local_slack())
        settings = Settings.read({"LITMOS_DEMO": "true"})
        desk = await stack.enter_async_context(open_desk(settings))
        environ = slack_settings(slack)
        found = {"mcp": mcp_server.face.offer(environ), "slack": bot.face.offer(environ)}
        app, told = await stack.enter_async_context(application(Place(settings, desk), found))
        assert told["mcp"][0] == f"{SLACKBOT} for Slackbot"
        http = httpx.AsyncClient(base_url="http://served", transport=httpx.ASGITransport(app=app))
        yield Served(slack, await stack.enter_async_context(http))


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 400), ("0.0.0.0", 421)], ids=["alone", "for others"])  # noqa: S104
async def test_this_machines_own_name_is_ours_only_where_nobody_else_can_listen_in(host: str, status: int) -> None:
    resource = "https://litmos.example.com/mcp"
    issuer, settings = DemoIssuer("", resource), Settings.read({"LITMOS_DEMO": "true"})
    async with login_service(issuer.app) as issuer.url, open_desk(settings) as desk:
        token = issuer.token("ada", "ada.marsh@example.com", ["litmos:read"])
        environ = {"MCP_RESOURCE_URL": resource, "MCP_ISSUER_URL": issuer.url}
        async with (
            application(Place(settings, desk, host), {"mcp": mcp_server.face.offer(environ)}) as (app, _),
            httpx.AsyncClient(base_url="http://localhost", transport=httpx.ASGITransport(app=app)) as http,
        ):
            headers = {"authorization": f"Bearer {token}", "host": "localhost:8712"}
            assert (await http.post("/mcp", json={}, headers=headers)).status_code == status


def text(result: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in result["content"])


async def test_slackbot_sees_what_the_person_may_see_who_asks_it(served: Served) -> None:
    mine = await served.slackbot("get_user_courses", {"person": "me"}, ADA)
    assert "“Ada Marsh”" in text(mine) and "Fire & Safety" in text(mine)
    others = await served.slackbot("get_user_courses", {"person": "Noor Rahman"}, ADA)
    assert others["isError"] and "Nobody whom you may see" in text(others)
    listed = (await served.send("tools/list", {}, ADA)).json()["result"]["tools"]
    assert "assign" not in [tool["name"] for tool in listed]  # Ada is a learner


@pytest.mark.parametrize(
    ("caller", "words"),
    [
        (None, "did not say who asks"),
        ({"user_id": "UADA", "team_id": None, "enterprise_id": "E1"}, "did not say who asks"),
        ({"user_id": "UADA"}, "did not say who asks"),
        ({"user_id": 7, "team_id": "T1"}, "did not say who asks"),
        (STRANGER, "not installed in your workspace"),
        ({"team_id": "T1", "user_id": "UGUEST"}, "Guests cannot use this"),
    ],
)
async def test_slackbot_gets_nothing_for_nobody(served: Served, caller: Any, words: str) -> None:
    result = await served.slackbot("get_user_courses", {"person": "me"}, caller)
    assert result["isError"] and words in text(result)
    assert "structuredContent" not in result


async def test_only_slack_itself_may_ask(served: Served) -> None:
    call = {"name": "whoami", "arguments": {}}
    stamp = f"{time.time() - 400:.0f}"
    for forged in (
        {"secret": "another"},
        {"stamp": stamp},
        {"stamp": "junk"},
        {"told": "{}"},
    ):
        answer = await served.send("tools/call", call, ADA, **forged)
        assert answer.status_code == 401, forged
    assert (
        await served.http.post("/slack/mcp", content=b"\xff", headers=[(b"x-slack-signature", b"\xe9")])
    ).status_code == 401
    assert (await served.http.post("/slack/mcp", content=b"x" * (1024 * 1024 + 1))).status_code == 413
    assert (await served.http.get("/slack/mcp")).status_code == 405
    assert [call.method for call in served.slack.calls if call.method == "users.info"] == []


async def test_a_change_by_slackbot_is_approved_in_slack(served: Served) -> None:
    lena = served.person("ULENA")
    asked = await served.slackbot(
        "assign", {"people": ["Noor Rahman"], "training": ["FIRE-01"]}, {"team_id": "T1", "user_id": "ULENA"}
    )
    assert asked["structuredContent"]["status"] == "waiting for approval"
    assert "sent them a message in Slack" in text(asked)
    before = await served.slackbot("get_user_courses", {"person": "Noor Rahman"}, {"team_id": "T1", "user_id": "ULENA"})
    assert "Fire & Safety" not in text(before)
    await asyncio.wait_for(served.slack.until(lambda: bool(lena.direct)), PATIENCE)
    await lena.presses("Approve…", lena.direct[0])

    def shown() -> Mapping[str, Any]:
        """The modal on top; it opens after the ack."""
        view = served.slack.screen("ULENA").modal
        return view.payload if view else {}

    await asyncio.wait_for(served.slack.until(lambda: "submit" in shown()), PATIENCE)
    await lena.submits()
    await asyncio.wait_for(served.slack.until(lambda: "Assign done" in lena.sees), PATIENCE)
    after = await served.slackbot("get_user_courses", {"person": "Noor Rahman"}, {"team_id": "T1", "user_id": "ULENA"})
    assert "Fire & Safety" in text(after)


async def test_commands_work_beside_it_and_whoever_asks_learns_whether_it_is_up(served: Served) -> None:
    ada = served.person("UADA")
    await ada.types("")
    await asyncio.wait_for(served.slack.until(lambda: bool(ada.messages())), PATIENCE)
    assert "Fire & Safety" in ada.messages()[0].text
    assert (await served.http.get("/healthz")).json() == {"status": "up"}
    assert (await served.http.get("/readyz")).json() == {"status": "ready"}


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    return inherited | {"LITMOS_DEMO": "true"} | settings


async def test_as_a_program_it_serves_all_that_it_has_settings_for_until_it_is_stopped() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    async with local_slack() as slack, aiohttp.ClientSession() as session:
        settings = slack_settings(slack) | {
            "MCP_RESOURCE_URL": f"{address}/mcp",
            "MCP_ISSUER_URL": "https://login.example.com",
        }
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "serve",
            "--port",
            str(port),
            env=environment(**settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            lines = [await asyncio.wait_for(process.stdout.readline(), PATIENCE) for _ in range(4)]
            told = b"".join(lines).decode()
            assert told.splitlines()[0] == f"Litmos at {address}"
            assert f"{SLACKBOT} for Slackbot" in told and f"{address}/mcp, sign-in at" in told
            assert "/litmos by way of /slack/events" in told

            async def post(body: str, headers: Mapping[str, str]) -> tuple[int, str]:
                async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                    return answer.status, await answer.text()

            async def up() -> None:
                while True:
                    try:
                        async with session.get(f"{address}/readyz") as answer:
                            assert answer.status == 200
                            return
                    except aiohttp.ClientConnectorError:
                        await asyncio.sleep(0.05)  # noqa: TID251 - another process starts

            await asyncio.wait_for(up(), PATIENCE)
            ada = Person(slack, HttpDoor(post, slack.signing_secret), "UADA")
            await ada.types("")
            await asyncio.wait_for(slack.until(lambda: bool(ada.messages())), PATIENCE)
            async with session.post(f"{address}/mcp", json={}) as answer:
                assert answer.status == 401 and "resource_metadata" in answer.headers["www-authenticate"]
            process.send_signal(signal.SIGTERM)
            _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
            assert process.returncode == 0, said.decode()
            assert "Traceback" not in said.decode() and slack.signing_secret not in said.decode()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ["There is nothing to serve", "MCP_RESOURCE_URL", "SLACK_BOT_TOKEN"]),
        (
            {"MCP_ISSUER_URL": "https://login.example.com", "SLACK_BOT_TOKEN": "xoxb-1"},
            ["MCP_RESOURCE_URL: missing", "SLACK_APP_TOKEN"],
        ),
        ({"LITMOS_DEMO": "perhaps", "SLACK_APP_TOKEN": "xapp-1"}, ["LITMOS_DEMO", "SLACK_BOT_TOKEN"]),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_MCP_URL": "http://x"},
            ["SLACK_MCP_URL", "SLACK_SIGNING_SECRET"],
        ),
    ],
)
def test_with_wrong_settings_it_tells_all_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: list[str]
) -> None:
    for name in [one for one in os.environ if one.startswith(("LITMOS_", "SLACK_", "MCP_"))]:  # noqa: TID251 - of whoever runs this
        monkeypatch.delenv(name)
    for name, value in ({"LITMOS_DEMO": "true"} | settings).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as wrong:
        serve("127.0.0.1", 0)
    assert [words for words in said if words not in str(wrong.value)] == []
