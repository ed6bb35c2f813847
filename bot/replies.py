"""Answers of the Desk as messages: blocks to look at, and the same as text for notifications and screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import blocks
from litmos.desk.answers import FoundPeople, FoundTraining, ModuleResults, TrainingRow, UserCourses, UserLearningPaths
from litmos.desk.standing import Status, in_words
from litmos.model import ModuleResult, Person

__all__ = ["Reply", "courses", "failure", "found", "my_training", "paths", "results"]

ROWS = 30  # of one list; more say how many they are
A_SECTION = 5  # rows of one block
MARKS = {
    Status.OVERDUE: ":red_circle:",
    Status.EXPIRED: ":red_circle:",
    Status.IN_PROGRESS: ":large_yellow_circle:",
    Status.TO_DO: ":white_circle:",
    Status.ACCESS_ENDED: ":black_circle:",
    Status.CHANGED: ":large_green_circle:",
    Status.COMPLETED: ":large_green_circle:",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: at most fifty blocks, and a text that stands alone."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def my_training(mine: UserCourses, on: UserLearningPaths) -> Reply:
    """Somebody's own training, most pressing first."""
    counts = ", ".join(f"{mine.counts[status]} {status}" for status in Status if mine.counts.get(status))
    head = f"*Your training*: {counts or 'nothing is assigned to you'}"
    listed = _rows("courses", [_row(row) for row in mine.courses])
    if on.paths:
        listed += [blocks.divider("paths-line"), *_rows("paths", [f"Learning path {_row(row)}" for row in on.paths])]
    return _reply(head, listed, [*map(_plain, mine.courses), *map(_plain, on.paths)])


def courses(answer: UserCourses) -> Reply:
    """The courses that somebody is on."""
    head = f"*{_name(answer.person)}*: {len(answer.courses)} courses"
    return _reply(head, _rows("courses", [_row(row) for row in answer.courses]), map(_plain, answer.courses))


def paths(answer: UserLearningPaths) -> Reply:
    """The learning paths that somebody is on."""
    head = f"*{_name(answer.person)}*: {len(answer.paths)} learning paths"
    return _reply(head, _rows("paths", [_row(row) for row in answer.paths]), map(_plain, answer.paths))


def results(answer: ModuleResults) -> Reply:
    """Somebody's results in a course, module by module."""
    head = f"*{_name(answer.person)}*, *{blocks.escape(answer.course.name)}*: {in_words(answer.course.standing)}"
    told = [f"{module.name}: {_result(module)}" for module in answer.modules]
    return _reply(head, _rows("modules", [f"• {line}" for line in told], exactly=True), told)


def found(people: FoundPeople, training: FoundTraining) -> Reply:
    """People and training by part of a name; the nearest names where none has it."""
    told = [f"{one.name} ({one.email or one.id})" for one in people.people]
    named = [f"{one.name} ({one.kind.replace('_', ' ')} {one.code or one.id})" for one in training.training]
    heads = [
        _heading("People", people.total, close=people.close),
        _heading("Training", training.total, close=training.close),
    ]
    body = [
        blocks.section("people", heads[0]),
        *_rows("people", [f"• {line}" for line in told], exactly=True),
        blocks.section("training", heads[1]),
        *_rows("training", [f"• {line}" for line in named], exactly=True),
    ]
    return Reply(blocks.cut("\n".join([heads[0], *told, heads[1], *named]), 3000), tuple(body))


def failure(text: str) -> Reply:
    """What went wrong, in words for the person who asked."""
    return Reply(text, (blocks.literal("failure", f":warning: {text}"),))


def _reply(head: str, body: Sequence[dict[str, Any]], told: Any) -> Reply:
    text = "\n".join([head.replace("*", ""), *told])
    return Reply(blocks.cut(text, 3000), (blocks.section("head", head), *body))


def _rows(name: str, lines: Sequence[str], *, exactly: bool = False) -> list[dict[str, Any]]:
    block = blocks.literal if exactly else blocks.section
    shown = lines[:ROWS]
    parts = [shown[at : at + A_SECTION] for at in range(0, len(shown), A_SECTION)]
    body = [block(f"{name}-{at}", "\n".join(part)) for at, part in enumerate(parts)]
    return body + ([blocks.context(f"{name}-more", f"and {len(lines) - ROWS} more")] if len(lines) > ROWS else [])


def _row(row: TrainingRow) -> str:
    bar = f"  {blocks.progress_bar(row.standing.percent)}" if 0 < row.standing.percent < 100 else ""  # noqa: PLR2004 - all
    return f"{MARKS[row.standing.status]} *{blocks.escape(row.name)}* {in_words(row.standing)}{bar}"


def _plain(row: TrainingRow) -> str:
    return f"{row.name}: {in_words(row.standing)}"


def _name(person: Person) -> str:
    return blocks.escape(person.name)


def _result(module: ModuleResult) -> str:
    words = ["completed" if module.completed else "not completed" if module.attempts else "not started"]
    if module.score is not None:
        words.append(f"score {module.score}" + (f" (pass mark {module.pass_mark})" if module.pass_mark else ""))
    if module.attempts:
        words.append(f"{module.attempts} attempt{'' if module.attempts == 1 else 's'}")
    return ", ".join(words)


def _heading(what: str, total: int, *, close: bool) -> str:
    if close:
        return f"*{what}*: nothing has that name" + (", these are near" if total else "")
    return f"*{what}*: {total}"
