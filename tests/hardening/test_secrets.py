"""Every secret is a word that stands out; every program runs, fails and crashes; and all that they wrote is searched.

What is not in it, and cannot be: a process' own memory. A crash reporter that dumps the variables of every frame of
every library can see a request while it is under way. docs/threat-model.md says so, too.
"""

import asyncio
import gc
import json
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse

from bot.demo.delivery import SocketDoor
from bot.demo.person import Person
from bot.demo.server import running as running_slack
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from bot.installing import opened_installations
from bot.serve import opened_bot
from bot.settings import SlackSettings
from litmos.api.users import search_users
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.demo.server import running
from litmos.desk.requests import FindPeople
from litmos.errors import LitmosError
from litmos.hidden import Hidden
from litmos.jobs.engine import Where
from litmos.jobs.slots import take_one
from litmos.settings import Settings
from litmos.store.audit import Audit
from litmos.store.state import State
from litmos.wiring import open_client, open_desk, open_working_desk
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

ALOUD = Path(__file__).with_name("aloud.py")
PATIENCE = 120  # seconds; a loaded machine starts a program slowly
MARK = "canary"
ECHO = "ECHO"  # a search word that Litmos answers with the key it was sent

SECRETS = {
    "LITMOS_API_KEY": "key-canary-4711",
    "SLACK_BOT_TOKEN": "xoxb-canary-4712",
    "SLACK_APP_TOKEN": "xapp-canary-4713",
    "SLACK_SIGNING_SECRET": "signing-canary-4714",
    "MCP_REQUEST_STATE_KEYS": "state-canary-4715-0123456789abcdef",
    "LITMOS_WEBHOOK_SECRETS": "webhook-canary-4718-0123456789abcdef",
}
INSTALLING = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-canary-4716",
    "SLACK_SIGNING_SECRET": SECRETS["SLACK_SIGNING_SECRET"],
    "SLACK_TOKEN_KEYS": "tokenkeyscanary" + "4" * 28 + "=",
    "SLACK_TEAMS": "T1",
}
PASSWORD = "password-canary-4717"
DOWN = f"postgresql://someone:{PASSWORD}@127.0.0.1:9/litmos"


def told(what: str | bytes) -> list[str]:
    """Where a secret stands in something, with what is around it."""
    text = what if isinstance(what, str) else what.decode("utf-8", "replace")
    return [text[max(at - 60, 0) : at + 20] for at in range(len(text)) if text.startswith(MARK, at)]


