"""The Desk: the one door through which every face reads and changes Litmos."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import anyio

from litmos.api.call import Pace, Waiting
from litmos.api.client import Client
from litmos.desk.actor import Actor
from litmos.desk.answers import Happened
from litmos.desk.approving import MANY, NO_JOBS, Asked, job_id
from litmos.desk.bulk import task_of
from litmos.desk.following import FollowedTeams
from litmos.desk.jobs import Engine, Job, Jobs
from litmos.desk.levels import levels_of
from litmos.desk.line import Line
from litmos.desk.messages import Messenger
from litmos.desk.naming import ByName, ByPseudonym, Naming
from litmos.desk.outcome import Outcome
from litmos.desk.parts import put_together
from litmos.desk.plan import Plan
from litmos.desk.records import Approval
from litmos.desk.reminders import NudgePlan
from litmos.desk.requests import Change, Look, Nudge, Undo
from litmos.desk.surroundings import Books, DeskSettings
from litmos.desk.watched import ended, watched
from litmos.desk.writing import Progress
from litmos.errors import Misconfigured
from litmos.store.audit import Entry
from litmos.store.links import Link
from litmos.store.notices import Notices
from litmos.telemetry import Level

__all__ = ["Books", "Desk", "DeskSettings"]

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class Desk:
    """Serves actors. `now` gives the moment in UTC, `clock` seconds for what is remembered, `sleep` waits seconds.

    Without `books` nothing can be changed. Every method raises `LitmosError`s, in words for the person who asked.
    `waiting` is told the seconds that the account's budget makes somebody wait, before it does.
    """

    def __init__(
        self,
        api: Client,
        settings: DeskSettings,
        books: Books | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._api, self._settings, self._now = api, settings, now
        self._notices = books.notices if books else None
        self._parts = parts = put_together(api, settings, books, now=now, clock=clock, sleep=sleep)
        self.bulk, self.rounds, self.post = parts.bulk, parts.rounds, parts.post
        self.hearing, self.digests = parts.hearing, parts.digests
        self._jobs: Jobs | None = None

    async def operator(self, face: str, named: str) -> Actor:
        """Who a local program acts for: the person named by the settings, or the key's owner when nobody is."""
        return await self._parts.access.operator(self._line(), face, named)

    async def actor(self, face: str, identity: str, email: str) -> Actor:
        """Who comes as this identity of a face (`slack:T1/U1`), with the address that the face knows them by."""
        return await self._parts.identities.actor(self._line(), face, identity, email)

    async def link(self, actor: Actor, identity: str, person: str) -> Link:
        """Say, as an administrator, which person an identity is."""
        return await self._parts.identities.link(self._line(), actor, identity, person)

    async def unlink(self, actor: Actor, identity: str) -> None:
        """Forget, as an administrator, which person an identity is."""
        await self._parts.identities.unlink(actor, identity)

    async def history(self, actor: Actor, *, person: str = "", most: int = 20) -> tuple[Happened, ...]:
        """The last rows of the audit, newest first, for an administrator: about a person, or (empty) about anybody."""
        return await self._parts.history.latest(self._line(), actor, person, most)

    async def look(self, actor: Actor, request: Look[T], *, waiting: Waiting | None = None) -> T:
        """Answer a request that changes nothing."""
        with watched("look", actor, request.operation):
            return await self._parts.looking.look(self._line(waiting), actor, request)

    async def plan(self, actor: Actor, request: Change | Undo, *, waiting: Waiting | None = None) -> Plan:
        """What a request would change as things stand now, to be shown before anybody agrees. Changes nothing."""
        with watched("plan", actor, request.operation):
            return await self._parts.changing.plan(self._line(waiting), actor, request)

    async def execute(
        self,
        actor: Actor,
        request: Change | Undo,
        approval: Approval,
        *,
        waiting: Waiting | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Do what was approved. Policy and plan are made again; `PlanChanged` if it would be something else now.

        Recorded before and after. Cancelled, it begins nothing more, reads back what was begun and records that.
        """
        with watched("execute", actor, request.operation) as about:
            line = self._line(waiting)
            return ended(about, await self._parts.changing.execute(line, actor, request, approval, progress))

    async def plan_nudge(self, actor: Actor, request: Nudge, *, waiting: Waiting | None = None) -> NudgePlan:
        """Whom a nudge would write to as things stand now, and what. Writes to nobody."""
        with watched("plan", actor, request.operation):
            plan = await self._parts.nudging.plan(self._line(waiting), actor, request)
            if not self.has_jobs:
                raise Misconfigured(NO_JOBS)
            return plan

    async def wish_for_nudges(self, actor: Actor, *, on: bool, days: int | None = None) -> None:
        """Somebody wants nudges, or none: for some days, or (None) for good. Recorded."""
        with watched("execute", actor, "nudges"):
            await self._parts.nudging.wish(actor, on=on, days=days)

    async def propose(self, actor: Actor, plan: Plan | NudgePlan) -> Asked:
        """Keep a plan until its actor approves it, by a key, within ten minutes."""
        return await self._parts.approving.propose(actor, plan)

    async def proposal(self, actor: Actor, key: str) -> Asked:
        """What was proposed under a key, for its actor only."""
        return await self._parts.approving.find(actor, key)

    async def approve(
        self,
        actor: Actor,
        key: str,
        *,
        by: str,
        word: str = "",
        waiting: Waiting | None = None,
        progress: Progress | None = None,
    ) -> Outcome | Job:
        """Execute what was proposed under a key: once, and only if it is still the same.

        Large changes become jobs, and so do all nudges.
        """
        approval = Approval("", by, word)
        with watched("approve", actor, "approve") as about:
            line, jobs = self._line(waiting), self._jobs
            made = await self._parts.approving.approve(line, actor, key, approval, progress, jobs=jobs is not None)
            if isinstance(made, tuple):
                about["litmos.operation"], about["litmos.outcome"] = made[1]["request"]["operation"], "started"
                return await self._hired.start(*made)
            return ended(about, made)

    def takes(self, plan: Plan) -> bool:
        """Whether a plan is to be started as a job, by who has its approval."""
        return self._jobs is not None and len(plan.changes) > MANY

    async def start(self, actor: Actor, plan: Plan, approval: Approval, answer: str) -> Job:
        """Start an approved plan as a job. `answer`: what no other approval is the same as; it has one job."""
        task = task_of(actor, plan.request, approval, len(plan.changes))
        job = job_id(hashlib.sha256(answer.encode()).hexdigest()[:12], plan.fingerprint)
        with watched("start", actor, plan.operation) as about:
            about["litmos.outcome"] = "started"
            return await self._hired.start(job, task)

    async def job(self, actor: Actor, job: str) -> Job:
        """A job of the actor's, or of anybody for an administrator."""
        with watched("look", actor, "get_job"):
            await self._parts.access.enter(self._line(), actor, "get_job")
            return await self._hired.find(actor, job)

    async def jobs(self, actor: Actor) -> list[Job]:
        """The jobs of the last days, newest first. Not told to who watches: the bot looks every few seconds."""
        await self._parts.access.enter(self._line(), actor, "get_job")
        return await self._hired.every(actor)

    async def stop_job(self, actor: Actor, job: str) -> Job:
        """Let a job end after what is under way."""
        with watched("execute", actor, "cancel_job"):
            await self._parts.access.enter(self._line(), actor, "cancel_job")
            return await self._hired.stop(actor, job)

    async def rest_of_job(self, actor: Actor, job: str) -> Change:
        """What a job has left undone, as a request to be planned and asked."""
        return await self._hired.rest(actor, job)

    @property
    def has_jobs(self) -> bool:
        """Whether large changes are done by an engine."""
        return self._jobs is not None

    @property
    def notices(self) -> Notices:
        """For faces that tell people of their jobs: over all processes, each job has one message."""
        if self._notices is None:
            raise Misconfigured("Nobody can be told of jobs here: there is no state database to keep it in.")
        return self._notices

    def hire(self, engine: Engine) -> None:
        """From now on large changes are done by an engine."""
        self._jobs = Jobs(engine, self._parts.audit, self._now)

    async def follow(self, actor: Actor, team: str = "") -> FollowedTeams:
        """Be told of a team, named by id or name, or (empty) of all that the actor leads."""
        with watched("execute", actor, "follow"):
            return await self._parts.following.follow(self._line(), actor, team)

    async def unfollow(self, actor: Actor, team: str = "") -> FollowedTeams:
        """Be told of a team, or (empty) of any, no more."""
        with watched("execute", actor, "unfollow"):
            return await self._parts.following.unfollow(self._line(), actor, team)

    def reach_by(self, messenger: Messenger | None) -> None:
        """From now on this face brings people what they are told unasked, by `post`; None: it is closed."""
        self.post.by(messenger)

    @property
    def _hired(self) -> Jobs:
        if self._jobs is None:
            raise Misconfigured(NO_JOBS)
        return self._jobs

    async def decline(self, actor: Actor, key: str) -> None:
        """Take a proposal back: its key is worth nothing any more."""
        await self._parts.approving.decline(actor, key)

    async def use_once(self, actor: Actor, answer: str) -> None:
        """Before acting on an answer that could be sent again: `Invalid` if any process has acted on it already.

        `answer`: what no other answer is the same as, such as a sealed state.
        """
        await self._parts.approving.use_once(actor, answer)

    async def untold(self) -> list[tuple[str, Asked]]:
        """Proposals of assistants that wait, each with its owner's key, handed out once: to a face that tells them."""
        return await self._parts.approving.untold()

    async def tell_again(self, key: str) -> None:
        """A proposal from `untold` has not reached anybody: hand it out once more."""
        await self._parts.approving.tell_again(key)

    async def reached(self, owner: str) -> tuple[str, list[str]]:
        """How the person with this key can be reached: their e-mail address, and the identities linked to them."""
        return await self._parts.identities.reached(self._line(), owner)

    async def naming(self) -> Naming:
        """How people are named to assistants. Raises as the state does, where pseudonyms are kept in it."""
        if not self._settings.pseudonyms:
            return ByName(self._parts.seen)
        await self._parts.pseudonyms.prepare()
        return ByPseudonym(self._parts.seen, self._parts.pseudonyms)

    async def ready(self) -> None:
        """Raises if the state cannot be used. Asks Litmos nothing."""
        await self._parts.approving.ready()

    async def unfinished(self, older_than: float) -> list[Entry]:
        """Changes that were begun more than so many seconds ago and have no end: a process died over them."""
        return await self._parts.changing.audit.unfinished(older_than)

    async def levels(self) -> Sequence[Level]:
        """How things stand, for who watches. Raises as the state does."""
        return await levels_of(self._parts.approving, self._parts.audit, self._jobs, self.hearing)

    def _line(self, waiting: Waiting | None = None) -> Line:
        return Line(self._api, Pace(waiting=waiting, once=True), self._parts.seen)
