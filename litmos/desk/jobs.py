"""Jobs: changes too large to wait for, as those see them who may. What does the work is an engine behind a protocol."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from litmos.desk.actor import Actor, Role
from litmos.desk.bulk import Task
from litmos.desk.names import quoted
from litmos.desk.outcome import Result
from litmos.desk.plan import Fate
from litmos.desk.records import request_of
from litmos.desk.requests import Change, Nudge
from litmos.errors import Invalid, Misconfigured, NotFound
from litmos.store.audit import Audit

__all__ = ["Engine", "Job", "Jobs", "Report", "State"]

SHOWN = 20  # lines
State = Literal["waiting", "running", "done", "partly", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Report:
    """What an engine knows of a job. `event` is empty until it has ended; `refused`: why it never began."""

    job: str
    task: Task
    started: datetime
    running: bool = False
    done: int = 0
    failed: int = 0
    stopping: bool = False
    receipt: int = 0
    event: str = ""
    summary: str = ""
    refused: str = ""


class Engine(Protocol):
    """Does jobs, whatever dies in between."""

    async def start(self, job: str, task: Task) -> None:
        """Begin a job; nothing happens where there is one with this id."""

    async def find(self, job: str) -> Report | None:
        """What is known of a job."""

    async def every(self) -> Sequence[Report]:
        """All jobs of the last days, newest first."""

    async def stop(self, job: str, why: str) -> None:
        """Let it end after what is under way."""

    async def counts(self) -> Mapping[tuple[str, State], int]:
        """How many jobs of the last days there are, by kind (change or nudge) and state.

        Whether they went well, it does not tell apart.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as people see it. `total`, `done` and `failed` count pairs of a person and a training; or people."""

    id: str
    operation: str
    owner: str
    state: State
    started: datetime
    total: int
    done: int = 0
    failed: int = 0
    stopping: bool = False
    per_minute: int | None = None
    """Pairs, as far as it has come; None, as for `minutes_left`, where nothing can be said yet."""
    minutes_left: int | None = None
    summary: str = ""
    receipt: int = 0
    undo_until: datetime | None = None
    left: tuple[str, ...] = ()
    """What was not done, a line each with its reason; at most twenty, and only of a job that is looked at alone."""
    told: tuple[str, ...] = ()
    """Of nudges: who was written to, a line each; as `left`."""

    @property
    def is_nudge(self) -> bool:
        return self.operation == Nudge.operation

    @property
    def goes_on(self) -> bool:
        return self.state in {"waiting", "running"}


class Jobs:
    """The jobs of an engine, for those who started them, and for administrators."""

    def __init__(self, engine: Engine, audit: Audit | None, now: Callable[[], datetime]) -> None:
        self._engine, self._audit, self._now = engine, audit, now

    async def start(self, job: str, task: Task) -> Job:
        """Begin a job, or find it begun."""
        await self._engine.start(job, task)
        found = await self._engine.find(job)
        if found is None:
            raise Invalid(f"The job {job} has just been deleted.")
        return self._job(found)

    async def find(self, actor: Actor, job: str) -> Job:
        """One job; NotFound for those that are somebody else's, too."""
        found = self._job(await self._mine(actor, job))
        if found.goes_on or not found.receipt:
            return found
        lines = await self._lines(found.receipt)
        if found.is_nudge:
            return replace(found, left=_people(lines, done=False), told=_people(lines, done=True))
        return replace(found, left=tuple(_in_words(line) for line in _undone(lines)[:SHOWN]))

    async def every(self, actor: Actor) -> list[Job]:
        """The actor's own jobs of the last days, newest first; everybody's for an administrator."""
        return [self._job(one) for one in await self._engine.every() if _may_see(actor, one)]

    async def counts(self) -> Mapping[tuple[str, State], int]:
        """How many there are, whoever's they are."""
        return await self._engine.counts()

    async def stop(self, actor: Actor, job: str) -> Job:
        """End it after the chunk that is under way; what is not done by then stays undone."""
        found = await self._mine(actor, job)
        if not found.event:
            await self._engine.stop(job, f"stopped by {actor.name}")
        return await self.find(actor, job)

    async def rest(self, actor: Actor, job: str) -> Change:
        """What a job that has ended did not do, as a new request: planned and asked like any other."""
        found = await self._mine(actor, job)
        if not found.event:
            raise Invalid(f"The job {job} has not ended yet.")
        if found.task["request"]["operation"] == Nudge.operation:
            raise Invalid("Nudges are not taken up again: nudge the same people once more, and see who is left.")
        request = request_of(found.task["request"])
        left = _undone(await self._lines(found.receipt))
        if not left:
            raise Invalid(f"The job {job} has left nothing undone.")
        people = tuple(dict.fromkeys(line["person_id"] for line in left))
        training = tuple(dict.fromkeys(line["training_id"] for line in left))
        only = frozenset((line["person_id"], line["training_id"]) for line in left)
        return replace(request, people=people, training=training, only=only)

    async def _lines(self, receipt: int) -> list[Mapping[str, Any]]:
        if self._audit is None:
            raise Misconfigured("There is no state database, and so no record of what was done.")
        rows = [row for row in await self._audit.of_run(receipt) if "lines" in row.body]
        return list(rows[-1].body["lines"]) if rows else []

    async def _mine(self, actor: Actor, job: str) -> Report:
        found = await self._engine.find(job.strip())
        if found is None or not _may_see(actor, found):
            raise NotFound(f"You have no job {job!r}. `litmos jobs` lists them; old ones are forgotten.")
        return found

    def _job(self, report: Report) -> Job:
        rate = self._rate(report)
        return Job(
            id=report.job,
            operation=report.task["request"]["operation"],
            owner=report.task["person"] or "key-owner",
            state=_state(report),
            started=report.started,
            total=report.task["pairs"],
            done=report.done,
            failed=report.failed,
            stopping=report.stopping,
            per_minute=None if rate is None else math.floor(rate),
            minutes_left=None if rate is None else math.ceil((report.task["pairs"] - report.done) / rate),
            summary=report.summary or report.refused,
            receipt=report.receipt,
        )

    def _rate(self, report: Report) -> float | None:
        """Pairs a minute since it was started; None where nothing can be said yet."""
        nudge = report.task["request"]["operation"] == Nudge.operation  # quiet hours go by nobody's rate
        if nudge or report.event or report.refused or not report.done:
            return None
        return 60 * report.done / max((self._now() - report.started).total_seconds(), 1.0)


