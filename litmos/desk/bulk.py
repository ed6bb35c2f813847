"""Large changes in pieces: begun once, done chunk by chunk, ended once, whatever dies in between.

Each piece may be done again by who does not know whether it was done. All that goes in and out is plain JSON, with ids
alone: names are in the audit, which begins and ends such a change like any other.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, TypedDict

from litmos.desk.access import Access
from litmos.desk.actor import Actor
from litmos.desk.answers import Training
from litmos.desk.cache import Cache
from litmos.desk.changing import Changing
from litmos.desk.drafts import draft
from litmos.desk.line import Line
from litmos.desk.outcome import Answers, Outcome, OutcomeLine, Result, judge, summary
from litmos.desk.plan import Fate, Pair, Plan, PlanLine
from litmos.desk.records import (
    Approval,
    actor_record,
    copies_record,
    end_record,
    plan_of,
    request_of,
    request_record,
    start_record,
)
from litmos.desk.requests import Change, Nudge
from litmos.desk.snapshot import Snapshot
from litmos.desk.snapshots import SnapshotReader
from litmos.desk.undo import can_be_undone_until
from litmos.desk.writing import Writing, copies_of, writes_of
from litmos.errors import LitmosError, NotAllowed, Throttled, Unavailable
from litmos.model import AccessLevel, Person, TrainingKind

__all__ = ["Begun", "Bulk", "Chunk", "Ended", "Part", "Task", "Told", "task_of"]

PEOPLE = 25  # of a chunk: as many as one request reads
TRUSTED = 300.0  # seconds until it is looked at again whether the actor may

Chunk = list[list[str]]
"""Pairs, each as the id of the person, the kind of training, and its id."""

Told = list[list[str]]
"""Pairs with their result and why: as in `Chunk`, and two more."""


class Task(TypedDict):
    """A change that was approved. `person`: the actor's id, empty for the key's owner. `request` has ids alone."""

    face: str
    person: str
    request: dict[str, Any]
    fingerprint: str
    by: str
    word: str
    pairs: int


class Begun(TypedDict):
    """`receipt`: the audit's number, 0 where there was nothing to change any more."""

    receipt: int
    chunks: list[Chunk]


class Part(TypedDict):
    """What a chunk came to. `down`: seconds until Litmos is worth another try, where it did not answer."""

    told: Told
    down: float | None
    requests: int


class Ended(TypedDict):
    """`event`: done, partly or failed."""

    receipt: int
    event: str
    summary: str


def task_of(actor: Actor, request: Change | Nudge, approval: Approval, pairs: int) -> Task:
    """The task of a request that names people and training by id."""
    return {
        "face": actor.face,
        "person": actor.person.id if actor.person else "",
        "request": request_record(request),
        "fingerprint": approval.fingerprint,
        "by": approval.by,
        "word": approval.word,
        "pairs": pairs,
    }


