"""A real browser for the whole run, and a page of it for each test; any error in a page fails its test."""

import os
import shutil
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Frame, Page, async_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",  # root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # nothing but loopback
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("there is no browser: apt-get install chromium")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A fresh profile, light, that goes nowhere but to this machine."""
    context = await browser.new_context(
        color_scheme="light", reduced_motion="reduce", viewport={"width": 1360, "height": 860}
    )
    context.set_default_timeout(10_000)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: errors.append(request.url) if is_elsewhere(request.url) else None)
    yield page
    await context.close()
    assert errors == []


def is_elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "about:", "blob:"))


@pytest.fixture
def picture(page: Page) -> Any:
    """Takes the picture of that name for the README; only where IMAGES is set, so that a run leaves no changes."""

    async def take(name: str) -> None:
        if os.environ.get("IMAGES"):  # noqa: TID251 - a switch of this suite
            await page.screenshot(path=IMAGES / f"{name}.png")

    return take


@pytest.fixture
def accessible(page: Page) -> Any:
    """What axe finds wrong with the page as it is, or with one frame of it."""

    async def look(where: Page | Frame = page) -> list[str]:
        if not await where.evaluate("() => 'axe' in window"):
            await where.evaluate(AXE)
        found = await where.evaluate("rules => axe.run(document, rules)", RULES)
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]

    return look