def _undone(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    good = {Result.DONE, Result.ALREADY}
    return [line for line in lines if line["fate"] == Fate.CHANGE and line.get("outcome") not in good]


def _in_words(line: Mapping[str, Any]) -> str:
    why = f": {line['why']}" if line.get("why") else ""
    return f"{quoted(line['person'])} ({line['person_id']}), {quoted(line['training'])}: {line['outcome']}{why}"


def _people(lines: Sequence[Mapping[str, Any]], *, done: bool) -> tuple[str, ...]:
    """Of nudges, a line for each person: with the courses for those who were written to, with the reason for others."""
    by_person: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        if (line["outcome"] == Result.DONE) is done:
            by_person.setdefault(line["person_id"], []).append(line)
    what = [
        ", ".join(quoted(one["training"]) for one in of) if done else of[0].get("why", "") for of in by_person.values()
    ]
    who = [f"{quoted(of[0]['person'])} ({person})" for person, of in by_person.items()]
    return tuple(f"{name}: {told}" for name, told in zip(who[:SHOWN], what[:SHOWN], strict=True))


def _state(report: Report) -> State:
    if report.refused:
        return "refused"
    match report.event:
        case "done":
            return "done"
        case "partly":
            return "partly"
        case "failed":
            return "failed"
        case _:
            return "running" if report.running else "waiting"


def _may_see(actor: Actor, report: Report) -> bool:
    return actor.role is Role.ADMIN or (report.task["person"] or "key-owner") == actor.key
