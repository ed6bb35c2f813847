"""Completions: read back from Litmos after an event, then told to the learner and to those who follow their team."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from litmos.api.assignments import course_results, learning_paths_of
from litmos.api.teams import search_teams, teams_of
from litmos.api.users import get_user
from litmos.desk.access import Access
from litmos.desk.following import Following
from litmos.desk.line import Line
from litmos.desk.messages import Kind, Message, Post
from litmos.desk.names import quoted
from litmos.desk.pages import Pages
from litmos.errors import NotAllowed, NotFound
from litmos.model import Team

__all__ = ["Completion", "Completions"]

FACE = "messages"
NEWS = timedelta(days=3)  # what was completed longer ago is told to nobody


class Completion(TypedDict):
    """What Litmos has confirmed, by ids; `at`: when, in ISO 8601. Small enough to be recorded."""

    person: str
    training: str
    at: str


@dataclass(frozen=True, slots=True)
class _Finished:
    """A training as somebody has it. `at` None: they have not completed it, or Litmos does not say when."""

    name: str
    link: str
    at: datetime | None


class Completions:
    """Believes Litmos alone. `line` makes a way to it that leaves room for people; `now` gives the moment in UTC."""

    def __init__(
        self,
        access: Access,
        following: Following,
        post: Post,
        pages: Pages,
        line: Callable[[], Line],
        now: Callable[[], datetime],
    ) -> None:
        self._access, self._following, self.post, self._pages = access, following, post, pages
        self._line, self._now = line, now

    async def confirm(self, person: str, training: str) -> Completion | None:
        """Ask Litmos whether somebody has completed something; None: not yet. NotFound: they are not on it at all."""
        found = await self._read(self._line(), person, training)
        return None if found.at is None else Completion(person=person, training=training, at=found.at.isoformat())

    async def listeners(self, completion: Completion) -> list[str]:
        """Whom it may concern, by id: the learner and the followers of their teams. Nobody, if it is no news."""
        if not self._is_news(completion):
            return []
        person = completion["person"]
        follows = await self._following.every()
        if not follows:
            return [person]
        line = self._line()
        mine = [team.id for team in await line.send(teams_of(person))]
        every = await line.send(search_teams())
        teams = with_above(mine, every)
        return [person, *sorted({follower for follower, team in follows if team in teams} - {person})]

    async def tell(self, completion: Completion, to: str) -> bool:
        """Tell one of the listeners what Litmos says now; False if that is nothing, or nothing for them."""
        line, person = self._line(), completion["person"]
        try:
            name = "" if to == person else await self._seen(line, to, person)
            found = await self._read(line, person, completion["training"])
        except (NotAllowed, NotFound):  # who left, lost a role or a team, or is not on it any more
            return False
        if found.at is None or not self._is_news(completion):
            return False
        link = ("Open it in Litmos", found.link) if found.link else None
        if to == person:
            heading = f"Well done! You have completed {quoted(found.name)}."
            return await self.post.tell(to, Message(kind=Kind.COMPLETION, heading=heading, link=link))
        heading = f"{quoted(name)} has completed {quoted(found.name)}."
        note = "You are told because you follow a team of theirs."
        return await self.post.tell(to, Message(kind=Kind.TEAM_COMPLETION, heading=heading, note=note, link=link))

    def _is_news(self, completion: Completion) -> bool:
        return -NEWS <= self._now() - datetime.fromisoformat(completion["at"]) <= NEWS

    async def _seen(self, line: Line, follower: str, person: str) -> str:
        """The name of somebody whom the follower may see now; NotAllowed or NotFound otherwise."""
        actor = await self._access.again(line, FACE, follower)
        entry = await self._access.enter(line, actor, "get_group_progress")
        if entry.people is None:
            return (await line.send(get_user(person))).name
        return (await self._access.person(line, entry, person)).name

    async def _read(self, line: Line, person: str, training: str) -> _Finished:
        try:
            course = await line.send(course_results(person, training))
        except NotFound:
            paths = await line.send(learning_paths_of(person))
        else:
            link = self._pages.course(course.number)
            return _Finished(course.name, link, course.completed if course.complete else None)
        for path in paths:
            if path.id == training:
                link = self._pages.learning_path(path.number)
                return _Finished(path.name, link, path.completed if path.complete else None)
        raise NotFound("They are not on it.")


def with_above(teams: Iterable[str], every: Iterable[Team]) -> set[str]:
    """Teams by id, and all teams above them, whatever order or circle they come in."""
    parents = {team.id: team.parent_id for team in every}
    found, waiting = set[str](), list(teams)
    while waiting:
        team = waiting.pop()
        if team and team not in found:
            found.add(team)
            waiting.append(parents.get(team, ""))
    return found
