"""Changes: planned, and carried out only as they were approved; recorded before and after."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import anyio

from litmos.desk.access import Access, Entry
from litmos.desk.actor import Actor
from litmos.desk.answers import Training
from litmos.desk.assignments import Remembered
from litmos.desk.drafts import draft
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.desk.outcome import Answers, Outcome, judge, summary
from litmos.desk.plan import Plan
from litmos.desk.records import Approval, actor_record, end_record, start_record
from litmos.desk.requests import Change, Undo
from litmos.desk.snapshot import Snapshot
from litmos.desk.snapshots import SnapshotReader
from litmos.desk.undo import can_be_undone_until, inverse
from litmos.desk.writing import Progress, Writing, copies_of, writes_of
from litmos.errors import Invalid, LitmosError, Misconfigured, NotAllowed, NotFound, PlanChanged
from litmos.model import Person
from litmos.store.audit import Audit

__all__ = ["Changing", "Drafted"]

T = TypeVar("T")

MOST = 1000  # assignments of one change
TOLD = 5  # wrong names of one request


@dataclass(frozen=True, slots=True)
class Drafted:
    """A plan with what it was drafted from."""

    actor: Actor
    plan: Plan
    snapshot: Snapshot


class Changing:
    """The only way to change Litmos: policy, plan, approval, audit, the calls, reading back, audit."""

    def __init__(
        self,
        access: Access,
        lookup: Lookup,
        audit: Audit | None,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._access, self._lookup, self._audit = access, lookup, audit
        self.remembered = Remembered(clock)  # by those who look; a change ends what it touches
        self._reader, self._now, self._sleep = SnapshotReader(clock), now, sleep

    @property
    def audit(self) -> Audit:
        """Where changes are recorded; without it there are none."""
        if self._audit is None:
            raise Misconfigured("Nothing can be changed here: there is no state database to record it in.")
        return self._audit

    async def plan(self, line: Line, actor: Actor, request: Change | Undo) -> Plan:
        """What the request would change; see `Desk.plan`."""
        return (await self._draft(line, actor, request)).plan

    async def execute(
        self, line: Line, actor: Actor, request: Change | Undo, approval: Approval, progress: Progress | None = None
    ) -> Outcome:
        """Do what was approved, if it is still that; see `Desk.execute`."""
        drafted = await self.approved(line, actor, request, approval)
        plan = drafted.plan
        if not plan.changes:  # it has been done meanwhile, or there was never anything to do
            lines = tuple(judge(one, Answers({}), plan.operation, drafted.snapshot) for one in plan.lines)
            return Outcome(plan=plan, lines=lines, summary=summary(plan, lines), requests=line.pace.spent)
        return await self._carry_out(line, drafted, approval, progress)

    async def approved(self, line: Line, actor: Actor, request: Change | Undo, approval: Approval) -> Drafted:
        """The plan made again, with nothing to change or just what was approved; `PlanChanged` otherwise."""
        drafted = await self._draft(line, actor, request)
        plan = drafted.plan
        if plan.changes and plan.fingerprint != approval.fingerprint:
            raise PlanChanged(
                "Nothing was done: what would change is no longer what was approved. Ask again to see it as it is now."
            )
        if plan.needs_word and approval.word.strip().upper() != plan.word:
            raise Invalid(f"Nothing was done: this takes the typed word {plan.word}.")
        return drafted

    async def refused(self, actor: Actor, operation: str, why: str) -> None:
        """Record that somebody was told no."""
        if self._audit is not None:
            body = {"actor": actor_record(actor), "summary": why}
            await self._audit.append("refused", operation=operation, actor_id=actor.key, body=body)

    async def _draft(self, line: Line, actor: Actor, request: Change | Undo) -> Drafted:
        try:
            entry = await self._access.enter(line, actor, request.operation)
        except NotAllowed as no:
            await self.refused(actor, request.operation, str(no))
            raise
        if isinstance(request, Undo):
            request = await inverse(self.audit, actor.key, request.receipt, self._now())
        people = await self._people(line, entry, request.people)
        training = await self._training(line, request.training)
        if len(people) * len(training) > MOST:
            raise Invalid(f"That is {len(people) * len(training)} assignments; at most {MOST} at once. Ask in parts.")
        exact = replace(request, people=tuple(one.id for one in people), training=tuple(one.id for one in training))
        snapshot = await self._reader.read(line, exact.operation, people, training)
        return Drafted(entry.actor, draft(exact, snapshot), snapshot)

    async def _people(self, line: Line, entry: Entry, typed: Sequence[str]) -> list[Person]:
        await self._access.prime(line, entry, typed)
        return await _each(typed, "person", lambda one: self._access.person(line, entry, one))

    async def _training(self, line: Line, typed: Sequence[str]) -> list[Training]:
        return await _each(typed, "training", lambda one: self._lookup.training(line, one))

    async def _carry_out(self, line: Line, drafted: Drafted, approval: Approval, progress: Progress | None) -> Outcome:
        actor, plan = drafted.actor, drafted.plan
        copies, uncopied = await copies_of(line, plan, drafted.snapshot)
        body = start_record(actor, plan, approval, copies)
        try:
            start = await self.audit.append("started", operation=plan.operation, actor_id=actor.key, body=body)
        except LitmosError as error:
            raise type(error)(f"Nothing was changed, since it cannot be recorded: {error}") from error
        writing = Writing(line, self._reader, plan, drafted.snapshot, self._sleep, progress, dict(uncopied))
        try:
            await writing.write(writes_of(plan, [one for one in plan.changes if one.pair not in uncopied]))
        except BaseException:
            writing.stopped = "stopped before its turn"
            raise
        finally:
            with anyio.CancelScope(shield=True):  # what has been done is read back and recorded, whoever went away
                outcome = await self._conclude(writing, drafted, start.seq)
        return outcome

    async def _conclude(self, writing: Writing, drafted: Drafted, run: int) -> Outcome:
        plan = drafted.plan
        self.remembered.forget(writing.touched)
        lines = await writing.result()
        outcome = Outcome(
            plan=plan,
            lines=lines,
            summary=summary(plan, lines),
            receipt=run,
            requests=writing.line.pace.spent,
            undo_until=can_be_undone_until(plan, lines, self._now()),
        )
        body = end_record(actor_record(drafted.actor), outcome)
        try:
            await self.audit.append(
                outcome.event, operation=plan.operation, actor_id=drafted.actor.key, body=body, run=run
            )
        except LitmosError as error:
            return replace(outcome, note=f"What was done could not be recorded: {error}")
        return outcome


async def _each(typed: Sequence[str], what: str, find: Callable[[str], Awaitable[T]]) -> list[T]:
    """Everything that was named, each once, in order; all that is wrong with the names at once."""
    found: list[T] = []
    wrong: list[LitmosError] = []
    for one in typed:
        try:
            thing = await find(one)
        except (NotFound, Invalid) as error:
            wrong.append(error)
        else:
            found += [] if thing in found else [thing]
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        more = f" And {len(wrong) - TOLD} more." if len(wrong) > TOLD else ""
        raise NotFound("Nothing was done. " + " ".join(map(str, wrong[:TOLD])) + more)
    if not found:
        raise Invalid(f"Name at least one {what}.")
    return found
