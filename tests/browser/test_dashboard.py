"""The dashboard in a host's sandboxed frame, with answers of the real server on the demo Litmos."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from mcp import Client
from mcp.types import TextResourceContents
from playwright.async_api import Frame, Locator, Page, expect
from pydantic import SecretStr

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.desk import Desk, DeskSettings
from litmos.wiring import InProcess
from mcp_server.dashboard import DASHBOARD
from mcp_server.server import create_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA = {"person": "Ada Marsh"}
PRESSING = ["Fire & Safety", "Manual Handling", 'Anti-Bribery "Gifts" Policy', "Excel for Finance"]
# What a host has to enforce for a page that asks for no domains.
HOSTS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self' data:; connect-src 'none'"
)


@dataclass
class Served:
    """The server behind the host: its client, where the host's page is, and what arrived there."""

    sandbox: Sandbox
    client: Client
    address: str = ""
    requests: list[str] = field(default_factory=list)

    async def page(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        return web.Response(text=Path(__file__).with_name("host.html").read_text("utf-8"), content_type="text/html")

    async def view(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        [html] = (await self.client.read_resource(DASHBOARD)).contents
        assert isinstance(html, TextResourceContents)
        headers = {"content-security-policy": HOSTS_POLICY}
        return web.Response(text=html.text, content_type="text/html", headers=headers)

    async def call(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        params = await request.json()
        return web.json_response(await self.result(params["name"], params["arguments"], params.get("_meta")))

    async def result(self, tool: str, arguments: dict[str, Any], meta: Any = None) -> Any:
        """As it is sent."""
        answer = await self.client.call_tool(tool, arguments, meta=meta)
        return answer.model_dump(mode="json", by_alias=True, exclude_none=True)


@asynccontextmanager
async def desk_on(sandbox: Sandbox) -> AsyncIterator[Desk]:
    key = KeyAuth(SecretStr(DEMO_KEY))
    litmos = InProcess(app=sandbox.app)
    async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=litmos) as http:
        yield Desk(Api(http, key, source="tests"), DeskSettings("the demo Litmos"), now=lambda: NOW)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    sandbox = Sandbox(demo_world(NOW), clock=MovableClock(NOW), limit=0)
    async with Client(create_server(lambda: desk_on(sandbox))) as client:
        served = Served(sandbox, client)
        app = web.Application()
        app.add_routes(
            [web.get("/", served.page), web.get("/view", served.view), web.post("/call", served.call)],
        )
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        served.address = site.name
        yield served
        await runner.cleanup()


@dataclass
class Shown:
    """The dashboard on the host's page."""

    page: Page
    frame: Frame

    async def notify(self, method: str, params: Any) -> None:
        await self.page.evaluate("([method, params]) => notify(method, params)", [method, params])

    async def seen(self, method: str) -> list[dict[str, Any]]:
        """The messages of that method that the host got, oldest first."""
        return [message for message in await self.page.evaluate("seen") if message.get("method") == method]

    async def fit(self) -> None:
        """A window as large as the host's page, for a picture."""
        await self.page.set_viewport_size({"width": 900, "height": 600})
        await self.page.wait_for_function("() => frame.clientHeight > 600")
        height = await self.page.evaluate("document.documentElement.scrollHeight")
        await self.page.set_viewport_size({"width": 900, "height": height})

    def names(self) -> Locator:
        return self.frame.locator("tbody bdi")

    def count(self) -> Locator:
        return self.frame.locator("#count")

    def row(self, name: str) -> Locator:
        return self.frame.get_by_role("row", name=name)


Open = Callable[..., Any]


@pytest.fixture
def opened(page: Page, served: Served) -> Open:
    """Opens the dashboard in a host as the answer of a call."""

    async def opened(
        arguments: dict[str, Any], *, tool: str = "get_user_courses", calls: bool = True, **context: Any
    ) -> Shown:
        await page.goto(served.address)
        told = {"hostCapabilities": {"serverTools": {}} if calls else {}, "hostContext": context}
        async with page.expect_event("framenavigated", lambda frame: frame.url.endswith("/view")) as navigated:
            await page.evaluate("told => open(told)", told)
        shown = Shown(page, await navigated.value)
        await page.wait_for_function("() => seen.some(({method}) => method === 'ui/notifications/initialized')")
        await shown.notify("tool-input", {"arguments": arguments})
        await shown.notify("tool-result", await served.result(tool, arguments))
        return shown

    return opened


def latin(served: Served) -> None:
    """For pictures: few machines that take them have a Chinese font."""
    for course in served.sandbox.world.courses.values():
        course.name = course.name.replace("安全培训", "Working Safely")


async def test_it_greets_the_host_as_the_protocol_says(opened: Open) -> None:
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    order = [message["method"] for message in await shown.page.evaluate("seen")]
    assert order[:2] == ["ui/initialize", "ui/notifications/initialized"]
    [hello] = await shown.seen("ui/initialize")
    assert hello["params"] == {
        "protocolVersion": "2026-01-26",
        "appInfo": {"name": "litmos-dashboard", "title": "Progress in Litmos", "version": "1"},
        "appCapabilities": {"availableDisplayModes": ["inline", "fullscreen"]},
    }


async def test_it_shows_what_is_due_and_how_far_somebody_is(
    opened: Open, served: Served, picture: Any, accessible: Any
) -> None:
    latin(served)
    shown = await opened(ADA)
    await expect(shown.frame.get_by_role("heading", name="Courses of Ada Marsh")).to_be_visible()
    await expect(shown.frame.locator("#summary")).to_have_text("12 courses · 1 overdue · next due in 3 days")
    await expect(shown.names()).to_have_count(12)
    assert (await shown.names().all_text_contents())[:4] == PRESSING
    await expect(shown.row("Fire & Safety")).to_have_text("Fire & Safetyoverdue0 %9 days overdue21 Feb 2026")
    await expect(shown.row("Excel for Finance")).to_have_text("Excel for Financein progress50 %in 45 days16 Apr 2026")
    await expect(shown.row("First Aid")).to_contain_text("100 %")
    halves = (
        await shown.row("Excel for Finance")
        .locator(".track, .track span")
        .evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    )
    assert halves[1] == pytest.approx(halves[0] / 2)
    await expect(shown.frame.get_by_role("list", name="Courses by status").get_by_role("listitem")).to_have_count(7)
    assert await accessible(shown.frame) == []
    await shown.fit()
    await picture("dashboard-light")


async def test_it_tells_the_host_how_tall_it_is(opened: Open) -> None:
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    await shown.page.wait_for_function("() => frame.clientHeight > 600")
    told = (await shown.seen("ui/notifications/size-changed"))[-1]["params"]
    assert told["height"] == await shown.frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    assert await shown.frame.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


@pytest.mark.parametrize(
    ("show", "count", "first"),
    [
        ("Overdue", 1, "Fire & Safety"),
        ("Open", 10, "Fire & Safety"),
        ("Completed", 2, "Leading Small Teams"),
        ("All", 12, "Fire & Safety"),
    ],
)
async def test_it_filters_by_what_is_asked_for(opened: Open, show: str, count: int, first: str) -> None:
    shown = await opened(ADA)
    await shown.frame.get_by_role("radio", name="Completed").check()
    await shown.frame.get_by_role("radio", name=show).check()
    await expect(shown.count()).to_have_text(f"{count} of 12 courses shown")
    await expect(shown.names()).to_have_count(count)
    await expect(shown.names().first).to_have_text(first)


async def test_it_finds_courses_by_words_in_any_order_and_without_accents(opened: Open, served: Served) -> None:
    for course in served.sandbox.world.courses.values():
        course.name = course.name.replace("Welcome", "Wélcome")
    shown = await opened(ADA)
    search = shown.frame.get_by_role("searchbox", name="Find a course")
    await search.fill("example WELC")
    await expect(shown.names()).to_have_text(["Wélcome to Example"])
    await search.fill("安全")
    await expect(shown.names()).to_have_text(["安全培训"])
    await search.fill("nothing like it")
    await expect(shown.count()).to_have_text("0 of 12 courses shown")
    await expect(shown.frame.get_by_role("table")).to_be_hidden()


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("Most pressing", "Fire & Safety", "First Aid"),
        ("Due date", "Fire & Safety", "First Aid"),
        ("Name", 'Anti-Bribery "Gifts" Policy', "安全培训"),
        ("Least progress", "Fire & Safety", "First Aid"),
    ],
)
async def test_it_sorts_as_asked(opened: Open, order: str, first: str, last: str) -> None:
    shown = await opened(ADA)
    sort = shown.frame.get_by_role("combobox", name="Sort by")
    await sort.select_option("Name" if order != "Name" else "Due date")
    await sort.select_option(order)
    await expect(shown.names().first).to_have_text(first)
    await expect(shown.names().last).to_have_text(last)


