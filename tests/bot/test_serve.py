"""`litmos-bot` as a process of its own, over a real WebSocket and over HTTP, stopped as service managers stop it."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

PROGRAM = Path(sys.executable).with_name("litmos-bot")
SECRET = "a-signing-secret"
PATIENCE = 30  # seconds


def command(slack: Any) -> dict[str, str]:
    return {
        "command": "/litmos",
        "text": "",
        "team_id": "T1",
        "user_id": "UADA",
        "trigger_id": slack.trigger(),
        "response_url": f"{slack.address}/reply",
        "api_app_id": "A1",
    }


@asynccontextmanager
async def litmos_bot(slack: Any, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, while it runs; it has to end well when it is told to."""
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    own = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{slack.address}/api/", "LITMOS_DEMO": "true"}
    process = await asyncio.create_subprocess_exec(
        PROGRAM, env=inherited | own | settings, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0
        assert "response_url" not in said.decode() and SECRET not in said.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answered(slack: Any) -> str:
    """What the bot answered to whoever typed."""
    await asyncio.wait_for(slack.replied.wait(), PATIENCE)
    return str(slack.replies[0]["text"])


async def test_over_socket_mode_it_acks_at_once_and_answers(slack: Any) -> None:
    acks: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def deliver(request: web.Request) -> web.WebSocketResponse:
        door = web.WebSocketResponse()
        await door.prepare(request)
        await door.send_json({"type": "hello", "num_connections": 1})
        payload = {
            "envelope_id": "E1",
            "type": "slash_commands",
            "accepts_response_payload": True,
            "payload": command(slack),
        }
        await door.send_json(payload)
        async for message in door:
            if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith("{"):
                await acks.put(json.loads(message.data))
        return door

    app = web.Application()
    app.router.add_get("/ws", deliver)
    async with TestServer(app) as sockets:
        slack.socket = str(sockets.make_url("/ws")).replace("http", "ws")
        async with litmos_bot(slack, SLACK_APP_TOKEN="xapp-1"):
            ack = await asyncio.wait_for(acks.get(), PATIENCE)
            assert ack["envelope_id"] == "E1"
            assert "Fire & Safety: overdue by 9 days" in await answered(slack)


async def test_over_http_it_takes_what_slack_has_signed(slack: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with (
        litmos_bot(slack, SLACK_SIGNING_SECRET=SECRET, SLACK_PORT=str(port)),
        aiohttp.ClientSession() as session,
    ):
        body = urlencode(command(slack))
        assert await _status(session, port, body, "v0=0000") == 401
        assert await _status(session, port, body, None) == 200
        assert "Fire & Safety: overdue by 9 days" in await answered(slack)


async def _status(session: aiohttp.ClientSession, port: int, body: str, signature: str | None) -> int:
    stamp = str(int(datetime.now(UTC).timestamp()))  # noqa: TID251 - the bot compares it with the real time
    signed = signature or SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signed,
        "x-slack-bolt-lazy-only": "1",  # nobody may steer Bolt from outside
    }

    async def post() -> int:
        while True:
            try:
                async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)  # noqa: TID251 - another process starts

    return await asyncio.wait_for(post(), PATIENCE)


@pytest.mark.parametrize("missing", ["SLACK_APP_TOKEN"])
async def test_without_tokens_it_does_not_start(slack: Any, missing: str) -> None:
    process = await asyncio.create_subprocess_exec(PROGRAM, env={"LITMOS_DEMO": "true"}, stderr=asyncio.subprocess.PIPE)
    _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert missing in said.decode()
