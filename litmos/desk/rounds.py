"""Rounds of nudges: begun once, then person by person, each looked at again just before; recorded as a change is.

Each piece may be done again by who does not know whether it was done. What goes in and out is plain JSON, with ids.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from litmos.desk.access import Access, Entry
from litmos.desk.actor import Actor
from litmos.desk.answers import TrainingRow
from litmos.desk.bulk import Bulk, Ended, Task
from litmos.desk.cache import Cache
from litmos.desk.changing import Changing
from litmos.desk.line import Line
from litmos.desk.messages import Message, Post
from litmos.desk.outcome import Result
from litmos.desk.overdue import Overdue
from litmos.desk.plan import Fate, several
from litmos.desk.quiet import Quiet, zone_of
from litmos.desk.records import actor_record
from litmos.desk.reminders import NOT_THERE, NOTHING, REASONS, message
from litmos.desk.requests import Nudge
from litmos.desk.standing import in_words
from litmos.errors import LitmosError, Misconfigured, NotAllowed, NotFound, Throttled, Unavailable
from litmos.model import Person
from litmos.store.nudges import Claim, Nudges

__all__ = ["Begun", "Means", "Nudged", "Rounds"]

CLAIMED = {Claim.SENT: Result.DONE, Claim.UNSURE: Result.UNPROVEN}
GONE = "they are no longer in Litmos, or in no team of yours"


class Begun(TypedDict):
    """`receipt`: the audit's number. `people`: by id, in the order in which they are written to."""

    receipt: int
    people: list[str]


class Nudged(TypedDict):
    """What came of one person. `wait`: seconds until it is worth another try, None once it is decided.

    `down`: it waits for Litmos or Slack, not for the end of somebody's quiet hours.
    """

    result: str
    why: str
    wait: float | None
    down: bool


@dataclass(frozen=True, slots=True)
class Means:
    """What nudges are made with. `line` makes a line for work that nobody waits for."""

    access: Access
    changing: Changing
    bulk: Bulk
    post: Post
    overdue: Overdue
    quiet: Quiet
    nudges: Nudges | None
    line: Callable[[], Line]
    now: Callable[[], datetime]

    @property
    def store(self) -> Nudges:
        """Where it is kept who was written to; without it there are no nudges."""
        if self.nudges is None:
            raise Misconfigured("Nobody can be nudged here: there is no state database to keep it in.")
        return self.nudges

    async def enter(self, line: Line, actor: Actor) -> Entry:
        """Let an actor in, or `NotAllowed`, which is recorded."""
        try:
            entry = await self.access.enter(line, actor, Nudge.operation)
        except NotAllowed as no:
            await self.changing.refused(actor, Nudge.operation, str(no))
            raise
        if not self.post.is_open:
            raise Misconfigured("Nobody can be written to from here: that takes Slack (litmos serve, litmos-bot).")
        return entry


