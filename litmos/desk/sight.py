"""Whom a leader leads: the members of the teams they lead or administrate, and of all teams below those."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from litmos.api.teams import admins_of, leaders_of, members_of, search_teams, teams_of
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.desk.names import plain, quoted
from litmos.errors import Ambiguous, LitmosError, NotFound
from litmos.model import Person, Team

__all__ = ["Led", "Sight", "team_called", "unknown_team", "with_below"]

REMEMBERED = 300.0  # seconds, for those who only look
SHOWN = 5  # teams of one name


@dataclass(frozen=True, slots=True)
class Led:
    """What a leader leads: teams with all below them, and the people in those, each once."""

    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()


class Sight:
    """Reads who is led by whom; remembers it for five minutes by `clock` (seconds)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Cache[str, Led] = Cache(clock, seconds=REMEMBERED, most=500)

    async def led_by(self, line: Line, leader: str, *, fresh: bool) -> Led:
        """The teams and people whom a person (by id) leads. `fresh`: as it is now.

        A leader has to be in a team to be known as its leader: Litmos has no list of the teams that somebody leads.
        """
        known = None if fresh else self._known.get(leader)
        return known if known is not None else self._known.put(leader, await _read(line, leader))


async def _read(line: Line, leader: str) -> Led:
    mine = await line.send(teams_of(leader))
    heads = await line.send_each([heads(team.id) for team in mine for heads in (leaders_of, admins_of)])
    led = {
        team.id
        for place, team in enumerate(mine)
        for people in heads[2 * place : 2 * place + 2]
        if any(person.id == leader for person in _or_raise(people))
    }
    if not led:
        return Led()
    every = {team.id: team for team in [*mine, *await line.send(search_teams())]}
    below = with_below(led, every.values())
    members = await line.send_each([members_of(team) for team in below])
    people = {person.id: person for people in members for person in _or_raise(people)}
    return Led(tuple(every[team] for team in below), tuple(people.values()))


def with_below(top: Iterable[str], teams: Iterable[Team]) -> list[str]:
    """Teams by id, and all teams below them, whatever order or circle they come in."""
    children: dict[str, list[str]] = {}
    for team in teams:
        children.setdefault(team.parent_id, []).append(team.id)
    found = dict.fromkeys(top)
    waiting = list(found)
    while waiting:
        new = [team for team in children.get(waiting.pop(), []) if team not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def team_called(teams: Sequence[Team], typed: str) -> Team:
    """The one among these that is named by id or whole name; `Ambiguous` or NotFound otherwise."""
    named = [one for one in teams if plain(one.name) == plain(typed)]
    found = [one for one in teams if one.id == typed.strip()] or named
    if not found:
        raise unknown_team(typed)
    if len(found) > 1:
        labels = {one.id: f"{quoted(one.name)} (id {one.id})" for one in found[:SHOWN]}
        raise Ambiguous(
            f"{typed!r} could be {len(found)}: {'; '.join(labels.values())}. Say which one, by id.", typed, labels
        )
    return found[0]


def unknown_team(typed: str) -> NotFound:
    """The same for teams that there are not and for those that somebody may not see."""
    return NotFound(f"There is no team {typed!r} that you may see. Name it as in Litmos.")


def _or_raise(answer: tuple[Person, ...] | LitmosError) -> tuple[Person, ...]:
    if isinstance(answer, LitmosError):
        raise answer
    return answer
