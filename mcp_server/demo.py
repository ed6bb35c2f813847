"""`make demo`: a short conversation of a real MCP client with a real `litmos-mcp` on the demo Litmos."""

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
from mcp.types import TextContent

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


CONVERSATION = (
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
        "could be 2",
        {"person": "Sam Lee", "status": "overdue"},
        refused=True,
    ),
    Question("Which Sam Lees are there?", "find_people", "sam.lee2@example.com", {"query": "sam lee"}),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Hold the conversation; 0 when every answer held what it should, 1 otherwise."""
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="do not wait for the Enter key")
    patient = not parser.parse_args(argv).check and sys.stdin.isatty()
    wrong = anyio.run(_converse, patient)
    sys.stdout.write("\n" + (f"Wrong: {'; '.join(wrong)}\n" if wrong else "Everything was answered as it should be.\n"))
    return 1 if wrong else 0


async def _converse(patient: bool) -> list[str]:  # noqa: FBT001 - anyio.run passes by position
    wrong = []
    with tempfile.TemporaryDirectory(prefix="litmos-demo-") as folder:
        async with _demo_litmos() as settings:
            state = f"sqlite:///{Path(folder) / 'state.sqlite'}"
            server = StdioServerParameters(
                command=str(PROGRAMS / "litmos-mcp"), env=settings | {"LITMOS_STATE_URL": state}
            )
            async with Client(server) as assistant:
                for question in CONVERSATION:
                    if patient:
                        await anyio.to_thread.run_sync(input, "\n[Enter] ")
                    wrong += await _ask(assistant, question)
    return wrong


async def _ask(assistant: Client, question: Question) -> list[str]:
    result = await assistant.call_tool(question.tool, question.arguments)
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    call = ", ".join(f"{name}={value!r}" for name, value in question.arguments.items())
    sys.stdout.write(f"\nYou: {question.words}\n     -> {question.tool}({call})\n{_as_table(text)}\n")
    if question.holds in text and bool(result.is_error) == question.refused:
        return []
    return [f"{question.tool}({call})"]


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
            line = next(line for line in said.splitlines() if "litmos-mcp" in line)
            yield dict(word.split("=", 1) for word in line.split() if "=" in word) | {
                "LITMOS_OPERATOR": "ada.marsh@example.com"
            }
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
