"""The weekly digest: how a team gets on that somebody follows, if they may still see it; else that they do not."""

from collections.abc import Callable

from litmos.api.teams import search_teams
from litmos.desk.access import Access
from litmos.desk.actor import Actor
from litmos.desk.answers import GroupProgress, MemberProgress
from litmos.desk.following import Following
from litmos.desk.line import Line
from litmos.desk.looking import Looking
from litmos.desk.messages import Choice, Kind, Message, Post
from litmos.desk.names import quoted
from litmos.desk.requests import GetGroupProgress
from litmos.desk.sight import unknown_team
from litmos.errors import NotAllowed, NotFound
from litmos.model import Team

__all__ = ["Digests"]

FACE = "messages"
PRESSING = 5  # people who are named
DONE = {"completed", "not assigned"}


class Digests:
    """`line` makes a way to Litmos that leaves room for people."""

    def __init__(
        self, access: Access, looking: Looking, following: Following, post: Post, line: Callable[[], Line]
    ) -> None:
        self._access, self._looking, self._following = access, looking, following
        self.post, self._line = post, line

    async def due(self) -> list[tuple[str, str]]:
        """Who is told of which team, both by id."""
        return await self._following.every()

    async def tell(self, person: str, team: str) -> bool:
        """Tell somebody of a team they follow; False if they cannot be found, or follow it no more."""
        if (person, team) not in await self._following.every():
            return False
        line = self._line()
        try:
            actor = await self._access.again(line, FACE, person)
        except NotAllowed:  # they have left
            await self._following.lost(person, Team(team, team))
            return False
        try:
            seen = await self._seen(line, actor, team)
        except (NotAllowed, NotFound):
            return await self._end(line, person, team)
        try:
            found = await self._looking.look(line, actor, GetGroupProgress(team=team))
        except NotFound:  # nobody is in it
            found = GroupProgress(seen.name, (), {})
        return await self.post.tell(person, _message(seen, found))

    async def _seen(self, line: Line, actor: Actor, team: str) -> Team:
        await self._access.enter(line, actor, "follow")
        teams = await self._access.teams(line, actor)
        every = await line.send(search_teams()) if teams is None else teams
        for one in every:
            if one.id == team:
                return one
        raise unknown_team(team)

    async def _end(self, line: Line, person: str, team: str) -> bool:
        names = {one.id: one for one in await line.send(search_teams())}
        gone = names.get(team, Team(team, team))
        if not await self._following.lost(person, gone):
            return False
        heading = f"You do not follow {quoted(gone.name)} any more."
        note = "It is gone, or you do not lead it any more. You get no more messages about it."
        return await self.post.tell(person, Message(kind=Kind.UNFOLLOWED, heading=heading, note=note))


def _message(team: Team, found: GroupProgress) -> Message:
    counts = [f"{count} {mark}" for mark, count in found.counts.items()]
    finished = sum(member.finished for member in found.members)
    if finished:
        counts.append(f"{finished} completed this week" if finished > 1 else "1 course completed this week")
    people = "1 person" if len(found.members) == 1 else f"{len(found.members)} people"
    pressing = [_line(one) for one in found.members if one.mark.value not in DONE][:PRESSING]
    choices = (Choice("Show the team", "get_group_progress", team.id), Choice("Nudge…", "nudge", team.id))
    return Message(
        kind=Kind.DIGEST,
        heading=f"{quoted(found.name)}, the week: {', '.join([people, *counts])}.",
        lines=pressing,
        note="You get this every week because you follow the team.",
        choices=choices if found.members else (),
    )


def _line(member: MemberProgress) -> str:
    due = f", due {member.due}" if member.due else ""
    number = member.counts.get(member.mark, 0)
    return f"{member.person.name}: {member.mark}{due}{f' ({number} courses)' if number > 1 else ''}"
