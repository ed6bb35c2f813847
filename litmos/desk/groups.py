"""From what somebody asks about to a group of people: named, a team with those below it, or all whom they lead."""

from litmos.api.teams import members_of, search_teams
from litmos.desk.access import Access, Entry
from litmos.desk.line import Line
from litmos.desk.names import quoted
from litmos.desk.progress import Group
from litmos.desk.requests import GetGroupProgress, Nudge
from litmos.desk.sight import team_called, unknown_team, with_below
from litmos.errors import Invalid, LitmosError, NotFound
from litmos.model import Person

__all__ = ["group_of"]

MOST_TEAMS = 30  # below one another; each costs a request


async def group_of(line: Line, access: Access, entry: Entry, request: GetGroupProgress | Nudge) -> Group:
    """The group that a request is about, as far as the actor may see it."""
    if request.people and request.team:
        raise Invalid("Name people or a team, not both.")
    if request.people:
        await access.prime(line, entry, request.people)
        people = [await access.person(line, entry, one) for one in request.people]
        return Group(f"{len(people)} people", list({one.id: one for one in people}.values()))
    if request.team:
        return await _team(line, entry, request.team)
    if entry.people is not None:
        if not entry.people:
            raise NotFound("You lead nobody, as far as Litmos says.")
        return Group("everybody you lead", entry.people)
    if request.course:
        return Group("everyone on it", None)
    raise Invalid("Name a team, people, or a course.")


async def _team(line: Line, entry: Entry, typed: str) -> Group:
    teams = await line.send(search_teams())
    wanted = team_called(teams, typed)
    ids = with_below([wanted.id], teams)
    if len(ids) > MOST_TEAMS:
        raise Invalid(
            f"{quoted(wanted.name)} has {len(ids)} teams in it; at most {MOST_TEAMS} at once. Name a smaller one."
        )
    lists = await line.send_each([members_of(team) for team in ids])
    members = {one.id: one for people in lists for one in _or_raise(people)}
    if entry.people is not None:
        mine = {one.id for one in entry.people}
        members = {key: one for key, one in members.items() if key in mine}
        if not members:
            raise unknown_team(typed)
    return Group(wanted.name, list(members.values()))


def _or_raise(answer: tuple[Person, ...] | LitmosError) -> tuple[Person, ...]:
    if isinstance(answer, LitmosError):
        raise answer
    return answer
