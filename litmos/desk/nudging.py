"""Nudges: planned for who asks, and refused by those who want none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import anyio

from litmos.desk.actor import Actor
from litmos.desk.answers import TrainingRow
from litmos.desk.groups import group_of
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.desk.progress import everyone_on
from litmos.desk.quiet import zone_of
from litmos.desk.records import actor_record
from litmos.desk.reminders import NOT_THERE, NOTHING, REASONS, NudgeLine, NudgePlan
from litmos.desk.requests import Nudge
from litmos.desk.rounds import Means
from litmos.errors import Invalid, LitmosError
from litmos.model import Person, TrainingKind
from litmos.store.nudges import WEEK, Claim, Known

__all__ = ["Nudging"]

MOST = 1000  # people of one round
LOOKED_UP = 20  # people who are looked for in Slack while somebody waits: each costs requests there and here
DAY = 86400.0  # seconds
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Nudging:
    """Whom nudges would be written to, and who wants none."""

    def __init__(self, means: Means, lookup: Lookup) -> None:
        self._with, self._lookup = means, lookup

    async def plan(self, line: Line, actor: Actor, request: Nudge) -> NudgePlan:
        """See `Desk.plan_nudge`."""
        entry = await self._with.enter(line, actor)
        course = request.course and (await self._lookup.training(line, request.course, TrainingKind.COURSE)).id
        group = await group_of(line, self._with.access, entry, request)
        people = group.people if group.people is not None else await everyone_on(line, course)
        if len(people) > MOST:
            raise Invalid(f"That is {len(people)} people; at most {MOST} at once. Name a smaller group.")
        unhurried, ids = replace(line, pace=replace(line.pace, bulk=True)), [one.id for one in people]
        late = await self._with.overdue.of_many(unhurried, ids, course)
        known = await self._with.store.known(ids)
        lines = await self._timed([self._judged(entry.actor, one, late.get(one.id), known[one.id]) for one in people])
        written = tuple(one.person for one in lines if not one.why)
        return NudgePlan(Nudge(written, course=course), entry.actor.name, tuple(lines))

    async def wish(self, actor: Actor, *, on: bool, days: int | None = None) -> None:
        """What somebody wants for themselves: nudges, or none for some days or (None) for good. Recorded."""
        if actor.person is None:
            raise Invalid("The owner of the API key gets no reminders.")
        event = "allowed" if on else "stopped" if days is None else "paused"
        told = "wants reminders again" if on else f"wants no reminders{'' if days is None else f' for {days} days'}"
        body = {"actor": actor_record(actor), "summary": f"{actor.name} {told}"}
        await self._with.changing.audit.append(event, operation="nudges", actor_id=actor.key, body=body)
        if on:
            await self._with.store.allow(actor.person.id)
        else:
            await self._with.store.stop(actor.person.id, None if days is None else days * DAY)

    async def _timed(self, lines: Sequence[NudgeLine]) -> list[NudgeLine]:
        """Who is to be found in Slack, and when their quiet hours are over: of the first, since somebody waits."""
        found: dict[str, NudgeLine] = {}

        async def time(one: NudgeLine) -> None:
            found[one.person] = await self._time(one)

        async with anyio.create_task_group() as at_once:
            for one in [one for one in lines if not one.why][:LOOKED_UP]:
                at_once.start_soon(time, one)
        return [one if one.why else found.get(one.person) or replace(one, is_sought=True) for one in lines]

    async def _time(self, one: NudgeLine) -> NudgeLine:
        try:
            name = await self._with.post.zone(one.person)
        except LitmosError:
            return replace(one, is_sought=True)
        if name is None:
            return replace(one, why=NOT_THERE)
        zone, now = zone_of(name), self._with.now()
        over = self._with.quiet.over(now, zone)
        return replace(one, at=over.astimezone(zone) if over > now else None)

    def _judged(self, actor: Actor, one: Person, late: tuple[TrainingRow, ...] | None, known: Known) -> NudgeLine:
        past = self._with.now() - (known.last or LONG_AGO)
        for wrong, why in (
            (late is None, "Litmos does not tell their courses"),
            (not late, NOTHING),
            (not one.active, "they are inactive in Litmos"),
            (one.id == actor.key, "that is you"),
            (known.stopped, f"they want none before {known.until:%Y-%m-%d}" if known.until else REASONS[Claim.STOPPED]),
            (past < WEEK, f"they were written to {_ago(past.days)}"),
        ):
            if wrong:
                return NudgeLine(person=one.id, name=one.name, email=one.email, courses=late or (), why=why)
        return NudgeLine(person=one.id, name=one.name, email=one.email, courses=late or ())


def _ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
