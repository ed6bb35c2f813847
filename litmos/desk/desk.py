"""The Desk: the one door through which every face reads Litmos."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar, cast

from litmos.api.call import Pace, Waiting
from litmos.api.client import Client
from litmos.desk import assignments
from litmos.desk.actor import Actor, Role, role_of
from litmos.desk.answers import FoundPeople, FoundTraining, Identity, ModuleResults, UserCourses, UserLearningPaths
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.desk.requests import (
    FindPeople,
    FindTraining,
    GetModuleResults,
    GetUserCourses,
    GetUserLearningPaths,
    Look,
    WhoAmI,
)
from litmos.errors import Invalid, NotAllowed, NotFound
from litmos.model import Person, TrainingKind

__all__ = ["Desk", "DeskSettings"]

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the Desk has to know of its surroundings. `account`: the Litmos that is asked, as people call it."""

    account: str
    admins: frozenset[str] = frozenset()
    read_only: bool = False


class Desk:
    """Answers actors. `now` gives the moment in UTC, `clock` seconds for what is remembered."""

    def __init__(
        self,
        api: Client,
        settings: DeskSettings,
        *,
        now: Callable[[], datetime] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._settings, self._now = api, settings, now
        self._lookup = Lookup(clock)
        self._due_dates = assignments.DueDates(clock)

    async def operator(self, face: str, named: str) -> Actor:
        """Who a local program acts for: the person named by the settings, or the key's owner when nobody is."""
        if not named:
            return Actor(face, Role.ADMIN)
        try:
            person = await self._lookup.person(Line(self._api), named)
        except NotFound as unknown:
            raise type(unknown)(f"LITMOS_OPERATOR: {unknown}") from None
        if not person.active:
            raise NotAllowed(f"LITMOS_OPERATOR: {person.name} is inactive in Litmos and may do nothing here.")
        named_admin = self._settings.admins & {person.email.casefold(), person.user_name.casefold()}
        return Actor(face, Role.ADMIN if named_admin else role_of(person), person)

    async def look(self, actor: Actor, request: Look[T], *, waiting: Waiting | None = None) -> T:
        """Answer a request that changes nothing.

        Args:
            actor: Who asks.
            request: What for.
            waiting: Told the seconds that the account's budget makes this wait, before it does.

        Raises:
            LitmosError: In words for the person who asked.
        """
        answer = self._answers[type(request)]
        return cast("T", await answer(self, Line(self._api, Pace(waiting=waiting)), actor, request))

    async def _whoami(self, _line: Line, actor: Actor, _request: WhoAmI) -> Identity:
        return Identity(
            actor.name, actor.role, actor.face, self._settings.read_only, self._settings.account, actor.person
        )

    async def _find_people(self, line: Line, _actor: Actor, request: FindPeople) -> FoundPeople:
        return await self._lookup.people(line, request.words, request.most)

    async def _find_training(self, line: Line, _actor: Actor, request: FindTraining) -> FoundTraining:
        return await self._lookup.trainings(line, request.words, request.kind, request.most)

    async def _user_courses(self, line: Line, actor: Actor, request: GetUserCourses) -> UserCourses:
        person = await self._person(line, actor, request.person)
        return await assignments.read_courses(line, person, request.show, self._now(), self._due_dates)

    async def _user_paths(self, line: Line, actor: Actor, request: GetUserLearningPaths) -> UserLearningPaths:
        person = await self._person(line, actor, request.person)
        return await assignments.read_learning_paths(line, person, self._now())

    async def _module_results(self, line: Line, actor: Actor, request: GetModuleResults) -> ModuleResults:
        person = await self._person(line, actor, request.person)
        course = await self._lookup.training(line, request.course, TrainingKind.COURSE)
        try:
            return await assignments.read_module_results(line, person, course.id, self._now())
        except NotFound:
            raise NotFound(f"{person.name} is not on {course.name!r}, so there are no results.") from None

    async def _person(self, line: Line, actor: Actor, typed: str) -> Person:
        if typed.strip().casefold() != "me":
            return await self._lookup.person(line, typed)
        if actor.person is None:
            raise Invalid(
                "'me' is nobody here, because this program acts for the owner of the API key. "
                "Name the person, or set LITMOS_OPERATOR to your e-mail address in Litmos."
            )
        return actor.person

    _answers: ClassVar[dict[type[Look[Any]], Callable[..., Awaitable[Any]]]] = {
        WhoAmI: _whoami,
        FindPeople: _find_people,
        FindTraining: _find_training,
        GetUserCourses: _user_courses,
        GetUserLearningPaths: _user_paths,
        GetModuleResults: _module_results,
    }
