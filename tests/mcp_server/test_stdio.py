"""The program itself, as an assistant starts it: over stdin and stdout, in a process of its own."""

import json
import os
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import get_default_environment
from mcp.types import TextContent

from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.demo.world import World
from mcp_server.__main__ import main
from mcp_server.read_tools import READ_TOOLS

Mode = Literal["auto", "legacy"]

PROGRAM = str(Path(sys.executable).with_name("litmos-mcp"))
PATIENCE = 30  # seconds
SECRET = "not-the-key-4711"

CLIENT = {"name": "tests", "version": "1"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": CLIENT,
}
Message = dict[str, Any]


def hello(mode: Mode) -> list[Message]:
    """What comes before a request: nothing today, a handshake before."""
    if mode == "auto":
        return []
    asked = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}
    return [{"id": 0, "method": "initialize", "params": asked}, {"method": "notifications/initialized"}]


def call(mode: Mode, number: int, method: str, **params: Any) -> Message:
    return {"id": number, "method": method, "params": params | ({"_meta": META} if mode == "auto" else {})}


def environment(**settings: str) -> dict[str, str]:
    """What an assistant hands to a server, and what coverage needs to follow into the process."""
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}  # noqa: TID251 - see above
    return get_default_environment() | measured | settings


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return environment(LITMOS_STATE_URL=f"sqlite:///{tmp_path / 'state.sqlite'}")


def spoken(messages: list[Message], settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Everything that the program says to these messages; stdin ends when the last has been answered."""
    with subprocess.Popen(
        [PROGRAM], env=settings, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        process.stdin.writelines(json.dumps({"jsonrpc": "2.0"} | message) + "\n" for message in messages)
        process.stdin.flush()
        heard = ""
        while messages and f'"id":{messages[-1]["id"]},' not in heard:
            line = process.stdout.readline()
            assert line, "it ended before it had answered"
            heard += line
        rest, errors = process.communicate()
        watch.cancel()
    return subprocess.CompletedProcess([PROGRAM], process.returncode, heard + rest, errors)


def told(said: subprocess.CompletedProcess[str], number: int) -> Message:
    """The result with this number; every line has to be of the protocol."""
    messages = [json.loads(line) for line in said.stdout.splitlines()]
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    [result] = [message["result"] for message in messages if message.get("id") == number]
    assert isinstance(result, dict)
    return result


async def test_a_client_talks_to_the_program_on_the_demo_litmos(mode: Mode) -> None:
    settings = environment(LITMOS_DEMO="true", LITMOS_OPERATOR="ada.marsh@example.com")
    async with Client(StdioServerParameters(command=PROGRAM, env=settings), mode=mode) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} >= set(READ_TOOLS)
        result = await client.call_tool("get_user_courses", {"person": "me", "status": "overdue"})
    [block] = result.content
    assert isinstance(block, TextContent) and not result.is_error
    assert block.text.splitlines()[-1].startswith("fBQ3pTcKjTw1	Fire & Safety	overdue by 9 days")


@pytest.mark.parametrize(
    ("confirmation", "status"),
    [("ask", "waiting for approval"), ("person", "waiting for approval"), ("client", "done")],
)
async def test_how_changes_are_confirmed_is_a_setting(confirmation: str, status: str) -> None:
    """The client here cannot be asked."""
    settings = environment(LITMOS_DEMO="true", MCP_CONFIRMATION=confirmation)
    async with Client(StdioServerParameters(command=PROGRAM, env=settings)) as client:
        result = await client.call_tool("assign", {"people": ["Ada Marsh"], "training": ["FLT-01"]})
    assert result.structured_content is not None
    assert result.structured_content["status"] == status


def test_it_ends_when_stdin_ends_and_says_nothing_but_the_protocol(mode: Mode) -> None:
    asked = [*hello(mode), call(mode, 1, "tools/list"), call(mode, 2, "tools/call", name="whoami", arguments={})]
    said = spoken(asked, environment(LITMOS_DEMO="true"))
    assert (said.returncode, said.stderr) == (0, "")
    assert {tool["name"] for tool in told(said, 1)["tools"]} >= set(READ_TOOLS)


def test_without_a_word_it_ends_as_well(settings: dict[str, str]) -> None:
    said = spoken([], settings | {"LITMOS_DEMO": "true"})
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_with_wrong_settings_it_starts_and_says_what_to_set(mode: Mode, settings: dict[str, str]) -> None:
    wrong = settings | {"LITMOS_REGION": SECRET, "LITMOS_TOKEN": SECRET, "MCP_CONFIRMATION": SECRET}
    asked = [*hello(mode), call(mode, 1, "tools/list"), call(mode, 2, "tools/call", name="whoami", arguments={})]
    said = spoken(asked, wrong)
    assert said.returncode == 0
    for name in (
        "LITMOS_API_KEY: missing",
        "LITMOS_REGION: an unknown region",
        "LITMOS_TOKEN: not a setting",
        "MCP_CONFIRMATION: unknown. Write ask, person or client",
    ):
        assert name in said.stderr
        assert name in told(said, 2)["content"][0]["text"]
    assert told(said, 2)["isError"] is True
    assert SECRET not in said.stdout + said.stderr


async def test_a_wrong_key_is_named_by_its_setting_and_is_nowhere_in_what_it_says(
    mode: Mode, settings: dict[str, str]
) -> None:
    asked = [*hello(mode), call(mode, 1, "tools/call", name="find_people", arguments={"query": "ada"})]
    async with running(Sandbox(World(), limit=0).app) as address:
        wrong = settings | {"LITMOS_API_KEY": SECRET, "LITMOS_BASE_URL": address}
        said = await anyio.to_thread.run_sync(spoken, asked, wrong)
    assert told(said, 1)["isError"] is True
    assert "LITMOS_API_KEY" in told(said, 1)["content"][0]["text"]
    assert said.returncode == 0
    assert SECRET not in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


def test_a_read_only_program_lists_nothing_that_changes(settings: dict[str, str]) -> None:
    said = spoken([call("auto", 1, "tools/list")], settings | {"LITMOS_DEMO": "true", "LITMOS_READ_ONLY": "true"})
    assert {tool["name"] for tool in told(said, 1)["tools"]} == set(READ_TOOLS)


def test_listing_the_tools_makes_no_state(settings: dict[str, str], tmp_path: Path) -> None:
    said = spoken([call("auto", 1, "tools/list")], settings | {"LITMOS_API_KEY": DEMO_KEY})
    assert told(said, 1)["tools"] != []
    assert list(tmp_path.iterdir()) == []


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, f"{version('litmos-chatops')}\n")


def test_wrong_usage_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["serve"])
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert "unrecognized arguments: serve" in err
