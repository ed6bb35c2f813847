"""Following teams: who wants to be told how a team gets on. Whether they may is asked again whenever they are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from litmos.api.teams import search_teams
from litmos.desk.access import Access
from litmos.desk.actor import Actor
from litmos.desk.line import Line
from litmos.desk.names import quoted
from litmos.desk.records import actor_record
from litmos.desk.sight import team_called
from litmos.errors import Invalid, Misconfigured, NotFound
from litmos.model import Team
from litmos.store.audit import Audit
from litmos.store.follows import Follows

__all__ = ["FollowedTeams", "Following"]

MOST = 25  # teams that somebody follows; each is read for every digest


@dataclass(frozen=True, slots=True)
class FollowedTeams:
    """What somebody follows now, and which of it they have just begun or ended to follow."""

    teams: tuple[Team, ...]
    changed: tuple[Team, ...] = ()


class Following:
    """Keeps follows, and audits them."""

    def __init__(self, access: Access, follows: Follows | None, audit: Audit | None) -> None:
        self._access, self._kept, self._kept_audit = access, follows, audit

    async def follow(self, line: Line, actor: Actor, typed: str) -> FollowedTeams:
        """Follow the team that is named by id or name, or (empty) all that one leads; administrators name one."""
        actor = (await self._access.enter(line, actor, "follow")).actor
        person = _person(actor)
        wanted = await self._wanted(line, actor, typed)
        known = {one.team_id for one in await self._follows.of_person(person)}
        if len(known | {team.id for team in wanted}) > MOST:
            raise Invalid(f"That would be more than {MOST} teams, which nobody reads. Name a team above them.")
        changed = [team for team in wanted if await self._follows.add(person, team.id)]
        for team in changed:
            await self._record("followed", team, actor)
        return FollowedTeams(await self._named(line, person, wanted), tuple(changed))

    async def unfollow(self, line: Line, actor: Actor, typed: str) -> FollowedTeams:
        """Follow the named team, or (empty) any team, no more."""
        actor = (await self._access.enter(line, actor, "unfollow")).actor
        person = _person(actor)
        mine = await self._named(line, person, ())
        wanted = [team_called(mine, typed)] if typed.strip() else mine
        changed = [team for team in wanted if await self._follows.remove(person, team.id)]
        for team in changed:
            await self._record("unfollowed", team, actor)
        return FollowedTeams(await self._named(line, person, mine), tuple(changed))

    async def lost(self, person: str, team: Team) -> bool:
        """End a follow of somebody who may not see the team any more; whether it was this that ended it."""
        if not await self._follows.remove(person, team.id):
            return False
        await self._record("unfollowed", team, person)
        return True

    async def every(self) -> list[tuple[str, str]]:
        """Who follows what: a person and a team each, by id."""
        return [(one.person_id, one.team_id) for one in await self._follows.every()] if self._kept else []

    async def _wanted(self, line: Line, actor: Actor, typed: str) -> Sequence[Team]:
        teams = await self._access.teams(line, actor)
        if typed.strip():
            every = await line.send(search_teams()) if teams is None else teams
            return [team_called(every, typed)]
        if teams is None:
            raise Invalid("Name a team: you may see all of them.")
        led = {team.id for team in teams}
        top = [team for team in teams if team.parent_id not in led]
        if not top:
            raise NotFound("You lead no team, as far as Litmos says.")
        return top

    async def _named(self, line: Line, person: str, known: Sequence[Team]) -> tuple[Team, ...]:
        """What somebody follows, with names as Litmos has them; a team that is gone goes by its id."""
        followed = [one.team_id for one in await self._follows.of_person(person)]
        names = {team.id: team for team in known}
        if not names.keys() >= set(followed):
            names |= {team.id: team for team in await line.send(search_teams())}
        return tuple(names.get(team, Team(team, team)) for team in followed)

    @property
    def _follows(self) -> Follows:
        if self._kept is None:
            raise Misconfigured("Teams are followed in a state database, and there is none here.")
        return self._kept

    async def _record(self, event: str, team: Team, who: Actor | str) -> None:
        """`who`: by id where it was not they themselves who ended it."""
        if self._kept_audit is None:
            raise Misconfigured("Teams are followed in a state database, and there is none here.")
        key, record = (who, {"id": who}) if isinstance(who, str) else (who.key, actor_record(who))
        body = {"actor": record, "summary": f"{event} the team {quoted(team.name)}", "team_id": team.id}
        await self._kept_audit.append(event, operation=event.removesuffix("ed"), actor_id=key, body=body)


def _person(actor: Actor) -> str:
    if actor.person is None:
        raise Invalid("The owner of the API key follows nothing: nobody could be told.")
    return actor.person.id