class Echo:
    """A Litmos that repeats the key where it should not."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if ECHO.encode() in scope.get("query_string", b""):
            key = dict(scope["headers"]).get(b"apikey", b"").decode()
            answer = JSONResponse({"Detail": f"the key {key} is not good for this", "apikey": key}, 400)
            await answer(scope, receive, send)
        else:
            await self._sandbox.app(scope, receive, send)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(demo_world(real_clock()), limit=0, api_key=SECRETS["LITMOS_API_KEY"])


@pytest.fixture
def slack() -> LocalSlack:
    local = LocalSlack(
        demo_workspace(), app_token=SECRETS["SLACK_APP_TOKEN"], signing_secret=SECRETS["SLACK_SIGNING_SECRET"]
    )
    local.workspace.bot_token = SECRETS["SLACK_BOT_TOKEN"]
    return local


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def settings(sandbox: Sandbox, slack: LocalSlack, folder: Path) -> AsyncIterator[dict[str, str]]:
    """All secrets, and servers that take them."""
    async with running(Echo(sandbox)) as litmos, running_slack(slack, SocketDoor()):
        yield SECRETS | {
            "LITMOS_BASE_URL": litmos,
            "LITMOS_STATE_URL": f"sqlite:///{folder / 'state.sqlite'}",
            "SLACK_API_URL": f"{slack.address}/api/",
            "MCP_RESOURCE_URL": "https://litmos.example.com/mcp",
            "MCP_ISSUER_URL": "http://127.0.0.1:9",
        }


@asynccontextmanager
async def program(settings: Mapping[str, str], *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "faulthandler", str(ALOUD), *words),
        env=inherited | dict(settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def written(process: asyncio.subprocess.Process, sent: str = "") -> str:
    """All that a program writes until its end."""
    out, err = await asyncio.wait_for(process.communicate(sent.encode()), PATIENCE)
    return (out + err).decode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


def files(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("audit",), {}),
        (("check",), {}),
        (("check", "--json"), {}),
        (("link", "slack:T1/U1", ECHO), {}),
        (("approve", "AAAA-AAAA-AAAA"), {}),
        (("migrate",), {"LITMOS_STATE_URL": DOWN}),
        (("check", "--seconds", "5"), {"LITMOS_STATE_URL": DOWN}),
        (("link", "slack:T1/U1", "ada"), {"LITMOS_STATE_URL": DOWN, "LITMOS_REQUESTS_PER_MINUTE": "0"}),
        (("link", "slack:T1/U1", "ada"), {"CRASH": "1"}),
        (("serve",), {"LITMOS_API_KEY": f"{SECRETS['LITMOS_API_KEY']} with blanks"}),
        (("serve",), {"SLACK_BOT_TOKEN": "mistaken-canary", "MCP_REQUEST_STATE_KEYS": "short-canary"}),
        (("migrate",), {"LITMOS_STATE_URL": f"mysql://someone:{PASSWORD}@host/x"}),
        (("migrate",), {"LITMOS_STATE_URL": f"postgresql://someone:{PASSWORD}@[::1/x"}),
    ],
)
async def test_commands_tell_no_secret(
    settings: dict[str, str], folder: Path, words: tuple[str, ...], more: dict[str, str]
) -> None:
    async with program(settings | more, "litmos", *words) as process:
        said = await written(process)
    assert said and told(said) == []
    assert ("a bug met" in said) == ("CRASH" in more)
    assert told(files(folder)) == []


MESSAGES: list[dict[str, Any]] = [
    {
        "id": 0,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    },
    {"method": "notifications/initialized"},
    {"id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}},
    {"id": 2, "method": "tools/call", "params": {"name": "find_training", "arguments": {"words": ECHO}}},
    {"id": 3, "method": "tools/call", "params": {"name": "find_people", "arguments": {"words": ECHO}}},
]


@pytest.mark.parametrize("more", [{}, {"CRASH": "1"}, {"LITMOS_STATE_URL": DOWN}])
async def test_the_server_of_an_assistant_tells_no_secret(
    settings: dict[str, str], folder: Path, more: dict[str, str]
) -> None:
    async with program(settings | more, "litmos-mcp") as process:
        assert process.stdin is not None and process.stdout is not None
        lines = ""
        for message in MESSAGES:
            process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
            if "id" in message:
                lines += (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        said = lines + await written(process)
    assert '"id":3' in said and '"isError":true' in said
    assert told(said) == [] and told(files(folder)) == []


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("litmos", "serve"), {}),
        (("litmos", "serve"), {"SLACK_APP_TOKEN": ""}),
        (("litmos-mcp", "--transport", "http"), {}),
        (("litmos", "serve"), {"LITMOS_STATE_URL": DOWN}),
    ],
)
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGABRT])
async def test_servers_tell_no_secret_however_they_end(
    settings: dict[str, str], folder: Path, words: tuple[str, ...], more: dict[str, str], end: signal.Signals
) -> None:
    """With a dump of all threads where they are killed."""
    port = free_port()
    async with program(settings | more, *words, "--port", str(port)) as process:
        await up(port)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            for bearer in (SECRETS["LITMOS_API_KEY"], "a.canary.token", "eyJhbGciOiJSUzI1NiJ9.canary.x"):
                headers = {"authorization": f"Bearer {bearer}", "host": "litmos.example.com"}
                async with http.post("/mcp", headers=headers, json={}) as answer:
                    assert answer.status in {401, 503} and told(await answer.text()) == []
            async with http.post("/slack/events", data=b"payload=canary") as answer:
                assert told(await answer.text()) == []
        process.send_signal(end)
        said = await written(process)
    assert told(said) == [] and told(files(folder)) == []
    assert ("Fatal Python error" in said) == (end is signal.SIGABRT)


async def up(port: int) -> None:
    with anyio.fail_after(PATIENCE):
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)  # noqa: TID251 - another process starts


@pytest.mark.parametrize("more", [{}, {"CRASH": "1"}])
async def test_the_bot_tells_no_secret(
    settings: dict[str, str], slack: LocalSlack, folder: Path, more: dict[str, str]
) -> None:
    port = free_port()
    over_http = {**settings, "SLACK_APP_TOKEN": "", "SLACK_PORT": str(port)} | more
    async with program(over_http, "litmos-bot") as process, aiohttp.ClientSession() as http:

        async def post(body: str, headers: Mapping[str, str]) -> tuple[int, str]:
            async with http.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as answer:
                return answer.status, await answer.text()

        await up(port)
        from bot.demo.delivery import HttpDoor  # noqa: PLC0415

        ada = Person(slack, HttpDoor(post, slack.signing_secret), "UADA")
        for typed in ("", f"find {ECHO}"):
            seen = len(ada.messages())
            await ada.types(typed)
            if more:  # nobody can be told then, but the log
                continue
            more_than = partial(lambda before: len(ada.messages()) > before, seen)
            await asyncio.wait_for(slack.until(more_than), PATIENCE)
        process.send_signal(signal.SIGTERM)
        said = await written(process)
    assert ("a bug met" in said) == bool(more)
    assert told(said) == [] and told(files(folder)) == []
    assert told(repr([one.text for one in ada.messages()])) == []


async def test_no_object_of_ours_shows_a_secret(settings: dict[str, str]) -> None:
    """Everything that is alive while all of it is open: as a debugger or a log line would show it."""
    litmos, slack, http = Settings.read(settings), SlackSettings.read(settings), HttpSettings.read(settings)
    installing = SlackSettings.read(INSTALLING | {"SLACK_API_URL": settings["SLACK_API_URL"]})
    assert installing.installing is not None
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(open_working_desk(litmos))
        await stack.enter_async_context(opened_bot(desk, litmos.state_url, slack))
        await stack.enter_async_context(opened_installations(installing.installing, litmos.state_url))
        where = Where(replace(litmos, state_url=Hidden(DOWN)).state_url)
        kept: list[Any] = [State(DOWN), where, where.slots(), Settings.read(settings | {"LITMOS_STATE_URL": DOWN})]

        @asynccontextmanager
        async def opened() -> AsyncIterator[Any]:
            yield desk

        kept.append(create_app(opened, http, Served(tools=tools_of(read_only=False))))
        seen = 0
        for one in gc.get_objects():
            kind = type(one)
            if (home := str(kind.__module__)).startswith(("bot.", "litmos.", "mcp_server.")) and ".demo" not in home:
                seen += 1
                assert told(repr(one)) == [], kind
                assert kind is Hidden or told(str(one)) == [], kind
        assert seen > 100
        kept[0].close()
    for value in (litmos, slack, http, installing):
        assert told(repr(value)) == told(str(value)) == told(repr(vars(value))) == []


def test_a_pickle_of_settings_holds_them() -> None:
    """It has to: it is how workers get them, from one process of this program to the next. It is never written."""
    settings = Settings.read({"LITMOS_API_KEY": SECRETS["LITMOS_API_KEY"]})
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - of our own making
    root = Path(__file__).parents[2]
    writes = [path for part in ("bot", "litmos", "mcp_server") for path in (root / part).rglob("*.py")]
    assert not [path for path in writes if "pickle" in path.read_text(encoding="utf-8")]


def dumped(error: BaseException) -> str:
    """As a crash reporter has it: the whole chain, notes, and the variables of every frame, of the libraries, too."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    _without_ours(told)
    return "".join(told.format())