async def test_sorted_by_progress_the_half_done_come_after_the_untouched(opened: Open) -> None:
    shown = await opened(ADA)
    await shown.frame.get_by_role("combobox", name="Sort by").select_option("Least progress")
    told = await shown.frame.locator(".percent").all_text_contents()
    assert told == ["0 %"] * 7 + ["50 %"] * 2 + ["100 %"] * 3


async def test_the_keyboard_alone_does_everything(opened: Open, served: Served) -> None:
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    keys = shown.page.keyboard
    focused = "() => document.activeElement.id || document.activeElement.value || document.activeElement.type"
    visited = []
    for _ in range(4):
        await keys.press("Tab")
        visited.append(await shown.frame.evaluate(focused))
        assert await shown.frame.evaluate(
            "() => [document.activeElement, document.activeElement.nextElementSibling]"
            ".some(one => one && getComputedStyle(one).outlineStyle === 'solid')"
        )
    assert visited == ["refresh", "all", "search", "pressing"]
    await keys.press("Shift+Tab")
    await keys.type("fire")
    await expect(shown.count()).to_have_text("1 of 12 courses shown")
    await keys.press("Shift+Tab")
    await keys.press("ArrowRight")
    await expect(shown.frame.get_by_role("radio", name="Overdue")).to_be_checked()
    await keys.press("Shift+Tab")
    await keys.press("Enter")
    await expect(shown.frame.get_by_role("button", name="Refresh")).to_be_focused()
    await shown.page.wait_for_function("() => seen.some(({method}) => method === 'tools/call')")
    await expect(shown.count()).to_have_text("1 of 12 courses shown")


