"""What the reading tools do: each asks the Desk and shows its answer twice, as a compact text and as data."""

from collections import Counter
from typing import Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult

from litmos.desk.answers import TrainingRow
from litmos.desk.names import contains, plain, quoted
from litmos.desk.requests import (
    FindPeople,
    FindTraining,
    GetModuleResults,
    GetUserCourses,
    GetUserLearningPaths,
    Show,
    WhoAmI,
)
from litmos.desk.standing import Status, in_words
from litmos.model import ModuleResult, Person, TrainingKind
from mcp_server.answers import answer
from mcp_server.app import App
from mcp_server.failures import told
from mcp_server.results import (
    AssignmentRow,
    CoursesResult,
    LearningPathsResult,
    ModuleResultsResult,
    ModuleRow,
    PeopleResult,
    PersonName,
    PersonRow,
    TrainingResult,
    TrainingRowResult,
    WhoAmIResult,
)
from mcp_server.tables import cell, page, table

__all__ = [
    "find_people",
    "find_training",
    "get_module_results",
    "get_user_courses",
    "get_user_learning_paths",
    "whoami",
]


FRESH = "litmos/fresh"  # in `_meta` of a call: somebody has pressed the dashboard's Refresh


async def whoami(ctx: Context[App]) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        who = await (await app.desk()).look(await app.actor(), WhoAmI(), waiting=tell.waiting)
        me = PersonRow.of(who.person, app.naming, addressed=False) if who.person else None
        result = WhoAmIResult(
            name=me.name if me else who.name,
            role=who.role.value,
            account=who.account,
            person=me,
            read_only=who.read_only or None,
        )
        known = f"{quoted(me.name)} (id {me.id})" if me else f"{who.name}; `me` stands for nobody"
        return answer(f"{known}: {who.role} in {who.account}{', read only' if who.read_only else ''}", result)


async def find_people(ctx: Context[App], query: str, limit: int) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        found = await (await app.desk()).look(await app.actor(), FindPeople(query, limit), waiting=tell.waiting)
        names = Counter(person.name for person in found.people)
        rows = [
            PersonRow.of(
                person, app.naming, addressed=names[person.name] > 1 or (not found.close and _by_address(person, query))
            )
            for person in found.people
        ]
        result = PeopleResult(total=found.total, close=found.close or None, people=rows)
        head = _found_head(found.total, found.close, "person", "people")
        return answer(table(head, "id|name|more", [_person_line(row) for row in rows]), result)


async def find_training(
    ctx: Context[App], query: str, kind: Literal["any", "course", "learning_path"], limit: int
) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        wanted = None if kind == "any" else TrainingKind(kind)
        found = await (await app.desk()).look(
            await app.actor(), FindTraining(query, wanted, limit), waiting=tell.waiting
        )
        rows = [TrainingRowResult.of(training) for training in found.training]
        lines = [
            f"{row.id}\t{cell(row.name)}\t{row.kind.replace('_', ' ')}\t{cell(row.code or '')}"
            + ("\tinactive" if row.inactive else "")
            for row in rows
        ]
        head = _found_head(found.total, found.close, "training", "trainings")
        result = TrainingResult(total=found.total, close=found.close or None, training=rows)
        return answer(table(head, "id|name|kind|code", lines), result)


async def get_user_courses(
    ctx: Context[App], person: str, status: Literal["all", "open", "overdue", "completed"], limit: int, cursor: str
) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        request = GetUserCourses(person, Show(status), fresh=FRESH in (ctx.request_context.meta or {}))
        found = await (await app.desk()).look(await app.actor(), request, waiting=tell.waiting)
        shown = page(found.courses, cursor, limit, _assignment_line)
        note = f"{found.due_unread} open courses further down: due dates not read" if found.due_unread else None
        result = CoursesResult(
            person=PersonName.of(found.person, app.naming),
            total=len(found.courses),
            counts={status.value: count for status, count in sorted(found.counts.items(), key=_by_urgency)},
            courses=[AssignmentRow.of(row) for row in shown.rows],
            next_cursor=shown.next_cursor,
            note=note,
        )
        counts = ", ".join(f"{count} {status}" for status, count in result.counts.items()) or "none"
        head = f"{_who(result.person, found.person)}: {_many(sum(result.counts.values()), 'course')} ({counts})"
        if status != "all":
            head += f"; {status}: {result.total}"
        text = table(head, "id|course|status", shown.lines, next_cursor=shown.next_cursor)
        return answer(f"{text}\nNote: {note}" if note else text, result)


async def get_user_learning_paths(ctx: Context[App], person: str, limit: int, cursor: str) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        found = await (await app.desk()).look(await app.actor(), GetUserLearningPaths(person), waiting=tell.waiting)
        shown = page(found.paths, cursor, limit, _assignment_line)
        result = LearningPathsResult(
            person=PersonName.of(found.person, app.naming),
            total=len(found.paths),
            learning_paths=[AssignmentRow.of(row) for row in shown.rows],
            next_cursor=shown.next_cursor,
        )
        head = f"{_who(result.person, found.person)}: {_many(result.total, 'learning path')}"
        text = table(head, "id|learning path|status", shown.lines, next_cursor=shown.next_cursor)
        return answer(text, result)


async def get_module_results(ctx: Context[App], person: str, course: str) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        request = GetModuleResults(course, person)
        found = await (await app.desk()).look(await app.actor(), request, waiting=tell.waiting)
        result = ModuleResultsResult(
            person=PersonName.of(found.person, app.naming),
            course=AssignmentRow.of(found.course),
            assigned=found.assigned,
            modules=[ModuleRow.of(module) for module in found.modules],
        )
        course = f"{quoted(found.course.name)} ({found.course.id})"
        head = f"{_who(result.person, found.person)}, {course}: {in_words(found.course.standing)}"
        return answer(table(head, "id|module|result", [_module_line(module) for module in found.modules]), result)


def _who(row: PersonName, person: Person) -> str:
    return f"{quoted(row.name)} ({row.id}){'' if person.active else ', inactive'}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _found_head(total: int, close: bool, one: str, several: str) -> str:  # noqa: FBT001 - as the Desk answers it
    if close:
        return f"No exact match. {'Nearest names:' if total else 'No similar name either.'}"
    return f"{total} {one if total == 1 else several}"


def _by_address(person: Person, query: str) -> bool:
    """Whether it was not the name that was searched for: then it has to be seen what was found."""
    return not contains(plain(person.name), plain(query))


def _person_line(row: PersonRow) -> str:
    marks = [row.email or "", row.user_name and f"user name {row.user_name}", row.access_level]
    marks.append("inactive" if row.inactive else None)
    return "\t".join([row.id, cell(row.name), *(cell(mark) for mark in marks if mark)])


def _assignment_line(row: TrainingRow) -> str:
    return f"{row.id}\t{cell(row.name)}\t{in_words(row.standing)}{'' if row.active else ', inactive'}"


def _module_line(module: ModuleResult) -> str:
    row = ModuleRow.of(module)
    words = [f"completed {row.completed}" if row.completed not in (True, False) else "completed"]
    if not row.completed:
        words = ["not completed" if row.attempts else "not started"]
    if row.score is not None:
        words.append(f"score {row.score}" + (f" (pass mark {row.pass_mark})" if row.pass_mark is not None else ""))
    elif row.pass_mark is not None:
        words.append(f"pass mark {row.pass_mark}")
    if row.attempts:
        words.append(_many(row.attempts, "attempt"))
    return f"{row.id}\t{cell(row.name)}\t{', '.join(words)}"


def _by_urgency(counted: tuple[Status, int]) -> int:
    return list(Status).index(counted[0])