class Rounds:
    """See the module."""

    def __init__(self, means: Means) -> None:
        self._with = means
        self._names: Cache[int, dict[str, str]] = Cache(lambda: means.now().timestamp(), most=8)

    async def begin(self, job: str, task: Task) -> Begun:
        """Policy once more, and the row that begins it. Raises as `Desk.execute`, before anybody is written to."""
        line, audit, people = self._with.line(), self._with.changing.audit, list(task["request"]["people"])
        if (started := await audit.named(job)) is None:
            actor = await self._with.access.again(line, task["face"], task["person"])
            entry = await self._with.enter(line, actor)
            named = await self._named(line, entry, people)
            late = await self._with.overdue.of_many(line, list(named), task["request"]["course"])
            body = {
                "actor": actor_record(entry.actor),
                "request": task["request"],
                "fingerprint": task["fingerprint"],
                "asked_by": task["by"],
                "summary": f"to {several(len(people), 'person', 'people')}",
                "lines": [record for one in people for record in _records(one, named.get(one), late.get(one, ()))],
            }
            started = await audit.append("started", operation=Nudge.operation, actor_id=actor.key, body=body, once=job)
        return {"receipt": started.seq, "people": people}

    async def tell(self, job: str, task: Task, receipt: int, person: str) -> Nudged:
        """Write to one person, unless there is a reason not to; once a week at most, whoever asks how often."""
        try:
            return await self._tell(job, task, receipt, person)
        except (Unavailable, Throttled) as down:
            return _later(down.after or 0.0, str(down), down=True)
        except LitmosError as no:
            return _decided(Result.NOT_TRIED, str(no))

    async def end(self, job: str, receipt: int, told: Mapping[str, Sequence[str]], stopped: str) -> Ended:
        """The row that ends it. `told`: result and why, by person; `stopped`: why the others were not tried."""
        start = (await self._with.changing.audit.of_run(receipt))[0]
        lines = [_with_result(line, told.get(line["person_id"]), stopped) for line in start.body["lines"]]
        results = Counter({line["person_id"]: line["outcome"] for line in lines}.values())
        done, others = results[Result.DONE], results.total() - results[Result.DONE]
        summary = f"Nudge: {several(done, 'person', 'people')} written to" + (f", {others} not." if others else ".")
        good = done + results[Result.ALREADY]
        event = "done" if good == results.total() else "partly" if good else "failed"
        body = {"actor": start.body["actor"], "request": start.body["request"], "summary": summary, "lines": lines}
        ended = await self._with.changing.audit.append(
            event, operation=Nudge.operation, actor_id=start.actor_id, body=body, run=receipt, once=f"{job}/end"
        )
        return {"receipt": receipt, "event": ended.event, "summary": ended.body["summary"]}

    async def _named(self, line: Line, entry: Entry, people: Sequence[str]) -> dict[str, Person]:
        """Those who are still there for the actor, by id."""
        await self._with.access.prime(line, entry, people)
        found = {}
        for one in people:
            with suppress(NotFound):
                found[one] = await self._with.access.person(line, entry, one)
        return found

    async def _tell(self, job: str, task: Task, receipt: int, person: str) -> Nudged:
        line, means = self._with.line(), self._with
        actor, name = await means.bulk.may(line, job, task, {person}), await self._name(receipt, person)
        zone = await means.post.zone(person) if name else None
        if name is None or zone is None:
            return _decided(Result.NOT_TRIED, NOT_THERE if name else GONE)
        now = means.now()
        if (over := means.quiet.over(now, zone_of(zone))) > now:
            return _later((over - now).total_seconds(), "their quiet hours", down=False)
        courses = await means.overdue.of_one(line, person, task["request"]["course"])
        if not courses:
            return _decided(Result.ALREADY, f"{NOTHING} any more")
        claim = await means.store.claim(person, job)
        if claim is Claim.FREE:
            return await self._send(job, person, message(name, actor.name, courses))
        return _decided(CLAIMED.get(claim, Result.NOT_TRIED), REASONS.get(claim, ""))

    async def _send(self, job: str, person: str, told: Message) -> Nudged:
        store = self._with.store
        try:
            there = await self._with.post.tell(person, told)
        except LitmosError as error:
            if error.perhaps_done:
                return _decided(Result.UNPROVEN, str(error))
            await store.release(person, job)
            raise
        if not there:
            await store.release(person, job)
            return _decided(Result.NOT_TRIED, NOT_THERE)
        with suppress(LitmosError):  # it is sent all the same, and the claim stands
            await store.sent(person, job)
        return _decided(Result.DONE, "")

    async def _name(self, receipt: int, person: str) -> str | None:
        """As the beginning has it; None for those who were no longer there."""
        names = self._names.get(receipt)
        if names is None:
            start = (await self._with.changing.audit.of_run(receipt))[0]
            there = [one for one in start.body["lines"] if one["fate"] == Fate.CHANGE]
            names = self._names.put(receipt, {one["person_id"]: one["person"] for one in there})
        return names.get(person)


def _decided(result: Result, why: str) -> Nudged:
    return {"result": result.value, "why": why, "wait": None, "down": False}


def _later(seconds: float, why: str, *, down: bool) -> Nudged:
    return {"result": Result.NOT_TRIED.value, "why": why, "wait": seconds, "down": down}


def _records(id_: str, person: Person | None, courses: Sequence[TrainingRow]) -> list[dict[str, Any]]:
    """Lines of the audit: one for each course, or one without where there is none to write about."""
    name, fate = (person.name, Fate.CHANGE) if person else (id_, Fate.REFUSED)
    who = {"person_id": id_, "person": name, "kind": "course", "fate": fate.value, "then": "reminded"}
    if not courses:
        return [who | {"training_id": "", "training": "", "now": NOTHING if person else GONE}]
    return [who | {"training_id": one.id, "training": one.name, "now": in_words(one.standing)} for one in courses]


def _with_result(line: Mapping[str, Any], told: Sequence[str] | None, stopped: str) -> dict[str, Any]:
    result, why = told or (Result.NOT_TRIED.value, stopped)
    return dict(line) | {"outcome": result} | ({"why": why} if why else {})
