"""The dashboard as a host gets it: linked from its tool, served in both eras, able to load and to run nothing else."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any, Literal, get_args

import pytest
from mcp import Client
from mcp.types import TextResourceContents
from typing_extensions import override

from mcp_server.app import OpenDesk
from mcp_server.dashboard import DASHBOARD, SHOWN_BY
from mcp_server.group_rows import GroupResult, MarkWord
from mcp_server.results import CoursesResult, StatusWord
from mcp_server.server import create_server, tools_of

Mode = Literal["auto", "legacy"]


async def served(client: Client) -> TextResourceContents:
    [page] = (await client.read_resource(DASHBOARD)).contents
    assert isinstance(page, TextResourceContents)
    return page


class Parts(HTMLParser):
    """What a browser would run, and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.attributes: list[tuple[str, str, str | None]] = []
        self._inside = ""
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag in self.inline:
            self._inside = tag
            self.inline[tag].append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._inside:
            self.inline[self._inside][-1] += data

    def policy(self) -> dict[str, list[str]]:
        """The values of each directive."""
        [told] = [value for tag, name, value in self.attributes if name == "content" and "default-src" in (value or "")]
        return {name: values for name, *values in (rule.split() for rule in (told or "").split(";"))}


async def test_the_dashboard_is_listed_and_served_as_an_app(assistant: Client) -> None:
    [listed] = [one for one in (await assistant.list_resources()).resources if str(one.uri) == DASHBOARD]
    page = await served(assistant)
    assert (str(listed.uri), listed.name, listed.mime_type) == (DASHBOARD, "dashboard", "text/html;profile=mcp-app")
    assert (str(page.uri), page.mime_type) == (DASHBOARD, "text/html;profile=mcp-app")
    assert page.text.startswith("<!doctype html>")
    assert page.meta == {"ui": {"prefersBorder": True}}


async def test_only_the_tools_that_it_shows_lead_to_it(assistant: Client) -> None:
    links: dict[str, Any] = {tool.name: tool.meta for tool in (await assistant.list_tools()).tools if tool.meta}
    assert links == {name: {"ui": {"resourceUri": DASHBOARD}} for name in ("get_user_courses", "get_group_progress")}


async def test_the_server_says_that_it_has_apps_where_the_protocol_has_a_place_for_it(
    assistant: Client, mode: Mode
) -> None:
    """In 2025 hosts go by the tool's link alone."""
    told: dict[str, Any] = {"io.modelcontextprotocol/ui": {}}
    assert assistant.server_capabilities.extensions == (told if mode == "auto" else None)


async def test_without_its_tool_there_is_no_dashboard(open_desk: OpenDesk, mode: Mode) -> None:
    async with Client(create_server(open_desk, only=["whoami"]), mode=mode) as client:
        assert DASHBOARD not in [str(one.uri) for one in (await client.list_resources()).resources]
        assert not client.server_capabilities.extensions


def test_every_tool_that_it_shows_only_reads() -> None:
    assert SHOWN_BY.keys() <= tools_of(read_only=True).keys()


@pytest.mark.parametrize("part", ["script", "style"])
async def test_the_policy_names_the_hash_of_what_is_written_inline(part: str, assistant: Client) -> None:
    """After a change of the page: put the hash that this shows into its meta tag."""
    parts = Parts((await served(assistant)).text)
    [text] = parts.inline[part]
    assert parts.policy()[f"{part}-src"] == [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"]


async def test_the_policy_allows_nothing_else(assistant: Client) -> None:
    policy = Parts((await served(assistant)).text).policy()
    none = {name for name, values in policy.items() if values == ["'none'"]}
    assert none == {"default-src", "base-uri", "form-action"}
    assert policy.keys() - none == {"script-src", "style-src"}


async def test_it_has_no_address_of_anything_and_no_handler_in_its_markup(assistant: Client) -> None:
    html = (await served(assistant)).text
    assert re.findall(r"(?:[a-z]+:)?//[\w.]+|url\(|@import|import\s*\(|fetch\(|XMLHttp|WebSocket", html) == []
    names = {name for _, name, _ in Parts(html).attributes}
    assert not names & {"src", "href", "srcset", "action", "style", "background", "poster"}
    assert not [name for name in names if name.startswith("on")]


async def test_it_writes_no_markup_from_data(assistant: Client) -> None:
    html = (await served(assistant)).text
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|\beval\b|Function\(", html) == []


async def test_it_knows_every_status_that_an_answer_can_have(assistant: Client) -> None:
    [script] = Parts((await served(assistant)).text).inline["script"]
    words = re.search(r"ORDER = \[(.*?)\]", script)
    assert words is not None
    assert set(re.findall(r'"(.*?)"', words[1])) == {*get_args(StatusWord), *get_args(MarkWord)}
    assert re.findall(r"tool: \"(.*?)\"", script) == list(SHOWN_BY)


async def test_it_reads_only_fields_that_answers_have(assistant: Client) -> None:
    [script] = Parts((await served(assistant)).text).inline["script"]
    fields = CoursesResult.model_json_schema()["$defs"]["AssignmentRow"]["properties"].keys()
    made = {"done", "of"}  # by the page itself, of how many courses somebody of a group has done
    assert set(re.findall(r"\brow\.(\w+)", script)) == fields - {"id"} | made
    members = GroupResult.model_json_schema()["$defs"]["MemberRow"]["properties"].keys()
    assert {"name", "due", "due_in_days", "state", "courses"} <= members
