"""What came of a change, line by line: what Litmos said, and what reading back showed. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litmos.desk.plan import Fate, Pair, Plan, PlanLine, what_is_meant
from litmos.desk.snapshot import Snapshot
from litmos.errors import LitmosError

__all__ = ["Answers", "Outcome", "OutcomeLine", "Result", "judge", "proved", "summary"]


class Result(StrEnum):
    """What came of one line."""

    DONE = "done"
    ALREADY = "already so"
    FAILED = "failed"
    NOT_TRIED = "not tried"
    UNPROVEN = "unproven"


ALL_GOOD = {Result.DONE, Result.ALREADY}
TROUBLE = (Result.FAILED, Result.UNPROVEN, Result.NOT_TRIED)


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """A line of the plan and its result; `why` where it is not done."""

    line: PlanLine
    result: Result
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`summary` is one sentence. `receipt` is the audit's number of it, 0 when there was nothing to do."""

    plan: Plan
    lines: tuple[OutcomeLine, ...]
    summary: str
    receipt: int = 0
    requests: int = 0
    undo_until: datetime | None = None
    note: str = ""

    @property
    def event(self) -> str:
        """How the audit calls the end."""
        changed = {line.result for line in self.lines if line.line.fate is Fate.CHANGE}
        return "done" if changed <= ALL_GOOD else "partly" if Result.DONE in changed else "failed"

    @property
    def done(self) -> tuple[OutcomeLine, ...]:
        return tuple(line for line in self.lines if line.result is Result.DONE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What Litmos said to the writes: None for yes, an error, or nothing at all for what was `not tried`."""

    said: Mapping[Pair, LitmosError | None]
    stopped: str = ""


def proved(operation: str, pair: Pair, after: Snapshot) -> bool:
    """Whether it is now as the operation wants it."""
    held = after.held.get(pair)
    match operation:
        case "assign":
            return held is not None
        case "unassign":
            return held is None and pair.person not in after.unread
        case _:
            return held is not None and not held.complete and held.percent == 0


def judge(line: PlanLine, answers: Answers, operation: str, after: Snapshot | LitmosError) -> OutcomeLine:
    """The result of one line. A lost answer is decided by what reading back shows, never by guessing.

    Args:
        line: Of the plan that was carried out.
        answers: To the writes.
        operation: That was carried out.
        after: What was read back, or why nothing could be.
    """
    if line.fate is Fate.ALREADY:
        return OutcomeLine(line, Result.ALREADY, line.then)
    if line.fate is Fate.REFUSED:
        return OutcomeLine(line, Result.NOT_TRIED, line.then)
    if line.pair not in answers.said:
        return OutcomeLine(line, Result.NOT_TRIED, answers.stopped)
    error = answers.said[line.pair]
    if isinstance(after, LitmosError):
        if error is not None and not error.perhaps_done:
            return OutcomeLine(line, Result.FAILED, str(error))
        return OutcomeLine(line, Result.UNPROVEN, f"reading back failed: {after}")
    return _by_proof(line, error, so=proved(operation, line.pair, after))


def _by_proof(line: PlanLine, error: LitmosError | None, *, so: bool) -> OutcomeLine:
    match error:
        case None if so:
            return OutcomeLine(line, Result.DONE)
        case None:
            return OutcomeLine(line, Result.UNPROVEN, "Litmos said yes, but reading back does not show it")
        case _ if so and error.perhaps_done:
            return OutcomeLine(line, Result.DONE)
        case _ if so:
            return OutcomeLine(line, Result.ALREADY, "Litmos refused, and it is so all the same")
        case _:
            return OutcomeLine(line, Result.FAILED, str(error))


def summary(plan: Plan, lines: tuple[OutcomeLine, ...]) -> str:
    """One sentence for people."""
    counts = Counter(line.result for line in lines)
    if len(lines) == 1:
        [only] = lines
        why = f": {only.why}" if only.why else ""
        return f"{plan.operation.capitalize()} {only.result} ({what_is_meant(only.line)}){why}"
    told = ", ".join(f"{counts[result]} {result}" for result in Result if counts[result])
    return f"{plan.operation.capitalize()}: {told}." if told else f"Nothing to {plan.operation}."
