"""Looking: each request that changes nothing, and how it is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast

from litmos.desk import assignments
from litmos.desk.access import Access, Entry
from litmos.desk.actor import Actor
from litmos.desk.answers import (
    FoundPeople,
    FoundTraining,
    GroupProgress,
    Identity,
    ModuleResults,
    TeamCourses,
    UserCourses,
    UserLearningPaths,
)
from litmos.desk.groups import group_of
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.desk.names import quoted
from litmos.desk.pages import Pages
from litmos.desk.progress import read_course, read_everything
from litmos.desk.requests import (
    FindPeople,
    FindTraining,
    GetGroupProgress,
    GetModuleResults,
    GetTeamCourses,
    GetUserCourses,
    GetUserLearningPaths,
    Look,
    WhoAmI,
)
from litmos.errors import Invalid, NotFound
from litmos.model import TrainingKind

__all__ = ["Looking"]

T = TypeVar("T")


class Looking:
    """Answers from Litmos, within what the actor may see."""

    def __init__(
        self,
        access: Access,
        lookup: Lookup,
        *,
        account: str,
        pages: Pages,
        remembered: assignments.Remembered,
        now: Callable[[], datetime],
    ) -> None:
        self._access, self._lookup, self._account, self._now = access, lookup, account, now
        self._pages, self._remembered = pages, remembered

    async def look(self, line: Line, actor: Actor, request: Look[T]) -> T:
        """See `Desk.look`."""
        entry = await self._access.enter(line, actor, request.operation)
        return cast("T", await self._answers[type(request)](self, line, entry, request))

    async def _whoami(self, _line: Line, entry: Entry, _request: WhoAmI) -> Identity:
        actor = entry.actor
        return Identity(actor.name, actor.role, actor.face, self._access.read_only, self._account, actor.person)

    async def _find_people(self, line: Line, entry: Entry, request: FindPeople) -> FoundPeople:
        return await self._access.people(line, entry, request.words, request.most)

    async def _find_training(self, line: Line, _entry: Entry, request: FindTraining) -> FoundTraining:
        return await self._lookup.trainings(line, request.words, request.kind, request.most)

    async def _user_courses(self, line: Line, entry: Entry, request: GetUserCourses) -> UserCourses:
        person = await self._access.person(line, entry, request.person)
        return await assignments.read_courses(line, person, request, self._now(), self._remembered, self._pages)

    async def _team_courses(self, line: Line, entry: Entry, _request: GetTeamCourses) -> TeamCourses:
        if entry.people is None or entry.actor.person is None:
            raise Invalid("You lead no team of your own: name the people, or look in Litmos.")
        led = [person for person in entry.people if person.id != entry.actor.person.id]
        return await assignments.read_team(line, led, self._now()) if led else TeamCourses(())

    async def _group_progress(self, line: Line, entry: Entry, request: GetGroupProgress) -> GroupProgress:
        """Many requests leave a fifth of the account's to those who ask for little."""
        course = await self._lookup.training(line, request.course, TrainingKind.COURSE) if request.course else None
        group = await group_of(line, self._access, entry, request)
        unhurried = replace(line, pace=replace(line.pace, bulk=True))
        if course is not None:
            return await read_course(unhurried, group, course, self._now())
        return await read_everything(unhurried, group, self._now())

    async def _user_paths(self, line: Line, entry: Entry, request: GetUserLearningPaths) -> UserLearningPaths:
        person = await self._access.person(line, entry, request.person)
        pages, inside = self._pages, self._remembered.path_courses
        return await assignments.read_learning_paths(line, person, self._now(), pages, inside, request.inside)

    async def _module_results(self, line: Line, entry: Entry, request: GetModuleResults) -> ModuleResults:
        person = await self._access.person(line, entry, request.person)
        course = await self._lookup.training(line, request.course, TrainingKind.COURSE)
        try:
            return await assignments.read_module_results(line, person, course.id, self._now(), self._pages)
        except NotFound:
            raise NotFound(f"{quoted(person.name)} is not on {quoted(course.name)}, so there are no results.") from None

    _answers: ClassVar[dict[type[Look[Any]], Callable[..., Awaitable[Any]]]] = {
        WhoAmI: _whoami,
        FindPeople: _find_people,
        FindTraining: _find_training,
        GetUserCourses: _user_courses,
        GetTeamCourses: _team_courses,
        GetUserLearningPaths: _user_paths,
        GetGroupProgress: _group_progress,
        GetModuleResults: _module_results,
    }
