"""Approving: plans that wait under a key for the yes of the person who asked for them."""

from dataclasses import dataclass, replace
from datetime import datetime

from litmos.desk.actor import Actor
from litmos.desk.bulk import Task, task_of
from litmos.desk.changing import Changing
from litmos.desk.line import Line
from litmos.desk.outcome import Outcome
from litmos.desk.plan import Plan
from litmos.desk.records import Approval, asked_of, request_record
from litmos.desk.reminders import NudgePlan
from litmos.desk.requests import Change, Nudge
from litmos.desk.writing import Progress
from litmos.errors import Invalid, LitmosError, Misconfigured
from litmos.store.proposals import Proposal, Proposals

__all__ = ["MANY", "NO_JOBS", "Approving", "Asked", "job_id"]

MANY = 25  # pairs; a larger change takes minutes, and nobody should have to wait for it with open eyes
NO_JOBS = "There are no jobs here: they are done by the servers (litmos serve, litmos-bot)."
ASSISTANT = "mcp"  # the face whose clients may be unable to ask


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan that waits. `word` is what has to be typed, empty where a yes is enough."""

    key: str
    request: Change | Nudge
    question: str
    """The whole plan as one text; `heading`, `lines` and `notes` are the same for those who lay it out."""
    heading: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    word: str
    expires: datetime
    pairs: int
    """How many of a person and a training it would change; how many people it would nudge."""


class Approving:
    """Keeps plans under keys; each is carried out at most once, for nobody but its actor."""

    def __init__(self, changing: Changing, proposals: Proposals | None) -> None:
        self._changing, self._kept = changing, proposals

    async def propose(self, actor: Actor, plan: Plan | NudgePlan) -> Asked:
        """See `Desk.propose`."""
        content = {
            "request": request_record(plan.request),
            "fingerprint": plan.fingerprint,
            "question": plan.question,
            "heading": plan.heading,
            "lines": list(plan.told),
            "notes": list(plan.notes),
            "word": plan.word if plan.needs_word else "",
            "pairs": len(plan.changes),
        }
        told = actor.face != ASSISTANT  # an assistant's person may be somewhere else
        return _asked(await self._proposals.keep(actor.key, plan.operation, content, told=told))

    async def untold(self) -> list[tuple[str, Asked]]:
        """See `Desk.untold`."""
        return [(one.owner, _asked(one)) for one in await self._proposals.take_untold()]

    async def tell_again(self, key: str) -> None:
        """See `Desk.tell_again`."""
        await self._proposals.untell(key)

    async def find(self, actor: Actor, key: str) -> Asked:
        """See `Desk.proposal`."""
        return _asked(await self._proposals.find(key, actor.key))

    async def approve(
        self, line: Line, actor: Actor, key: str, approval: Approval, progress: Progress | None, *, jobs: bool
    ) -> Outcome | tuple[str, Task]:
        """See `Desk.approve`; for what is too large to wait for, the id and task of a job instead.

        A mistyped word leaves the key as it is.
        """
        try:
            asked = _asked(await self._proposals.find(key, actor.key))
            if asked.word and approval.word.strip().upper() != asked.word:
                raise Invalid(f"Nothing was done: this takes the typed word {asked.word}.")
            if isinstance(asked.request, Nudge) and not jobs:
                raise Misconfigured(NO_JOBS)
            claimed = await self._proposals.claim(key, actor.key)
        except LitmosError as no:
            await self._changing.refused(actor, "approve", str(no))
            raise
        approved = replace(approval, fingerprint=claimed.content["fingerprint"])
        if isinstance(asked.request, Nudge) or (jobs and asked.pairs > MANY):  # quiet hours may be waited for
            return job_id(key, approved.fingerprint), task_of(actor, asked.request, approved, asked.pairs)
        return await self._changing.execute(line, actor, asked.request, approved, progress)

    async def waiting(self) -> int:
        """How many proposals nobody has answered yet."""
        return await self._kept.count_waiting() if self._kept else 0

    async def ready(self) -> None:
        """See `Desk.ready`."""
        await self._proposals.ready()

    async def use_once(self, actor: Actor, answer: str) -> None:
        """See `Desk.use_once`."""
        if not await self._proposals.mark(actor.key, answer):
            no = "Nothing was done: this answer has been used already. Ask for the change again, without it."
            await self._changing.refused(actor, "approve", no)
            raise Invalid(no)

    async def decline(self, actor: Actor, key: str) -> None:
        """See `Desk.decline`."""
        await self._proposals.withdraw(key, actor.key)

    @property
    def _proposals(self) -> Proposals:
        if self._kept is None:
            raise Misconfigured("Nothing can be proposed here: there is no state database to keep it in.")
        return self._kept


def job_id(key: str, fingerprint: str) -> str:
    """One approval of one plan has one job, however often it is sent."""
    return f"{key.upper()}-{fingerprint[:12]}"


def _asked(proposal: Proposal) -> Asked:
    content = proposal.content
    return Asked(
        proposal.key,
        asked_of(content["request"]),
        content["question"],
        content["heading"],
        tuple(content["lines"]),
        tuple(content["notes"]),
        content["word"],
        proposal.expires,
        content["pairs"],
    )
