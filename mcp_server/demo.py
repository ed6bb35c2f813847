"""`make demo`: short conversations of a real MCP client with real `litmos-mcp`s on the demo Litmos."""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unicodedata import east_asian_width

import anyio
from anyio.streams.text import TextReceiveStream
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext, Transport
from mcp.types import ElicitRequestParams, ElicitResult, TextContent

from litmos.environment import forget_proxies
from mcp_server.demo_http import over_http

if TYPE_CHECKING:
    from anyio.abc import ByteReceiveStream

__all__ = ["main"]

PROGRAMS = Path(sys.executable).parent
START = 20.0  # seconds that the demo Litmos may take to listen


@dataclass(frozen=True)
class Question:
    """What a person asks, the call an assistant makes of it, and what the answer has to hold."""

    words: str
    tool: str
    holds: str
    arguments: dict[str, Any] = field(default_factory=dict)
    refused: bool = False
    agree: bool = True
    """What the person answers when they are asked before a change."""


ADA = "ada.marsh@example.com"  # a learner
LENA = "lena.fischer@example.com"  # who leads her team

LOOKING = (
    Question("Whom do you act for?", "whoami", "Ada Marsh"),
    Question("What do I still have to do?", "get_user_courses", "overdue by", {"person": "me", "status": "open"}),
    Question(
        "How did I do in the first aid course FA-01?",
        "get_module_results",
        "score",
        {"person": "me", "course": "FA-01"},
    ),
    Question("And my learning paths?", "get_user_learning_paths", "New Starter", {"person": "me"}),
    Question("Is there something about fire?", "find_training", "Fire & Safety", {"query": "fire"}),
    Question(
        "What is overdue for Sam Lee?",
        "get_user_courses",
        "Nobody whom you may see",
        {"person": "Sam Lee", "status": "overdue"},
        refused=True,
    ),
)
CHANGING = (
    Question(
        "Put Noor and Ada on fire safety.",
        "assign",
        "1 done, 1 already so",
        {"people": ["Noor Rahman", "Ada Marsh"], "training": ["FIRE-01"]},
    ),
    Question(
        "Take Ada off Excel for Finance.",
        "unassign",
        "Nothing was changed",
        {"people": ["Ada Marsh"], "training": ["XLF-01"]},
        agree=False,
    ),
    Question("Let Ada do first aid again.", "reset", "Reset done", {"people": ["Ada Marsh"], "courses": ["FA-01"]}),
    Question("Not Noor after all: undo that.", "undo", "Unassign done"),
    Question(
        "And Tomás, from the warehouse?",
        "assign",
        "Nobody whom you may see",
        {"people": ["Tomás Núñez"], "training": ["FIRE-01"]},
        refused=True,
    ),
)

SIGNED_IN = (
    Question("Whom do you act for?", "whoami", "Ada Marsh"),
    Question(
        "Put Noor on forklift theory.",
        "assign",
        "As a learner you may not assign",
        {"people": ["Noor Rahman"], "training": ["FLT-01"]},
        refused=True,
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Hold the conversations, show the audit; 0 when every answer held what it should, 1 otherwise."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="do not wait for the Enter key")
    patient = not parser.parse_args(argv).check and sys.stdin.isatty()
    forget_proxies()
    wrong = anyio.run(_converse, patient)
    _say("\n" + (f"Wrong: {'; '.join(wrong)}\n" if wrong else "Everything was answered as it should be.\n"))
    return 1 if wrong else 0


async def _converse(patient: bool) -> list[str]:  # noqa: FBT001 - anyio.run passes by position
    with tempfile.TemporaryDirectory(prefix="litmos-demo-") as folder:
        async with _demo_litmos() as settings:
            settings |= {"LITMOS_STATE_URL": f"sqlite:///{Path(folder) / 'state.sqlite'}"}
            _say("\nAda Marsh asks her assistant.\n")
            wrong = await _talk(_over_stdio(settings, ADA), LOOKING, patient=patient)
            _say("\nLena Fischer leads Ada's team, and has changes made.\n")
            wrong += await _talk(_over_stdio(settings, LENA), CHANGING, patient=patient)
            _say("\nWhat the audit tells afterwards (litmos audit):\n")
            for command in (["audit"], ["audit", "verify"]):
                told = await anyio.run_process([PROGRAMS / "litmos", *command], env=settings, check=False)
                _say(told.stdout.decode() + told.stderr.decode())
                wrong += [f"litmos {' '.join(command)}"] if told.returncode else []
            _say("\nAda's assistant on another machine comes over HTTP, and signs her in.\n")
            async with over_http(settings, ADA) as server:
                wrong += await _talk(server, SIGNED_IN, patient=patient)
    return wrong


def _over_stdio(settings: dict[str, str], operator: str) -> StdioServerParameters:
    return StdioServerParameters(command=str(PROGRAMS / "litmos-mcp"), env=settings | {"LITMOS_OPERATOR": operator})


async def _talk(
    server: StdioServerParameters | Transport, questions: Sequence[Question], *, patient: bool
) -> list[str]:
    """Hold one conversation; returns the calls whose answers did not hold what they should."""
    wrong, agree = [], False

    async def answer(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:  # noqa: ARG001 - the SDK calls it by name
        _say(
            "".join(f"     ? {line}\n" for line in params.message.splitlines()) + f"     > {'yes' if agree else 'no'}\n"
        )
        return ElicitResult(action="accept", content={"confirm": True}) if agree else ElicitResult(action="decline")

    async with Client(server, elicitation_callback=answer) as assistant:
        for question in questions:
            if patient:
                await anyio.to_thread.run_sync(input, "\n[Enter] ")
            agree = question.agree
            wrong += await _ask(assistant, question)
    return wrong


async def _ask(assistant: Client, question: Question) -> list[str]:
    call = ", ".join(f"{name}={value!r}" for name, value in question.arguments.items())
    _say(f"\nYou: {question.words}\n     -> {question.tool}({call})\n")
    result = await assistant.call_tool(question.tool, question.arguments)
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    _say(f"{_as_table(text)}\n")
    if question.holds in text and bool(result.is_error) == question.refused:
        return []
    return [f"{question.tool}({call})"]


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


@asynccontextmanager
async def _demo_litmos() -> AsyncIterator[dict[str, str]]:
    """Runs `litmos sandbox` on a free port; yields the settings that lead to it."""
    async with await anyio.open_process([PROGRAMS / "litmos", "sandbox", "--port", "0"], stderr=None) as process:
        output = TextReceiveStream(cast("ByteReceiveStream", process.stdout))  # a pipe, unless told otherwise
        try:
            with anyio.fail_after(START):
                said = ""
                async for part in output:
                    said += part
                    if "litmos-mcp" in said:
                        break
            sys.stdout.write(said.partition("\n")[0] + "\n")
            line = next((line for line in said.splitlines() if "litmos-mcp" in line), "")
            if not line:
                raise SystemExit(f"The demo Litmos did not start. It said: {said.strip() or 'nothing'}")
            yield dict(word.split("=", 1) for word in line.split() if "=" in word)
        finally:
            process.terminate()


def _as_table(text: str) -> str:
    """Tabs to columns that line up."""
    lines = [line.split("\t") for line in text.splitlines()]
    widths = [0] * max(map(len, lines))
    for cells in lines:
        for column, cell in enumerate(cells[:-1]):
            widths[column] = max(widths[column], _width(cell))
    return "\n".join(
        "     "
        + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=False)).rstrip()
        for cells in lines
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


if __name__ == "__main__":
    sys.exit(main())
