"""`litmos-bot` as a process of its own, over a real WebSocket and over HTTP, stopped as service managers stop it."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.faults import Fault
from bot.demo.person import Person
from bot.demo.slack import LocalSlack

PROGRAM = Path(sys.executable).with_name("litmos-bot")
PATIENCE = 30  # seconds


@asynccontextmanager
async def litmos_bot(slack: LocalSlack, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, while it runs; it has to end well when it is told to."""
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    own = {
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_API_URL": f"{slack.address}/api/",
        "LITMOS_DEMO": "true",
    }
    process = await asyncio.create_subprocess_exec(
        PROGRAM, env=inherited | own | settings, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0
        assert "response_url" not in said.decode() and slack.signing_secret not in said.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answered(person: Person) -> str:
    """What the bot answered to what somebody typed."""
    await asyncio.wait_for(person.slack.until(lambda: bool(person.messages())), PATIENCE)
    return person.messages()[0].text


async def test_over_socket_mode_it_acks_at_once_and_answers(slack: LocalSlack, sockets: SocketDoor) -> None:
    ada = Person(slack, sockets, "UADA")
    async with litmos_bot(slack, SLACK_APP_TOKEN=slack.app_token):
        await asyncio.wait_for(sockets.connected.wait(), PATIENCE)
        await ada.types("")
        assert slack.screen("UADA").trouble == ""
        assert "Fire & Safety: overdue by 9 days" in await answered(ada)
        before = len(slack.calls)
        await sockets.refresh()  # as Slack does every few hours
        again = slack.until(lambda: "apps.connections.open" in [call.method for call in slack.calls[before:]])
        await asyncio.wait_for(again, PATIENCE)


async def test_over_http_it_takes_what_slack_has_signed(slack: LocalSlack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with (
        litmos_bot(slack, SLACK_SIGNING_SECRET=slack.signing_secret, SLACK_PORT=str(port)),
        aiohttp.ClientSession() as session,
    ):

        async def post(body: str, headers: Mapping[str, str]) -> tuple[int, str]:
            # nobody may steer Bolt from outside
            steered = {**headers, "x-slack-bolt-lazy-only": "1"}
            url = f"http://127.0.0.1:{port}/slack/events"
            async with session.post(url, data=body, headers=steered) as answer:
                return answer.status, await answer.text()

        async def listening() -> None:
            while True:
                try:
                    (await session.get(f"http://127.0.0.1:{port}/")).release()
                    return
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)  # noqa: TID251 - another process starts

        await asyncio.wait_for(listening(), PATIENCE)
        ada = Person(slack, HttpDoor(post, slack.signing_secret), "UADA")
        for wrong in ("forged", "old", "junk"):
            slack.faults.add(Fault(wrong, "command"))
            await ada.types("")
            assert "dispatch_failed" in slack.screen("UADA").trouble
        assert slack.calls[1:] == []
        await ada.types("")
        assert "Fire & Safety: overdue by 9 days" in await answered(ada)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "SLACK_APP_TOKEN"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-another", "SLACK_APP_TOKEN": "xapp-1"},
            "Slack refuses SLACK_BOT_TOKEN (invalid_auth)",
        ),
    ],
)
async def test_without_tokens_that_work_it_does_not_start(
    slack: LocalSlack, settings: dict[str, str], said: str
) -> None:
    given = {"LITMOS_DEMO": "true", "SLACK_API_URL": f"{slack.address}/api/"} | settings
    process = await asyncio.create_subprocess_exec(PROGRAM, env=given, stderr=asyncio.subprocess.PIPE)
    _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert said in told.decode() and "Traceback" not in told.decode()