async def test_refreshing_asks_again_what_was_asked(opened: Open, served: Served) -> None:
    shown = await opened(ADA | {"status": "open"})
    await expect(shown.names()).to_have_count(10)
    adas = served.sandbox.world.course_results["hUOuZAzHx4L1"]
    del adas[next(course for course in adas if served.sandbox.world.courses[course].name == "Spotting Phishing")]
    await shown.frame.get_by_role("button", name="Refresh").click()
    await shown.page.wait_for_function("() => seen.some(({method}) => method === 'tools/call')")
    [call] = await shown.seen("tools/call")
    assert call["params"] == {
        "name": "get_user_courses",
        "arguments": ADA | {"status": "open"},
        "_meta": {"litmos/fresh": True},
    }
    await expect(shown.frame.get_by_role("button", name="Refresh")).to_have_attribute("aria-disabled", "false")
    await expect(shown.count()).to_have_text("9 of 9 courses shown; 2 more not loaded")


async def test_the_rest_of_many_courses_is_loaded_when_asked_for(opened: Open) -> None:
    shown = await opened(ADA | {"limit": 3})
    await expect(shown.count()).to_have_text("3 of 3 courses shown; 9 more not loaded")
    more = shown.frame.get_by_role("button", name="Load all courses")
    await more.click()
    await expect(shown.count()).to_have_text("12 of 12 courses shown")
    await expect(more).to_be_hidden()
    assert (await shown.names().all_text_contents())[:4] == PRESSING


async def test_a_host_that_calls_no_tools_is_not_asked_to(opened: Open) -> None:
    shown = await opened(ADA | {"limit": 3}, calls=False)
    await expect(shown.names()).to_have_count(3)
    await expect(shown.frame.get_by_role("button")).to_have_count(0)


