"""The page's own addresses, and everything together as `make demo` starts it."""

import json
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import aiohttp
import pytest

from bot.demo.__main__ import Everything, everything, main

SHOWN = {
    "section", "header", "context", "divider", "actions", "input", "image", "alert", "card", "table", "data_table",
    "data_visualization", "rich_text", "markdown",
}  # fmt: skip


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def demo() -> AsyncIterator[Everything]:
    async with everything(0) as found:
        yield found


@pytest.fixture
async def http(demo: Everything) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(demo.slack.address) as session:
        yield session


async def act(http: aiohttp.ClientSession, **sent: Any) -> dict[str, Any]:
    async with http.post("/page/act", json=sent) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def screen(http: aiohttp.ClientSession, user: str, holds: str) -> dict[str, Any]:
    """What somebody sees, once it holds something."""
    version = ""
    while True:
        async with http.get("/page/screen", params={"user": user, "since": version}) as answer:
            found: dict[str, Any] = await answer.json()
        if holds in json.dumps(found, ensure_ascii=False):
            return found
        version = found["version"]


@pytest.mark.parametrize("part", ["", "page.js", "blocks.js", "page.css"])
async def test_the_page_is_served_and_asks_nobody_else(http: aiohttp.ClientSession, part: str) -> None:
    async with http.get(f"/{part}") as answer:
        text = await answer.text()
        assert answer.status == 200 and "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.findall(r"https?://(?!\()", text)
    assert "innerHTML" not in text


def test_the_page_shows_every_block_that_may_be_used() -> None:
    script = files("bot.demo").joinpath("page", "blocks.js").read_text()
    kinds = script[script.index("const KINDS") :]
    assert set(re.findall(r"^  (\w+)[:(]", kinds, re.MULTILINE)) >= SHOWN


async def test_one_chooses_who_to_be_types_and_sees_what_arrived(http: aiohttp.ClientSession) -> None:
    async with http.get("/page/people") as answer:
        people = await answer.json()
    assert people["command"] == "/litmos" and "UADA" in [one["id"] for one in people["people"]]
    await act(http, user="ULENA", do="type", text="assign")
    found = await screen(http, "ULENA", "callback_id")
    assert found["modal"]["view"]["callback_id"] == "form"
    offered = await act(http, user="ULENA", do="suggest", action="training", text="fire")
    values = {"people": ["UNOOR"], "training": offered["options"]}
    await act(http, user="ULENA", do="submit", values=values)
    found = await screen(http, "ULENA", "will be assigned")
    await act(http, user="ULENA", do="submit")
    found = await screen(http, "ULENA", "Receipt 1")
    async with http.get("/page/side") as answer:
        side = await answer.json()
    assert ["POST", "/users/lNNtZx3cK8n1/courses", "201"] in side["requests"]
    assert [row[1] for row in side["audit"]] == ["done", "started"]
    await act(http, user="ULENA", do="press", where="modal", action="undo", value="1")
    await screen(http, "ULENA", "will be removed")
    await act(http, user="ULENA", do="close")
    await act(http, user="ULENA", do="home")
    await screen(http, "ULENA", "Your team")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"user": "UADA"},
        {"user": "UADA", "do": "dance"},
        {"user": "UADA", "do": "submit"},
        {"user": "UADA", "do": "press", "where": "1.1", "action": "x"},
        {"user": "UADA", "do": "press", "where": "home", "action": "x"},
        {"user": "U404", "do": "type", "text": ""},
    ],
)
async def test_what_the_page_would_not_send_is_refused_in_words(
    http: aiohttp.ClientSession, sent: dict[str, Any]
) -> None:
    assert (await act(http, **sent))["error"]


async def test_things_go_wrong_on_request(http: aiohttp.ClientSession) -> None:
    async with http.post("/page/faults", json={"kind": "error", "where": "views.open", "error": "fatal_error"}) as done:
        assert done.status == 204
    await act(http, user="UADA", do="type", text="assign")
    async with http.get("/page/screen", params={"user": "UADA"}) as answer:
        assert (await answer.json())["modal"] is None
    for wrong in ({"kind": "boredom"}, {"sort": "error"}):
        async with http.post("/page/faults", json=wrong) as refused:
            assert refused.status == 400 and (await refused.json())["error"]


async def test_nobody_sees_nothing(http: aiohttp.ClientSession) -> None:
    async with http.get("/page/screen", params={"user": "U404"}) as answer:
        assert answer.status == 400


def test_the_tour_goes_as_it_should(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # as companies have one: none of this is for it
    assert main(["--check"]) == 0
    told = capsys.readouterr().out
    assert "Everything went as it should." in told and "Assign done" in told
