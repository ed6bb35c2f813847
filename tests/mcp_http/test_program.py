"""`litmos-mcp --transport http` as a process of its own, stopped as service managers stop it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from mcp_server.__main__ import main
from mcp_server.demo_issuer import DemoIssuer

Connect = Callable[..., Any]

PROGRAM = Path(sys.executable).with_name("litmos-mcp")
PATIENCE = 60  # seconds
RESOURCE = "https://litmos.example.com/mcp"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    state = f"sqlite:///{tmp_path / 'state.sqlite'}"
    return inherited | {
        "LITMOS_STATE_URL": state,
        "LITMOS_DEMO": "true",
        "LITMOS_OPERATOR": "lena.fischer@example.com",  # who must count for nothing here
        "MCP_RESOURCE_URL": RESOURCE,
    }


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


@contextmanager
def program(settings: dict[str, str], port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program, while it runs; it has to end well when it is told to."""
    command = [str(PROGRAM), "--transport", "http", "--port", str(port), *arguments]
    with subprocess.Popen(command, env=settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            out, said = process.communicate(timeout=PATIENCE)
            assert (process.returncode, out) == (0, ""), said
            assert all(json.loads(line) for line in said.splitlines())
            assert "litmos.http.serving" in said
            assert "Traceback" not in said and "Bearer" not in said and "POST" not in said
        finally:
            process.kill()


@asynccontextmanager
async def login(serve: Connect) -> AsyncIterator[DemoIssuer]:
    issuer = DemoIssuer("", RESOURCE)
    async with serve(issuer.app) as address:
        issuer.url = address
        yield issuer


async def up(port: int) -> None:
    """Returns when the program is ready."""
    with anyio.fail_after(PATIENCE):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            while True:
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await anyio.sleep(0.05)  # another process starts


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_it_serves_people_by_their_tokens_and_ends_well(
    workers: str, settings: dict[str, str], port: int, serve: Connect, connect: Connect, mode: Any
) -> None:
    async with login(serve) as issuer:
        own = settings | {"MCP_ISSUER_URL": issuer.url, "MCP_REQUEST_STATE_KEYS": KEY}
        with program(own, port, "--workers", workers):
            await up(port)
            token = issuer.token("ada", "ada.marsh@example.com", ["litmos:read", "litmos:write"])
            async with connect(f"http://127.0.0.1:{port}", token, mode) as client:
                result = await client.call_tool("get_user_courses", {"person": "me", "status": "overdue"})
                assert "Fire & Safety" in result.content[0].text
                assert "assign" not in {tool.name for tool in (await client.list_tools()).tools}
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
                assert (await http.post("/mcp", json={})).status_code == 401


async def test_an_open_event_stream_does_not_keep_it_from_ending(
    settings: dict[str, str], port: int, serve: Connect
) -> None:
    async with login(serve) as issuer:
        with program(settings | {"MCP_ISSUER_URL": issuer.url}, port) as process:
            await up(port)
            headers = {
                "authorization": f"Bearer {issuer.token('ada', 'ada.marsh@example.com', ['litmos:read'])}",
                "accept": "application/json, text/event-stream",
                "mcp-protocol-version": "2025-11-25",
            }
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            asked = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
                session = (await http.post("/mcp", json=asked)).headers["mcp-session-id"]
                async with http.stream("GET", "/mcp", headers={"mcp-session-id": session}) as stream:
                    assert stream.status_code == 200
                    process.send_signal(signal.SIGTERM)
                    with anyio.fail_after(10):
                        assert await anyio.to_thread.run_sync(process.wait) == 0


def refusal(settings: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Its exit code and its words, when it does not start."""
    command = [str(PROGRAM), "--transport", "http", *arguments]
    said = subprocess.run(command, env=settings, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert said.stdout == ""
    return said.returncode, said.stderr


def test_several_workers_need_a_key_that_they_share(settings: dict[str, str]) -> None:
    own = settings | {"MCP_ISSUER_URL": "https://login.example.com"}
    for keys, says in (
        ("", "MCP_REQUEST_STATE_KEYS: missing"),
        ("too-short", "MCP_REQUEST_STATE_KEYS: a key is shorter"),
    ):
        code, said = refusal(own | {"MCP_REQUEST_STATE_KEYS": keys}, "--workers", "2")
        assert code == 1
        assert says in said and "token_hex(32)" in said and "too-short" not in said


def test_everything_that_is_missing_is_named_at_once(settings: dict[str, str]) -> None:
    code, said = refusal({"PATH": settings["PATH"], "LITMOS_REGION": "moon", "MCP_JWKS_URL": "secret-4711"})
    assert code == 1
    for line in ("LITMOS_API_KEY: missing", "LITMOS_REGION:", "MCP_RESOURCE_URL: missing", "MCP_ISSUER_URL: missing"):
        assert line in said
    assert "MCP_JWKS_URL: not an https:// address" in said
    assert "secret-4711" not in said and "moon" not in said


def test_a_port_that_is_taken_is_told_and_not_served(settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = refusal(
            settings | {"MCP_ISSUER_URL": "https://login.example.com"}, "--port", str(taken.getsockname()[1])
        )
    assert code != 0
    assert "Address already in use" in said and "Traceback" not in said


def test_a_tool_that_there_is_not_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--tools", "whoami,assing"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "There is no tool 'assing'. There is: whoami, find_people," in said


@pytest.mark.parametrize("workers", ["0", "-1", "two", "1000"])
def test_workers_are_a_small_number(workers: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--transport", "http", f"--workers={workers}"])
    assert end.value.code == 2
    assert "write a number from 1 to 99" in capsys.readouterr().err