async def test_a_refusal_is_told_and_what_was_there_stays(opened: Open, served: Served) -> None:
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    await shown.notify("tool-result", await served.result("get_user_courses", {"person": "Nobody Atall"}))
    await expect(shown.frame.get_by_role("alert")).to_contain_text("Nobody")
    await expect(shown.names()).to_have_count(12)


async def test_training_that_is_switched_off_says_so(opened: Open, served: Served) -> None:
    for course in served.sandbox.world.courses.values():
        course.active = course.name != "First Aid"
    shown = await opened(ADA)
    await expect(shown.row("First Aid")).to_contain_text("switched off")
    await expect(shown.frame.get_by_text("switched off")).to_have_count(1)


async def test_somebody_without_courses_is_told_so(opened: Open) -> None:
    shown = await opened({"person": "Priya Raman"})
    await expect(shown.frame.get_by_role("heading", name="Courses of Priya Raman")).to_be_visible()
    await expect(shown.frame.locator("#summary")).to_have_text("No courses yet")
    await expect(shown.frame.get_by_role("table")).to_be_hidden()


async def test_it_is_as_dark_as_the_host(opened: Open, served: Served, picture: Any, accessible: Any) -> None:
    latin(served)
    shown = await opened(ADA, theme="dark")
    background = shown.frame.locator("html")
    await expect(background).to_have_css("background-color", "rgb(22, 25, 31)")
    await expect(shown.names()).to_have_count(12)
    assert await accessible(shown.frame) == []
    await shown.page.emulate_media(color_scheme="dark")
    await shown.fit()
    await picture("dashboard-dark")
    await shown.notify("host-context-changed", {"theme": "light"})
    await expect(background).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_without_a_word_of_the_host_it_is_as_dark_as_the_system(opened: Open, accessible: Any) -> None:
    shown = await opened(ADA)
    background = shown.frame.locator("html")
    await expect(background).to_have_css("background-color", "rgb(255, 255, 255)")
    await shown.page.emulate_media(color_scheme="dark")
    await expect(background).to_have_css("background-color", "rgb(22, 25, 31)")
    assert await accessible(shown.frame) == []


async def test_on_a_narrow_screen_nothing_is_cut_off(opened: Open, accessible: Any) -> None:
    shown = await opened(ADA)
    await shown.page.set_viewport_size({"width": 360, "height": 800})
    await expect(shown.names()).to_have_count(12)
    assert await shown.frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await expect(shown.row("Fire & Safety").get_by_role("cell", name="9 days overdue")).to_be_visible()
    assert await accessible(shown.frame) == []


HOSTILE = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "</style><style>body{display:none}",
    "javascript:alert(1)",
    "\u202e evil txt \u202e",
    "A" * 400,
]


async def test_hostile_names_are_nothing_but_text(opened: Open, served: Served, accessible: Any) -> None:
    world = served.sandbox.world
    for course, name in zip(world.courses.values(), HOSTILE * len(world.courses), strict=False):
        course.name = name
    ada = next(person for person in world.people.values() if person.email == "ada.marsh@example.com")
    ada.first_name = "<b onmouseover=alert(1)>Ada"
    shown = await opened({"person": "ada.marsh@example.com"})
    await expect(shown.names()).to_have_count(12)
    names = await shown.names().all_text_contents()
    visible = [name.replace("\u202e", "").strip() for name in HOSTILE]  # what nobody sees is gone before it is sent
    assert [name for name in visible if name not in names] == []
    await expect(shown.frame.locator("h1")).to_have_text("Courses of <b onmouseover=alert(1)>Ada Marsh")
    assert await shown.frame.locator("tbody img, tbody script, tbody style, h1 b").count() == 0
    assert await shown.frame.title() == "Progress in Litmos"
    tallest = await shown.frame.locator("tbody tr").evaluate_all(
        "rows => Math.max(...rows.map(row => row.clientHeight))"
    )
    assert tallest < 100
    assert await shown.frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert await accessible(shown.frame) == []


