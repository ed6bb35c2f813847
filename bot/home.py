"""App Home: somebody's training at a glance; for leaders their team, for administrators what happened."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import blocks, replies
from bot.blocks import Block
from bot.identity import Presence, Who
from bot.parse import Verb
from bot.questions import ASK, Question
from bot.rows import bar_row
from litmos.desk.actor import Actor, Role
from litmos.desk.answers import TeamCourses, UserCourses
from litmos.desk.desk import Desk
from litmos.desk.requests import GetTeamCourses, GetUserCourses
from litmos.desk.standing import Status
from litmos.errors import LitmosError

__all__ = ["REFRESH", "Home"]

REFRESH = "refresh"
ROWS = 15  # courses with a button of their own
MEMBERS = 20
HAPPENED = 8
KEPT = 1000  # people whose last home tab is kept for the next time


@dataclass
class Home:
    """What it shows was asked as the person who looks at it."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence
    _last: dict[Who, list[Block]] = field(default_factory=dict)

    async def publish(self, who: Who) -> None:
        """Show what it was the last time, at once; then read, and show what it is now."""
        await self._show(who, [*self._last.get(who, []), blocks.context("fresh", "Asking Litmos…")])
        try:
            actor = await self.presence.actor(who)
            body = await self._read(actor)
        except LitmosError as error:
            self._last.pop(who, None)
            await self._show(who, [blocks.literal("failure", f":warning: {error}"), _refresh()])
        else:
            self._last[who] = body
            while len(self._last) > KEPT:
                del self._last[next(iter(self._last))]
            await self._show(who, [*body, _refresh()])

    async def _read(self, actor: Actor) -> list[Block]:
        parts = [self._own(actor)]
        if actor.role is Role.LEADER:
            parts.append(self._team(actor))
        if actor.role is Role.ADMIN:
            parts.append(self._happened(actor))
        return [block for part in await asyncio.gather(*parts) for block in part]

    async def _own(self, actor: Actor) -> list[Block]:
        mine = await self.desk.look(actor, GetUserCourses(fresh=True))
        head = [blocks.header("own", "Your training"), blocks.section("counts", _counts(mine))]
        return head + [_course(at, row) for at, row in enumerate(mine.courses[:ROWS])] + _more(mine)

    async def _team(self, actor: Actor) -> list[Block]:
        team = await self.desk.look(actor, GetTeamCourses())
        return [blocks.divider("team-line"), blocks.header("team", "Your team"), *_members(team)]

    async def _happened(self, actor: Actor) -> list[Block]:
        rows = replies.history(await self.desk.history(actor, most=HAPPENED)).blocks
        return [blocks.divider("audit-line"), blocks.header("audit", "What happened"), *rows]

    async def _show(self, who: Who, body: Sequence[Block]) -> None:
        try:
            await self.client.views_publish(user_id=who.user, view=blocks.home(body))
        except SlackApiError as error:
            if not blocks.newer_refused(error.response.get("error", "")):
                raise
            await self.client.views_publish(user_id=who.user, view=blocks.home(blocks.plainly(body)))


def _counts(mine: UserCourses) -> str:
    due = [row for row in mine.courses if row.standing.status.is_open and row.standing.due is not None]
    soonest = min(due, key=lambda row: row.standing.urgency, default=None)
    next_due = f"\nNext: {bar_row(soonest)}" if soonest else ""
    return f"{replies.counted(mine.counts) or 'Nothing is assigned to you.'}{next_due}"


def _course(at: int, row: Any) -> Block:
    button = blocks.button(ASK, "Results", Question(Verb.RESULTS, row.id).value)
    return blocks.section(f"course-{at}", bar_row(row), accessory=button)


def _more(mine: UserCourses) -> list[Block]:
    left = len(mine.courses) - ROWS
    return [blocks.context("more", f"and {left} more: /litmos shows them")] if left > 0 else []


def _members(team: TeamCourses) -> list[Block]:
    if not team.members:
        return [blocks.literal("members", "You lead nobody, as far as Litmos tells.")]
    rows: list[list[str | int]] = [
        [
            member.person.name,
            member.counts.get(Status.OVERDUE, 0),
            member.counts.get(Status.IN_PROGRESS, 0) + member.counts.get(Status.TO_DO, 0),
            member.counts.get(Status.COMPLETED, 0),
        ]
        for member in team.members
    ]
    overdue = sum(1 for member in team.members if member.counts.get(Status.OVERDUE))
    told = f"{len(rows)} people, {overdue} with something overdue"
    table = blocks.data_table("members", told, ["Person", "Overdue", "Open", "Completed"], rows, MEMBERS)
    return [blocks.literal("team-told", f"{told}."), table]


def _refresh() -> Block:
    return blocks.actions("refresh", blocks.button(REFRESH, "Refresh"))
