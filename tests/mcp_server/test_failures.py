"""What goes wrong reaches the model in words for the person; nothing else of it does."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import httpx
import pytest
from mcp import Client
from pydantic import SecretStr

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Desk, DeskSettings
from litmos.wiring import InProcess
from mcp_server.server import create_server

Mode = Literal["auto", "legacy"]
OpenDesk = Callable[[], AbstractAsyncContextManager[Desk]]
Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]

WRONG_KEY = "not-the-key-4711"


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        (
            "get_user_courses",
            {"person": "Nobody Atall"},
            (
                "Nobody in Litmos has the id, user name, e-mail address or full name 'Nobody Atall'. "
                "Search with fewer letters."
            ),
        ),
        (
            "get_user_learning_paths",
            {"person": "Sam Lee"},
            (
                "'Sam Lee' could be 2: “Sam Lee” (sam.lee@example.com, id AzUdIG1OHqt1); "
                "“Sam Lee” (sam.lee2@example.com, id dvRzFRYTora1). Say which one, by id."
            ),
        ),
        (
            "get_module_results",
            {"person": "Ada Marsh", "course": "FLT-01"},
            "“Ada Marsh” is not on “Forklift Theory”, so there are no results.",
        ),
        (
            "get_user_courses",
            {"person": "me"},
            (
                "'me' is nobody here, because this program acts for the owner of the API key. "
                "Name the person, or set LITMOS_OPERATOR to your e-mail address in Litmos."
            ),
        ),
    ],
    ids=["unknown", "ambiguous", "not assigned", "me"],
)
async def test_a_failure_is_told_in_its_own_words_and_no_others(
    tool: str, arguments: dict[str, Any], said: str, assistant: Client, refusal: Refusal
) -> None:
    assert await refusal(assistant, tool, **arguments) == said


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault("500", times=50), "Litmos failed on this request (HTTP 500)."),
        (Fault("html", times=50), "something this program does not understand (an HTML page)"),
        (Fault("reset", times=50), "The connection to Litmos broke before it had answered. Try again."),
        (Fault("503", times=50, retry_after=2), "requests a minute"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
async def test_trouble_of_litmos_is_told_without_its_inside(
    fault: Fault, says: str, assistant: Client, refusal: Refusal, sandbox: Sandbox
) -> None:
    sandbox.faults.add(fault)
    said = await refusal(assistant, "get_user_courses", person="hUOuZAzHx4L1")
    assert says in said
    assert not any(inside in said for inside in ("Error executing tool", "Traceback", "httpx", "<", "apikey"))


async def test_a_wrong_key_is_named_by_its_setting_and_not_shown(
    sandbox: Sandbox, mode: Mode, refusal: Refusal, caplog: pytest.LogCaptureFixture
) -> None:
    key = KeyAuth(SecretStr(WRONG_KEY))
    caplog.set_level(logging.DEBUG)

    @asynccontextmanager
    async def open_desk() -> AsyncIterator[Desk]:
        async with httpx.AsyncClient(
            base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=sandbox.app)
        ) as http:
            yield Desk(Api(http, key, source="tests"), DeskSettings("the demo Litmos"))

    async with Client(create_server(open_desk), mode=mode) as client:
        said = await refusal(client, "find_people", query="marsh")
    assert "LITMOS_API_KEY" in said
    assert WRONG_KEY not in said + caplog.text
    assert sandbox.requests != []


async def test_an_unexpected_exception_is_masked_and_the_server_goes_on(
    desk: Desk, mode: Mode, answer: Answer, refusal: Refusal
) -> None:
    openings = 0

    @asynccontextmanager
    async def open_desk() -> AsyncIterator[Desk]:
        nonlocal openings
        openings += 1
        if openings == 1:
            raise RuntimeError("the secret is 4711")
        yield desk

    async with Client(create_server(open_desk), mode=mode) as client:
        assert await refusal(client, "whoami") == "Error executing tool whoami"
        text, _ = await answer(client, "whoami")
        assert text.endswith("admin in the demo Litmos")
