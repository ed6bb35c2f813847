"""`litmos approve KEY`: the yes of a person to what an assistant has proposed, given in a terminal."""

import sys
from collections.abc import Callable

import anyio
import anyio.to_thread

from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.outcome import Outcome, Result
from litmos.desk.plan import what_is_meant
from litmos.errors import LitmosError
from litmos.settings import Settings
from litmos.wiring import open_desk

__all__ = ["approve", "typed"]

FACE = "cli"
LONG_AGO = 900.0  # seconds; what was begun before that and has no end will not get one any more


def typed(question: str) -> str:
    """What a person types in a terminal. EOFError anywhere else: `echo yes |` is a word of some program, or a model."""
    if not sys.stdin.isatty():
        raise EOFError
    return input(question)


def approve(key: str, ask: Callable[[str], str] = typed) -> int:
    """Show what was proposed under the key, ask, and carry it out; 0 when all of it is done or was declined.

    Args:
        key: As the assistant told it.
        ask: Shows a question and returns the answer; `EOFError` where nobody can answer.
    """
    return anyio.run(_approve, key, ask)


async def _approve(key: str, ask: Callable[[str], str]) -> int:
    settings = Settings.read()
    async with open_desk(settings) as desk:
        await _tell_unfinished(desk)
        actor = await desk.operator(FACE, settings.operator)
        asked = await desk.proposal(actor, key)
        print(asked.question)
        answer = await _answer(ask, f"Type {asked.word}, or no: " if asked.word else "yes or no: ")
        if answer is None:
            sys.stderr.write("Nothing was changed: nobody could be asked. Run this in a terminal.\n")
            return 1
        if answer.upper() != (asked.word or "YES"):
            await desk.decline(actor, key)
            print("Nothing was changed, and the key is worth nothing any more.")
            return 0
        outcome = await desk.approve(actor, key, by="terminal", word=answer, waiting=_waiting)
        if isinstance(outcome, Job):
            print(f"Started as the job {outcome.id}. See: litmos jobs")
            return 0
        _tell(outcome)
        return 0 if all(line.result in {Result.DONE, Result.ALREADY} for line in outcome.lines) else 1


async def _answer(ask: Callable[[str], str], question: str) -> str | None:
    try:
        return (await anyio.to_thread.run_sync(ask, question)).strip()
    except EOFError:
        return None


async def _tell_unfinished(desk: Desk) -> None:
    try:
        unfinished = await desk.unfinished(LONG_AGO)
    except LitmosError:
        return  # it is told below, where it matters
    if unfinished:
        sys.stderr.write(
            f"Begun and never ended: {len(unfinished)}, the last on {unfinished[-1].at:%Y-%m-%d %H:%M} UTC. "
            "See litmos audit; what was done then has not been proved.\n"
        )


def _tell(outcome: Outcome) -> None:
    print(outcome.summary)
    for line in outcome.lines:
        if line.result not in {Result.DONE, Result.ALREADY}:
            print(f"  {line.result}: {what_is_meant(line.line)}: {line.why}")
    if outcome.receipt:
        undo = f" It can be undone until {outcome.undo_until:%H:%M} UTC." if outcome.undo_until else ""
        print(f"Receipt {outcome.receipt}.{undo}")
    if outcome.note:
        print(outcome.note)


def _waiting(seconds: float) -> None:
    sys.stderr.write(f"waiting for Litmos, {seconds:.0f} s\n")