def _without_ours(told: traceback.TracebackException) -> None:
    """The frames of this test hold what it puts in."""
    told.stack[:] = [frame for frame in told.stack if frame.filename != __file__]
    for before in (told.__cause__, told.__context__):
        if before is not None:
            _without_ours(before)


async def failed(working: Any) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any of them
        await working
    return dumped(caught.value)


@pytest.mark.parametrize("kind", ["401", "500", "503", "504", "reset", "truncated", "html", "huge", "shape", "lost"])
async def test_the_variables_of_a_failed_request_hold_no_secret(
    settings: dict[str, str], sandbox: Sandbox, kind: str
) -> None:
    sandbox.faults.add(Fault(kind, times=9))

    async def ask() -> None:
        async with open_client(Settings.read(settings)) as api:
            await api.send(search_users("ada"))

    said = await failed(ask())
    assert "litmos.errors" in said or "LitmosError" in said or "Error" in said
    assert told(said) == []


async def test_the_variables_of_a_litmos_that_echoes_hold_no_secret(settings: dict[str, str]) -> None:
    async def ask() -> None:
        async with open_desk(Settings.read(settings)) as desk:
            await desk.look(await desk.operator("mcp", ""), FindPeople(ECHO))

    said = await failed(ask())
    assert "the key *** is not good" in said and told(said) == []


async def test_the_variables_of_a_database_that_is_down_hold_no_password(settings: dict[str, str]) -> None:
    url = Settings.read(settings | {"LITMOS_STATE_URL": DOWN}).state_url
    state = State(url)

    async def ask() -> None:
        await Audit(state).unfinished()

    said = await failed(ask())
    state.close()
    assert "does not answer or does not let us in" in said and told(said) == []


def test_nor_do_those_of_the_jobs() -> None:
    with pytest.raises(LitmosError) as caught:
        take_one(Where(Hidden(DOWN)).slots())
    assert told(dumped(caught.value)) == []


async def test_the_variables_of_a_slack_that_refuses_hold_no_secret(
    settings: dict[str, str], slack: LocalSlack
) -> None:
    slack.workspace.bot_token = "xoxb-another"

    async def start() -> None:
        litmos, mine = Settings.read(settings), SlackSettings.read(settings)
        async with open_desk(litmos) as desk, opened_bot(desk, litmos.state_url, mine):
            pass

    said = await failed(start())
    assert "Slack refuses SLACK_BOT_TOKEN" in said and told(said) == []


def test_text_that_is_hidden_is_text_all_the_same() -> None:
    url = Hidden("postgresql://a:b@c/d")
    assert url == "postgresql://a:b@c/d" and url.startswith("postgresql") and str(url) == url
    assert repr(url) == "'***'" == repr(pickle.loads(pickle.dumps(url)))  # noqa: S301 - of our own making
    assert repr({"url": url}) == "{'url': '***'}" and f"{SecretStr(url)}" == "**********"
