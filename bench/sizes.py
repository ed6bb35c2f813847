"""What the 60 courses of one person weigh: as the tool's text, as its structured content, and as raw Litmos JSON.

The raw JSON is what a thin wrapper of the API hands to a model: one GET /users/{id}/courses, indented. The tool's
answers tell more: when the ten most pressing open courses are due, which Litmos' own list does not say.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
from mcp import Client
from mcp.types import TextContent
from pydantic import SecretStr

from litmos.api import client as litmos
from litmos.demo.clock import MovableClock
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.world import World
from litmos.desk.desk import Desk, DeskSettings
from litmos.wiring import InProcess
from mcp_server.server import create_server

COURSES = 60
UNREAD = 20  # of the 30 unfinished ones: due dates that are not read, and a note says so
TARGET_TEXT = 0.25
TARGET_STRUCTURED = 0.50
TARGET_PAGE = 4000  # bytes

PERSON = "wPq7LmZt2Xw1"
NOW = datetime(2026, 11, 23, 10, 15, 30, 824000, tzinfo=UTC)
SUBJECTS = """Fire & Safety|Data Protection Basics|Anti-Bribery "Gifts" Policy|Manual Handling|Working at Height
Excel for Finance|First Aid at Work|Welcome to Example|Forklift Theory|Leading Small Teams|Spotting Phishing
Code of Conduct|Diversity, Equity & Inclusion at Work|Display Screen Equipment|Café Hygiene, Level 2
Information Security Awareness|Modern Slavery: What to Look For|Customer Service Essentials|Time Management
Handling Difficult Conversations|Health & Safety Induction|Preventing Harassment and Bullying
Environmental Awareness|Introduction to Project Management|Lockout/Tagout (LOTO)|Product Training: Model X200
Selling with Stories|Negotiation Skills for Account Managers|Driving for Work|What's New in Release 24"""
EDITIONS = ("", " (2026 refresher)")

Answer = tuple[str, dict[str, Any]]  # text and structured content


def company() -> World:
    """One person on many courses, in every state that a course can be in."""
    world = World()
    world.add_person("Amelia", "Okonkwo-Reyes", person_id=PERSON, email="amelia.okonkwo-reyes@example.com")
    names = [subject + edition for edition in EDITIONS for subject in SUBJECTS.replace("\n", "|").split("|")]
    for place, name in enumerate(names):
        code = f"{''.join(word[0] for word in name.split()).upper()}-{place:02}"
        changed = NOW - timedelta(days=30) if place % 20 == 5 else None  # noqa: PLR2004 - after it was completed
        course = world.add_course(name, code=code, modules=2 + place % 4, changed=changed)
        world.assign_course(PERSON, course.id, **state(place))
    return world


def state(place: int) -> dict[str, Any]:
    """To do, due, overdue, begun, completed for good, for a while or no longer, or with no access any more."""

    def day(days: float) -> datetime:
        return NOW + timedelta(days=days - place / 3)

    states: list[dict[str, Any]] = [
        {"at": day(-20)},
        {"at": day(-20), "due": day(90)},
        {"at": day(-50), "due": day(-9)},
        {"at": day(-50), "due": day(130), "percent": 50},
        {"at": day(-70), "percent": 30},
        {"at": day(-90), "completed": day(-60)},
        {"at": day(-90), "completed": day(-45), "compliant_till": day(320)},
        {"at": day(-200), "completed": day(-150), "compliant_till": day(365)},
        {"at": day(-420), "completed": day(-400), "compliant_till": day(-35)},
        {"at": day(-120), "access_till": day(-14)},
    ]
    return states[place % len(states)]


async def ask(client: Client, **arguments: Any) -> Answer:
    """One answer of the tool."""
    result = await client.call_tool("get_user_courses", {"person": PERSON} | arguments)
    [block] = result.content
    if not isinstance(block, TextContent) or result.structured_content is None:
        raise TypeError(f"no answer: {result}")
    return block.text, result.structured_content


async def pages(client: Client, **arguments: Any) -> list[Answer]:
    """Every page of the person's courses."""
    found = [await ask(client, **arguments)]
    while cursor := found[-1][1].get("next_cursor"):
        found.append(await ask(client, cursor=cursor, **arguments))
    return found


def compact(data: Any) -> bytes:
    """JSON as the SDK sends it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def show(what: str, size: int, limit: float, told: str) -> None:
    """A line: how large, and whether that is small enough."""
    print(f"  {what:<34}{size:6} bytes   {told}: {'met' if size <= limit else 'missed'}")


def check(courses: list[dict[str, Any]], found: list[Answer]) -> None:
    """Fails unless text and structured content tell of each course, once, and how many due dates were not read."""
    ids = sorted(course["Id"] for course in courses)
    lines = [line.split("\t") for text, _ in found for line in text.splitlines()[2:]]  # after heading and columns
    in_text = sorted(cells[0] for cells in lines if len(cells) > 1)
    structured = sorted(row["id"] for _, answer in found for row in answer["courses"])
    noted = all(answer.get("note", "").startswith(f"{UNREAD} ") and answer["note"] in text for text, answer in found)
    if not (len(ids) == COURSES and ids == in_text == structured and noted):
        raise AssertionError("something is left out")


async def main() -> None:
    """Measure and print; fails if an answer leaves out a course."""
    key, sandbox = litmos.KeyAuth(SecretStr(DEMO_KEY)), Sandbox(company(), clock=MovableClock(NOW), limit=0)
    http = httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=sandbox.app))
    async with http:
        query = {"source": "bench", "format": "json", "limit": "1000"}
        courses = json.loads((await http.get(f"users/{PERSON}/courses", params=query)).content)

        @asynccontextmanager
        async def open_desk() -> AsyncIterator[Desk]:
            yield Desk(litmos.Client(http, key, source="bench"), DeskSettings("the demo Litmos"), now=lambda: NOW)

        async with Client(create_server(open_desk)) as client:
            all_rows, default = await pages(client, limit=200), await pages(client)
            tools = (await client.list_tools()).tools
    check(courses, all_rows)
    check(courses, default)
    # not escaped to ASCII, which makes it smaller: not in our favour
    raw = len(json.dumps(courses, indent=2, ensure_ascii=False).encode())
    print(f"sizes: the {COURSES} courses of one person; raw indented Litmos JSON: {raw} bytes")
    for what, size, target in (
        ("all rows, text", sum(len(text.encode()) for text, _ in all_rows), TARGET_TEXT),
        ("all rows, structured", sum(len(compact(answer)) for _, answer in all_rows), TARGET_STRUCTURED),
    ):
        show(what, size, target * raw, f"{size / raw:.1%} of raw, target <= {target:.0%}")
    largest = max(len(text.encode()) for text, _ in default)
    show(f"default page, text (largest of {len(default)})", largest, TARGET_PAGE, f"target <= {TARGET_PAGE}")
    sizes = {tool.name: len(compact(tool.model_dump(mode="json", by_alias=True, exclude_none=True))) for tool in tools}
    print(f"  {'tools/list':<34}{sum(sizes.values()):6} bytes   {len(sizes)} tools:")
    print(f"    {', '.join(f'{name} {size}' for name, size in sizes.items())}")


if __name__ == "__main__":
    anyio.run(main)
