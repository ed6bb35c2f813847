"""Large changes over MCP: begun as jobs, followed for a while, seen and ended by tools."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult, TextContent

from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as served
from litmos.desk.desk import Desk
from litmos.jobs.engine import Where, running
from litmos.settings import Settings
from litmos.wiring import open_desk
from mcp_server.server import create_server

FIRE = "fBQ3pTcKjTw1"


async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    word = re.search(r"type (\w+)", params.message)
    return ElicitResult(action="accept", content={"word": word[1]} if word else {"confirm": True})


@pytest.fixture
async def serving(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Desk]:
    """A Desk of a server, which does jobs."""
    url = f"sqlite:///{tmp_path / 'state.sqlite'}"
    async with served(sandbox.app) as address:
        environ = {"LITMOS_API_KEY": DEMO_KEY, "LITMOS_BASE_URL": address, "LITMOS_STATE_URL": url}
        settings = Settings.read(environ | {"LITMOS_REQUESTS_PER_MINUTE": "0"})
        async with open_desk(settings) as desk, running(Where(url), desk.bulk) as engine:
            desk.hire(engine)
            yield desk


@asynccontextmanager
async def connected(desk: Desk, operator: str, mode: Any) -> AsyncIterator[Client]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Desk]:
        yield desk

    async with Client(create_server(opened, operator=operator), mode=mode, elicitation_callback=agree) as client:
        yield client


def words(result: Any) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def test_a_large_change_is_done_as_a_job_and_told_when_it_ends_soon(
    serving: Desk, sandbox: Sandbox, mode: Any
) -> None:
    people = [sandbox.world.add_person("Person", f"Number{number}").id for number in range(40)]
    steps: list[float] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        steps.append(progress)

    async with connected(serving, "omar.haddad@example.com", mode) as client:
        done = await client.call_tool(
            "assign", {"people": people, "training": ["FIRE-01"], "notify": False}, progress_callback=progress
        )
        told = done.structured_content
        assert (told["status"], told["summary"], told["total"]) == ("done", "Assign: 40 done.", 40)
        assert steps == sorted(set(steps)) and steps
        seen = await client.call_tool("get_job", {"job": told["job"]})
        [row] = seen.structured_content["jobs"]
        assert (row["state"], row["done"], row["receipt"]) == ("done", 40, told["receipt"])
        assert (await client.call_tool("get_job", {})).structured_content == {
            "jobs": [{name: value for name, value in row.items() if name != "left"}]
        }
        gone = await client.call_tool("cancel_job", {"job": "no such job"})
        assert gone.is_error and "You have no job" in words(gone)
    assert all(FIRE in sandbox.world.courses_of(person) for person in people)
    async with connected(serving, "lena.fischer@example.com", mode) as client:
        assert (await client.call_tool("get_job", {})).structured_content == {"jobs": []}
        assert (await client.call_tool("get_job", {"job": told["job"]})).is_error


async def test_what_takes_longer_goes_on_and_can_be_cancelled(
    serving: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.jobs.PATIENCE", 0.0)
    people = [sandbox.world.add_person("Person", f"Number{number}").id for number in range(200)]
    async with connected(serving, "", "auto") as client:
        begun = await client.call_tool("assign", {"people": people, "training": ["FIRE-01"]})
        job = begun.structured_content["job"]
        assert begun.structured_content["status"] == "started" and f"Job {job}" in words(begun)
        stopped = await client.call_tool("cancel_job", {"job": job})
        assert stopped.structured_content["jobs"][0]["stopping"] and "stopping" in words(stopped)


async def test_a_server_without_jobs_says_who_does_them(assistant: Client) -> None:
    refused = await assistant.call_tool("get_job", {})
    assert refused.is_error and "There are no jobs here" in words(refused)
