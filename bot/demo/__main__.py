"""`make demo`: a demo Litmos, the bot, and a local Slack with a page to try it on; all of it on this machine."""

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot import serve
from bot.demo import tour
from bot.demo.delivery import SocketDoor
from bot.demo.page import Page
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from bot.settings import SlackSettings
from litmos import log
from litmos.desk.desk import Desk
from litmos.environment import forget_proxies
from litmos.settings import Settings
from litmos.wiring import open_working_desk, running_demo

PORT = 8720
SHOWN = 40  # rows of each kind beside the page
CONNECT = 20.0  # seconds that the bot may take to come


@dataclass(frozen=True)
class Everything:
    """What runs. `settings`: the environment that leads other programs to the same Litmos and state."""

    slack: LocalSlack
    door: SocketDoor
    settings: dict[str, str]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; with --check walk the tour, 0 when every step showed what it should, 1 otherwise."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="walk a scripted tour through it and end")
    parser.add_argument("--port", type=int, default=PORT, help="of the page; 0 for a free one")
    arguments = parser.parse_args(argv)
    log.configure(logging.WARNING)
    forget_proxies()
    return asyncio.run(_check() if arguments.check else _show(arguments.port))


async def _show(port: int) -> int:
    stop = asyncio.Event()
    for what in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(what, stop.set)
    async with everything(port) as found:
        line = " ".join(f"{name}={value}" for name, value in found.settings.items())
        sys.stdout.write(
            f"Litmos in Slack, to try:      {found.slack.address}\n"
            f"What arrived at Litmos:       {found.settings['LITMOS_BASE_URL']}/_demo/requests\n"
            f"For an assistant (MCP):       {line} LITMOS_OPERATOR=lena.fischer@example.com litmos-mcp\n"
            "Nothing of it is real, and all of it is gone afterwards. Stop: Ctrl-C\n"
        )
        sys.stdout.flush()
        await stop.wait()
    return 0


async def _check() -> int:
    async with everything(0) as found:
        wrong = await tour.walk(found.slack, found.door, sys.stdout.write)
    wrong += found.slack.violations
    sys.stdout.write(f"Wrong: {'; '.join(wrong)}\n" if wrong else "Everything went as it should.\n")
    return 1 if wrong else 0


@asynccontextmanager
async def everything(port: int) -> AsyncIterator[Everything]:
    """All parts, in this process."""
    slack, door = LocalSlack(demo_workspace()), SocketDoor()
    async with (
        running_demo() as environ,
        aiohttp.ClientSession() as http,
        open_working_desk(Settings.read(environ), reaches=True) as desk,
    ):
        behind = _Behind(desk, http, environ["LITMOS_BASE_URL"])
        async with running(slack, door, *Page(slack, door, behind.rows).routes(), port=port) as address:
            settings = SlackSettings.read(
                {
                    "SLACK_BOT_TOKEN": slack.workspace.bot_token,
                    "SLACK_APP_TOKEN": slack.app_token,
                    "SLACK_API_URL": f"{address}/api/",
                    "SLACK_COMMAND": slack.command,
                }
            )
            async with (
                serve.opened_bot(desk, environ["LITMOS_STATE_URL"], settings) as bot,
                serve.connected(bot, slack.app_token),
            ):
                await asyncio.wait_for(door.connected.wait(), CONNECT)
                yield Everything(slack, door, environ)


class _Behind:
    """What is shown beside the page: requests that arrived at the demo Litmos, and the audit, newest first."""

    def __init__(self, desk: Desk, http: aiohttp.ClientSession, address: str) -> None:
        self._desk, self._http, self._address = desk, http, address

    async def rows(self) -> dict[str, Any]:
        async with self._http.get(f"{self._address}/_demo/requests") as answer:
            seen = await answer.json()
        keeper = await self._desk.operator("demo", "")
        audit = await self._desk.history(keeper, most=SHOWN)
        return {
            "requests": [[one["method"], one["path"], str(one["status"])] for one in reversed(seen[-SHOWN:])],
            "audit": [[str(one.number), one.event, one.operation, one.who, one.summary] for one in audit],
        }


if __name__ == "__main__":
    sys.exit(main())
