"""Whom a leader leads: the members of the teams they lead or administrate, and of all teams below those."""

from collections.abc import Callable, Iterable

from litmos.api.teams import admins_of, leaders_of, members_of, search_teams, teams_of
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.errors import LitmosError
from litmos.model import Person, Team

__all__ = ["Sight"]

REMEMBERED = 300.0  # seconds, for those who only look


class Sight:
    """Reads who is led by whom; remembers it for five minutes by `clock` (seconds)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Cache[str, tuple[Person, ...]] = Cache(clock, seconds=REMEMBERED, most=500)

    async def led_by(self, line: Line, leader: str, *, fresh: bool) -> tuple[Person, ...]:
        """The people whom a person (by id) leads, each once. `fresh`: as it is now.

        A leader has to be in a team to be known as its leader: Litmos has no list of the teams that somebody leads.
        """
        known = None if fresh else self._known.get(leader)
        return known if known is not None else self._known.put(leader, await _read(line, leader))


async def _read(line: Line, leader: str) -> tuple[Person, ...]:
    mine = await line.send(teams_of(leader))
    heads = await line.send_each([heads(team.id) for team in mine for heads in (leaders_of, admins_of)])
    led = {
        team.id
        for place, team in enumerate(mine)
        for people in heads[2 * place : 2 * place + 2]
        if any(person.id == leader for person in _or_raise(people))
    }
    if not led:
        return ()
    teams = await line.send(search_teams())
    members = await line.send_each([members_of(team) for team in with_below(led, teams)])
    return tuple({person.id: person for people in members for person in _or_raise(people)}.values())


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


def _or_raise(answer: tuple[Person, ...] | LitmosError) -> tuple[Person, ...]:
    if isinstance(answer, LitmosError):
        raise answer
    return answer
