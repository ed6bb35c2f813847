"""Somebody's assistant over MCP: reads, changes that are agreed to or declined, proposals, undo, and large jobs."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import anyio
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from bench.soaking.crowd import COURSES, PATIENCE, Crowd
from bench.soaking.model import Told
from litmos.demo.records import Person as Employee

AGREES = 0.8
CALLS = (5, 25)  # of one connection
JOB = (12, 4)  # people and courses: more than 25 pairs
POLL = 1.0  # seconds

Connect = Callable[..., AbstractAsyncContextManager[Client]]
"""Opens a connection; takes what `Client` takes."""

Lines = Callable[[int], Awaitable[list[Told]]]
"""What the audit holds of a receipt: an answer about a job tells twenty lines at most."""


@dataclass
class Assistant:
    """`people` are those that only this one changes. `approve`: how its person approves, where it has no forms."""

    crowd: Crowd
    connect: Connect
    people: Sequence[Employee] = ()
    approve: Callable[[str], Awaitable[None]] | None = None
    lines_of: Lines | None = None
    """Where it starts jobs, too."""

    async def run(self) -> None:
        """Until the crowd stops; now and then the assistant is closed and opened again."""
        while not self.crowd.stop.is_set():
            asking = {} if self.approve else {"elicitation_callback": self._asked}
            async with self.connect(**asking) as client:
                for _ in range(self.crowd.chance.randint(*CALLS)):
                    if self.crowd.stop.is_set():
                        return
                    await self._step(client)
                    await anyio.sleep(self.crowd.chance.uniform(0, 0.3))

    async def _step(self, client: Client) -> None:
        chance = self.crowd.chance.random()
        if not self.people or chance < 0.45:  # noqa: PLR2004 - nearly half
            await self._look(client)
        elif self.lines_of and chance < 0.5:  # noqa: PLR2004 - now and then
            await self._job(client, self.lines_of)
        else:
            await self._change(client)

    async def _asked(self, _: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        """The person's answer to a form."""
        if self.crowd.chance.random() > AGREES:
            self.crowd.deeds["form declined"] += 1
            return ElicitResult(action="decline")
        word = re.search(r"To go on, type (\w+)\.", params.message)
        return ElicitResult(action="accept", content={"word": word[1]} if word else {"confirm": True})

    async def _look(self, client: Client) -> None:
        person = self.crowd.chance.choice([one.id for one in self.people] or ["me"])
        asked: list[tuple[str, dict[str, Any]]] = [
            ("whoami", {}),
            ("find_people", {"query": "sam"}),
            ("find_training", {"query": "first"}),
            ("get_user_courses", {"person": person}),
            ("get_user_learning_paths", {"person": person}),
            ("get_module_results", {"person": person, "course": "FIRE-01"}),
            ("assign", {"people": ["me"], "training": ["nothing like it"]}),
        ]
        tool, arguments = self.crowd.chance.choice(asked)
        result = await self._call(client, tool, arguments)
        self.crowd.deeds["look refused" if result.is_error else "look by MCP"] += 1

    async def _change(self, client: Client) -> None:
        operation = self.crowd.operation()
        people = [one.id for one in self.crowd.some(self.people, 3)]
        named = "courses" if operation == "reset" else "training"
        arguments = {"people": people, named: self.crowd.some_training(operation)}
        receipt = await self._told(await self._call(client, operation, arguments))
        if receipt and operation != "reset" and self.crowd.chance.random() < 0.2:  # noqa: PLR2004 - one in five
            self.crowd.deeds["undo by MCP"] += 1
            await self._told(await self._call(client, "undo", {"receipt": receipt}))

    async def _told(self, result: CallToolResult) -> int:
        """Take what a change answered; returns its receipt, 0 where nothing was done."""
        if result.is_error:
            self.crowd.deeds["change refused"] += 1
            return 0
        answer: dict[str, Any] = result.structured_content or {}
        if "proposal" in answer and self.approve:
            await self.approve(answer["proposal"]["key"])
            return 0
        verb = answer["summary"].partition(" ")[0].rstrip(":").casefold()
        rows = answer.get("lines") or ()
        lines = [Told(verb, row["person_id"], row["training_id"], row["result"]) for row in rows]
        self.crowd.heard(lines, answer.get("receipt") or 0)
        return int(answer.get("receipt") or 0)

    async def _job(self, client: Client, lines_of: Lines) -> None:
        people, courses = JOB
        arguments = {
            "people": [one.id for one in self.crowd.chance.sample(self.people, min(people, len(self.people)))],
            "training": self.crowd.chance.sample(COURSES, courses),
        }
        operation = self.crowd.chance.choice(["assign", "unassign"])
        result = await self._call(client, operation, arguments)
        job = (result.structured_content or {}).get("job")
        if result.is_error or job is None:  # declined, or few enough to be done at once
            await self._told(result)
            return
        self.crowd.deeds["job"] += 1
        if self.crowd.chance.random() < 0.2:  # noqa: PLR2004 - one in five
            await self._call(client, "cancel_job", {"job": job})
            self.crowd.deeds["job cancelled"] += 1
        row = await self._ended(client, job)
        if row.get("receipt"):
            self.crowd.heard(await lines_of(row["receipt"]), row["receipt"])

    async def _ended(self, client: Client, job: str) -> dict[str, Any]:
        with anyio.fail_after(PATIENCE):
            while True:
                result = await self._call(client, "get_job", {"job": job})
                rows = (result.structured_content or {}).get("jobs") or [{"state": "running"}]
                if rows[0]["state"] not in {"waiting", "running"}:
                    return dict(rows[0])
                await anyio.sleep(POLL)

    async def _call(self, client: Client, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """Whatever is not said in words of ours is wrong."""
        try:
            result = await asyncio.wait_for(client.call_tool(tool, arguments), PATIENCE)
        except TimeoutError:
            self.crowd.wrong[f"{tool} did not answer in {PATIENCE:.0f} s"] += 1
            return CallToolResult(content=[], is_error=True)
        said = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
        if result.is_error and (not said or said.startswith("Error executing tool")):
            self.crowd.wrong[f"{tool}: {said}"] += 1
        return result