class Bulk:
    """See the module. `line` makes a line for work that nobody waits for; `clock` gives seconds."""

    def __init__(
        self,
        access: Access,
        changing: Changing,
        line: Callable[[], Line],
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._access, self._changing, self._line, self._now, self._sleep = access, changing, line, now, sleep
        self._reader = SnapshotReader(clock)
        self._allowed: Cache[str, tuple[Actor, frozenset[str] | None]] = Cache(clock, seconds=TRUSTED)
        self._plans: Cache[int, Plan] = Cache(clock, most=8)

    async def begin(self, job: str, task: Task) -> Begun:
        """Policy and plan once more, and the row that begins it. Raises as `Desk.execute`, before anything is done."""
        line, audit = self._line(), self._changing.audit
        if (started := await audit.named(job)) is None:
            actor, request = await self._access.again(line, task["face"], task["person"]), request_of(task["request"])
            approval = Approval(task["fingerprint"], task["by"], task["word"])
            drafted = await self._changing.approved(line, actor, request, approval)
            if not drafted.plan.changes:
                return {"receipt": 0, "chunks": []}
            body = start_record(drafted.actor, drafted.plan, approval, ())
            started = await audit.append(
                "started", operation=request.operation, actor_id=actor.key, body=body, once=job
            )
        return {"receipt": started.seq, "chunks": _chunks(plan_of(started.body))}

    async def chunk(self, job: str, task: Task, receipt: int, pairs: Chunk, *, again: bool) -> Part:
        """Do one chunk, as far as it is not done: read, write, read back. What went wrong is told, not raised.

        `again`: it may have been tried before, so what is as wanted counts as done by us.
        """
        line, whole = self._line(), await self._plan(receipt)
        wanted = [one for one in whole.changes if one.pair in {_pair(pair) for pair in pairs}]
        try:
            actor = await self.may(line, job, task, {one.pair.person for one in wanted})
            before = await self._reader.read(line, whole.operation, *_named(wanted))
        except LitmosError as no:
            return _part([OutcomeLine(one, Result.NOT_TRIED, str(no)) for one in wanted], line, [no])
        request = replace(whole.request, only=frozenset((one.pair.person, one.pair.training) for one in wanted))
        mine = {one.pair for one in wanted}
        plan = Plan(request, tuple(one for one in draft(request, before).lines if one.pair in mine))
        copies, uncopied = await copies_of(line, plan, before)
        if copies:
            name = f"{job}/{pairs[0][0]}"
            body = {"actor": actor_record(actor), **copies_record(copies)}
            await self._changing.audit.append(
                "copied", operation=whole.operation, actor_id=actor.key, body=body, run=receipt, once=name
            )
        writing = Writing(line, self._reader, plan, before, self._sleep, None, dict(uncopied))
        await writing.write(writes_of(plan, [one for one in plan.changes if one.pair not in uncopied]))
        self._changing.remembered.forget(writing.touched)
        told = [_ours(one, again=again) for one in await writing.result()]
        return _part(told, line, writing.said.values())

    async def end(self, job: str, receipt: int, told: Told, stopped: str) -> Ended:
        """The row that ends it, with every pair of the plan. `stopped`: why the rest was not tried."""
        audit, plan = self._changing.audit, await self._plan(receipt)
        start = (await audit.of_run(receipt))[0]
        results = {_pair(one): (Result(one[3]), one[4]) for one in told}
        nothing = Answers({}, stopped)
        lines = tuple(
            OutcomeLine(line, *results[line.pair])
            if line.pair in results
            else judge(line, nothing, plan.operation, Snapshot(people=(), training=()))
            for line in plan.lines
        )
        until = can_be_undone_until(plan, lines, self._now())
        outcome = Outcome(plan=plan, lines=lines, summary=summary(plan, lines), receipt=receipt, undo_until=until)
        body = end_record(start.body["actor"], outcome)
        ended = await audit.append(
            outcome.event, operation=plan.operation, actor_id=start.actor_id, body=body, run=receipt, once=f"{job}/end"
        )
        return {"receipt": receipt, "event": ended.event, "summary": ended.body["summary"]}

    async def may(self, line: Line, job: str, task: Task, people: set[str]) -> Actor:
        """The actor, if they still may do this to these people: in the middle of an hour they may lose the right.

        Raises NotAllowed.
        """
        known = self._allowed.get(job)
        if known is None:
            actor = await self._access.again(line, task["face"], task["person"])
            entry = await self._access.enter(line, actor, task["request"]["operation"])
            everybody = None if entry.people is None else frozenset(one.id for one in entry.people)
            known = self._allowed.put(job, (actor, everybody))
        if known[1] is not None and not people <= known[1]:
            raise NotAllowed("You do not lead all of these people any more.")
        return known[0]

    async def _plan(self, receipt: int) -> Plan:
        known = self._plans.get(receipt)
        if known is None:
            start = (await self._changing.audit.of_run(receipt))[0]
            known = self._plans.put(receipt, plan_of(start.body))
        return known


def _chunks(plan: Plan) -> list[Chunk]:
    """All pairs of a person are in one chunk."""
    by_person = [list(lines) for _, lines in groupby(plan.changes, key=lambda line: line.pair.person)]
    groups = [by_person[start : start + PEOPLE] for start in range(0, len(by_person), PEOPLE)]
    return [[list(line.pair) for lines in group for line in lines] for group in groups]


def _named(lines: Sequence[PlanLine]) -> tuple[list[Person], list[Training]]:
    """People and training of some lines, as the plan has named them: nothing is asked for it."""
    people = {line.pair.person: _person(line.pair.person, line.person) for line in lines}
    training = {line.pair[1:]: Training(line.pair.training, line.training, line.pair.kind) for line in lines}
    return list(people.values()), list(training.values())


def _person(person: str, name: str) -> Person:
    return Person(person, "", name, "", "", active=True, access_level=AccessLevel.LEARNER)


def _pair(one: Sequence[str]) -> Pair:
    return Pair(one[0], TrainingKind(one[1]), one[2])


def _ours(line: OutcomeLine, *, again: bool) -> OutcomeLine:
    """The plan found it otherwise: if it is so now, it was most likely us, before we died."""
    if again and line.line.fate is Fate.ALREADY:
        return OutcomeLine(line.line, Result.DONE)
    return line


def _part(lines: Iterable[OutcomeLine], line: Line, errors: Iterable[LitmosError | None]) -> Part:
    told = [[*map(str, one.line.pair), one.result.value, one.why] for one in lines]
    waits = [one.after or 0.0 for one in errors if isinstance(one, Unavailable | Throttled)]
    return {"told": told, "down": max(waits, default=None), "requests": line.pace.spent}