async def test_messages_from_anybody_but_the_host_are_not_heard(opened: Open, served: Served) -> None:
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    other = await served.result("get_user_courses", {"person": "Noor Rahman"})
    message = {"jsonrpc": "2.0", "method": "ui/notifications/tool-result", "params": other}
    await shown.frame.evaluate("message => window.postMessage(message, '*')", message)
    await shown.frame.evaluate("() => new Promise(done => setTimeout(done))")
    await expect(shown.frame.locator("h1")).to_have_text("Courses of Ada Marsh")


async def test_it_answers_the_host_when_it_is_to_go(opened: Open) -> None:
    shown = await opened(ADA)
    await shown.page.evaluate("() => send({id: 'bye', method: 'ui/resource-teardown', params: {}})")
    await shown.page.evaluate("() => send({id: 'what', method: 'ui/strange', params: {}})")
    await shown.page.wait_for_function("() => seen.filter(({id}) => id === 'bye' || id === 'what').length === 2")
    told = {message["id"]: message for message in await shown.page.evaluate("seen") if "id" in message}
    assert told["bye"]["result"] == {}
    assert told["what"]["error"]["code"] == -32601


async def test_the_page_asks_for_nothing_but_itself(opened: Open, served: Served, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.frame != page.main_frame else None)
    shown = await opened(ADA)
    await expect(shown.names()).to_have_count(12)
    await shown.frame.get_by_role("radio", name="Open").check()
    await shown.frame.get_by_role("searchbox", name="Find a course").fill("fire")
    assert (asked, served.requests) == ([f"{served.address}/view"], ["/", "/view"])


SALES = {"team": "Sales", "limit": 5}
GROUP = "get_group_progress"


async def test_a_group_is_shown_person_by_person(opened: Open, served: Served, picture: Any, accessible: Any) -> None:
    latin(served)
    shown = await opened({"team": "Sales"}, tool=GROUP)
    answer = (await served.result(GROUP, {"team": "Sales"}))["structuredContent"]
    await expect(shown.frame.get_by_role("heading", name="Sales")).to_be_visible()
    await expect(shown.frame.locator("#summary")).to_contain_text(
        f"{answer['total']} people · {answer['counts']['overdue']} overdue"
    )
    assert await shown.names().all_text_contents() == [row["name"] for row in answer["people"]]
    ada = shown.row("Ada Marsh")
    await expect(ada).to_contain_text("overdue")
    await expect(ada).to_contain_text(" of 12")
    assert await shown.frame.get_by_role("columnheader").all_text_contents() == [
        "Person",
        "Status",
        "Courses done",
        "Due",
    ]
    await shown.frame.get_by_role("radio", name="Overdue").check()
    await expect(shown.names()).to_have_count(answer["counts"]["overdue"])
    await shown.frame.get_by_role("radio", name="All").check()
    await shown.frame.get_by_placeholder("Find a person").fill("marsh")
    await expect(shown.names()).to_have_text(["Ada Marsh"])
    await shown.frame.get_by_placeholder("Find a person").fill("")
    await shown.frame.get_by_placeholder("Find a person").blur()
    assert await accessible(shown.frame) == []
    await shown.fit()
    await picture("dashboard-group")


async def test_a_group_is_loaded_whole_and_refreshed_as_it_was_asked_for(opened: Open, served: Served) -> None:
    shown = await opened(SALES, tool=GROUP)
    await expect(shown.names()).to_have_count(5)
    await shown.frame.get_by_role("button", name="Load all people").click()
    total = (await served.result(GROUP, SALES))["structuredContent"]["total"]
    await expect(shown.names()).to_have_count(total)
    await shown.frame.get_by_role("button", name="Refresh").click()
    await expect(shown.names()).to_have_count(total)
    calls = [message["params"] for message in await shown.seen("tools/call")]
    assert {call["name"] for call in calls} == {GROUP}
    assert calls[0]["arguments"] == {"team": "Sales", "limit": 200}


async def test_one_course_of_a_group_tells_who_is_not_on_it(opened: Open) -> None:
    shown = await opened({"team": "Sales", "course": "FIRE-01"}, tool=GROUP)
    await expect(shown.frame.get_by_role("heading", name="Sales in Fire & Safety")).to_be_visible()
    noor = shown.row("Noor Rahman")
    await expect(noor).to_contain_text("not assigned")
    await expect(noor).to_contain_text("0 of 0")
