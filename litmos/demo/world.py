"""The whole state of one Litmos account and the changes the API can make to it.

Tests and benchmarks fill it like this, `at` and the like being aware UTC datetimes:

    world = World()
    ada = world.add_person("Ada", "Marsh", last_login=at)
    course = world.add_course("Fire & Safety", code="FIRE-01", modules=4)
    path = world.add_path("New Starter", [course.id])
    team = world.add_team("Sales", members=[ada.id])
    world.assign_course(ada.id, course.id, at=at, due=at, percent=50)
    world.assign_path(ada.id, path.id, at=at)

Ids are given or made up (always the same ones in the same order).
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from litmos.demo.records import (
    AccessLevel,
    Achievement,
    Course,
    CourseResult,
    LearningPath,
    Module,
    ModuleResult,
    PathResult,
    Person,
    Team,
)

LONG_AGO = datetime(2020, 1, 6, 9, 30, tzinfo=UTC)
FIRST_NUMBER = 4138900  # numbers of a size as in the recordings


class PartOfPath(Exception):
    """The course came with a learning path and goes only with it."""


@dataclass(slots=True)
class World:
    """One account. Lookups by id are exact; results are kept by person, in the order of assignment."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    paths: dict[str, LearningPath] = field(default_factory=dict)
    course_results: dict[str, dict[str, CourseResult]] = field(default_factory=dict)
    path_results: dict[str, dict[str, PathResult]] = field(default_factory=dict)
    achievements: list[Achievement] = field(default_factory=list)
    last_number: int = FIRST_NUMBER

    def number(self) -> int:
        """The next number that was never given out."""
        self.last_number += 1
        return self.last_number

    def _id(self, wanted: str, number: int) -> str:
        digest = hashlib.sha256(f"demo {number}".encode()).digest()
        return wanted or base64.urlsafe_b64encode(digest).decode()[:11] + "1"

    def add_person(  # noqa: PLR0913 - one keyword for each column a test may care about
        self,
        first_name: str,
        last_name: str,
        *,
        person_id: str = "",
        user_name: str = "",
        email: str = "",
        access_level: AccessLevel = "Learner",
        active: bool = True,
        last_login: datetime | None = None,
        created: datetime = LONG_AGO,
        job_title: str = "",
    ) -> Person:
        """A person; the e-mail is made of the name and the user name is the e-mail unless given."""
        number = self.number()
        email = email or f"{first_name}.{last_name}.{number}@example.com".lower().replace(" ", "")
        person = Person(self._id(person_id, number), number, first_name, last_name, user_name or email, email, created)
        person.access_level, person.active = access_level, active
        person.last_login, person.job_title = last_login, job_title
        self.people[person.id] = person
        return person

    def add_team(
        self,
        name: str,
        *,
        team_id: str = "",
        parent_id: str | None = None,
        members: Sequence[str] = (),
        leaders: Sequence[str] = (),
        admins: Sequence[str] = (),
    ) -> Team:
        """A team of people given by their ids; leaders and admins are members only if listed as such."""
        number = self.number()
        team = Team(self._id(team_id, number), name, f"{number}-{name[:8].upper()}", parent_id)
        team.members, team.leaders, team.admins = list(members), list(leaders), list(admins)
        self.teams[team.id] = team
        return team

    def add_course(  # noqa: PLR0913 - one keyword for each column a test may care about
        self,
        name: str,
        *,
        code: str = "",
        course_id: str = "",
        modules: int | Sequence[Module] = 3,
        active: bool = True,
        created: datetime = LONG_AGO,
        changed: datetime | None = None,
        description: str = "",
        creator: str | None = None,
    ) -> Course:
        """A course; `modules` is how many, the last one with a pass mark of 80, or the modules themselves."""
        number = self.number()
        course = Course(self._id(course_id, number), number, name, code, created)
        course.modules = self._modules(modules) if isinstance(modules, int) else tuple(modules)
        course.active, course.changed = active, changed
        course.description, course.creator = description, creator
        self.courses[course.id] = course
        return course

    def _modules(self, count: int) -> tuple[Module, ...]:
        numbers = [self.number() for _ in range(count)]
        return tuple(
            Module(self._id("", number), number, f"Part {place}", pass_mark=80 if place == count else None)
            for place, number in enumerate(numbers, start=1)
        )

    def add_path(
        self,
        name: str,
        course_ids: Sequence[str],
        *,
        path_id: str = "",
        code: str = "",
        active: bool = True,
        description: str = "",
    ) -> LearningPath:
        """A learning path over courses that exist."""
        number = self.number()
        path = LearningPath(self._id(path_id, number), number, name, code, LONG_AGO, tuple(course_ids))
        path.active, path.description = active, description
        self.paths[path.id] = path
        return path

    def person_by_user_name(self, user_name: str) -> Person | None:
        return next((person for person in self.people.values() if person.user_name == user_name), None)

    def teams_of(self, person_id: str) -> list[Team]:
        return [team for team in self.teams.values() if person_id in team.members]

    def courses_of(self, person_id: str) -> dict[str, CourseResult]:
        return self.course_results.get(person_id, {})

    def paths_of(self, person_id: str) -> dict[str, PathResult]:
        return self.path_results.get(person_id, {})

    def results_in_path(self, person_id: str, path_id: str) -> list[CourseResult]:
        """The person's courses that came with the path."""
        return [result for result in self.courses_of(person_id).values() if path_id in result.via]

    def assign_course(  # noqa: PLR0913 - one keyword for each column a test may care about
        self,
        person_id: str,
        course_id: str,
        *,
        at: datetime,
        due: datetime | None = None,
        percent: int = 0,
        started: datetime | None = None,
        completed: datetime | None = None,
        compliant_till: datetime | None = None,
        access_till: datetime | None = None,
    ) -> CourseResult:
        """Assign whatever its state: also an inactive course, and anew if it was assigned before.

        `percent` completes that share of the modules; `completed` completes them all and is remembered as an
        achievement.
        """
        course = self.courses[course_id]
        result = self._fresh_result(person_id, course, at)
        result.due, result.compliant_till, result.access_till = due, compliant_till, access_till
        result.completed = completed
        if percent or completed:
            result.started = started or at + timedelta(hours=3, milliseconds=824)
            share = len(course.modules) if completed else round(len(course.modules) * percent / 100)
            _work_through(course, result, share)
        self.course_results.setdefault(person_id, {})[course_id] = result
        if completed:
            self._remember(course, result, completed)
        return result

    def _fresh_result(self, person_id: str, course: Course, at: datetime) -> CourseResult:
        modules = {module.id: ModuleResult(self.number()) for module in course.modules}
        return CourseResult(self.number(), person_id, course.id, at, modules)

    def _remember(self, course: Course, result: CourseResult, at: datetime) -> None:
        scores = [module.score for module in result.modules.values() if module.score is not None]
        score = round(sum(scores) / len(scores)) if scores else None
        self.achievements.append(
            Achievement(self.number(), result.person_id, course.id, course.name, at, result.compliant_till, score)
        )

    def assign_path(self, person_id: str, path_id: str, *, at: datetime) -> PathResult:
        """Assign the path and, through it, its active courses; courses already assigned keep their state."""
        path = self.paths[path_id]
        result = PathResult(self.number(), person_id, path_id, at)
        self.path_results.setdefault(person_id, {})[path_id] = result
        mine = self.course_results.setdefault(person_id, {})
        for course_id in path.course_ids:
            course = self.courses[course_id]
            if course_id not in mine:
                if not course.active:
                    continue
                mine[course_id] = self._fresh_result(person_id, course, at)
                mine[course_id].direct = False
            mine[course_id].via.add(path_id)
        return result

    def assign_new_courses(self, person_id: str, course_ids: Sequence[str], at: datetime) -> list[str]:
        """What the API does: assign what is active and not assigned yet, ignore the rest; the ids assigned."""
        new = []
        for course_id in course_ids:
            course = self.courses.get(course_id)
            if course and course.active and course_id not in self.courses_of(person_id):
                self.assign_course(person_id, course_id, at=at)
                new.append(course_id)
        return new

    def assign_new_paths(self, person_id: str, path_ids: Sequence[str], at: datetime) -> list[str]:
        """As `assign_new_courses`, for learning paths."""
        new = []
        for path_id in path_ids:
            path = self.paths.get(path_id)
            if path and path.active and path_id not in self.paths_of(person_id):
                self.assign_path(person_id, path_id, at=at)
                new.append(path_id)
        return new

    def complete(self, result: CourseResult, at: datetime) -> None:
        """All modules done; an achievement is the learner's from now on."""
        course = self.courses[result.course_id]
        result.started, result.completed = result.started or at, at
        _work_through(course, result, len(course.modules))
        self._remember(course, result, at)

    def remove_course(self, person_id: str, course_id: str) -> None:
        """Forget an assignment; KeyError if there is none, PartOfPath if it came with a path."""
        if self.courses_of(person_id)[course_id].via:
            raise PartOfPath
        del self.course_results[person_id][course_id]

    def remove_path(self, person_id: str, path_id: str) -> None:
        """Forget a path and the courses that came only through it; KeyError if it is not assigned."""
        if path_id not in self.paths_of(person_id):
            raise KeyError(path_id)
        del self.path_results[person_id][path_id]
        for result in self.results_in_path(person_id, path_id):
            result.via.discard(path_id)
            if not result.via and not result.direct:
                del self.course_results[person_id][result.course_id]

    def reset_course(self, person_id: str, course_id: str) -> None:
        """Back to not started; KeyError if not assigned. The due date and the access date stay."""
        result = self.courses_of(person_id)[course_id]
        result.started = result.completed = result.compliant_till = None
        for module in result.modules.values():
            module.clear()


def _work_through(course: Course, result: CourseResult, share: int) -> None:
    """Complete the first `share` modules, an hour each, the last one when the course was completed."""
    start = result.started or result.assigned
    for place, module in enumerate(course.modules[:share], start=1):
        done = result.modules[module.id]
        done.started, done.attempts = start + timedelta(hours=place - 1), 1 + place % 2
        done.completed = start + timedelta(hours=place)
        if place == len(course.modules) and result.completed:
            done.completed = result.completed
        done.updated = done.completed
        if module.pass_mark is not None:
            done.score = min(100, module.pass_mark + 4 * place)
