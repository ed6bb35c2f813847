"""Answers of the Desk as messages: blocks to look at, and the same as text for notifications and screen readers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import blocks
from bot.rows import bar_row, marked, plain_row
from litmos.desk.answers import (
    FoundPeople,
    FoundTraining,
    Happened,
    ModuleResults,
    UserCourses,
    UserLearningPaths,
)
from litmos.desk.following import FollowedTeams
from litmos.desk.names import quoted
from litmos.desk.standing import Status, in_words
from litmos.model import ModuleResult, Person, Team

__all__ = [
    "Reply",
    "choices",
    "courses",
    "failure",
    "followed",
    "found",
    "history",
    "my_training",
    "paths",
    "results",
    "said",
    "unfollowed",
]

ROWS = 30  # of one list; more say how many they are
A_SECTION = 5  # rows of one block
PAGE = 10  # rows of a table at once


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: at most fifty blocks, and a text that stands alone."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def my_training(mine: UserCourses, on: UserLearningPaths) -> Reply:
    """Somebody's own training, most pressing first."""
    head = f"*Your training*: {counted(mine.counts) or 'nothing is assigned to you'}"
    listed = _rows("courses", [bar_row(row) for row in mine.courses])
    if on.paths:
        listed += [blocks.divider("paths-line"), *_paths(on, mine)]
    return _reply(head, listed, [*map(plain_row, mine.courses), *map(plain_row, on.paths)])


def courses(answer: UserCourses) -> Reply:
    """The courses that somebody is on."""
    head = f"*{_name(answer.person)}*: {len(answer.courses)} courses"
    told = list(map(plain_row, answer.courses))
    if not answer.courses:
        return _reply(head, [], told)
    rows = [
        [row.name, row.standing.status.value, row.standing.percent, _due(row.standing.due)] for row in answer.courses
    ]
    table = blocks.data_table(
        "courses", f"Courses of {answer.person.name}", ["Course", "State", "%", "Due"], rows, PAGE
    )
    return _reply(head, [table], told)


def paths(answer: UserLearningPaths) -> Reply:
    """The learning paths that somebody is on, and what is in those that are open."""
    head = f"*{_name(answer.person)}*: {len(answer.paths)} learning paths"
    return _reply(head, _paths(answer, None), map(plain_row, answer.paths))


def results(answer: ModuleResults) -> Reply:
    """Somebody's results in a course, module by module."""
    head = f"*{_name(answer.person)}*, {marked(answer.course)}: {in_words(answer.course.standing)}"
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


def history(rows: Sequence[Happened]) -> Reply:
    """What happened, newest first."""
    if not rows:
        return said("Nothing was changed or refused.")
    told = [f"{row.at:%Y-%m-%d %H:%M} {row.who}: {row.operation} {row.event}. {row.summary}" for row in rows]
    cells = [[f"{row.at:%m-%d %H:%M}", row.who, f"{row.operation}: {row.event}", row.summary or "-"] for row in rows]
    table = blocks.data_table("history", "What happened, in UTC", ["When", "Who", "What", "How it ended"], cells, PAGE)
    return _reply(f"*Audit*: the last {len(rows)}", [table], told)


def choices(typed: str, options: Mapping[str, str], action: str) -> Reply:
    """A name that could be several: a button for each, by its label, with its value."""
    head = f"“{typed}” could be one of these. Which one?"
    buttons = [
        blocks.actions(f"choice-{at}", blocks.button(f"{action}-{at}", label, value))
        for at, (label, value) in enumerate(options.items())
    ]
    return Reply("\n".join([head, *options]), (blocks.literal("which", head), *buttons))


def said(text: str) -> Reply:
    """One sentence."""
    return Reply(text, (blocks.literal("said", text),))


def followed(now: FollowedTeams) -> Reply:
    """What somebody has begun to follow."""
    if not now.changed:
        return said(f"You follow that already. {_follows(now)}")
    return said(f"From now on you are told how {_teams(now.changed)} gets on. {_follows(now)}")


def unfollowed(now: FollowedTeams) -> Reply:
    """What somebody follows no more."""
    if not now.changed:
        return said("You follow no team.")
    return said(f"You are told of {_teams(now.changed)} no more. {_follows(now)}")


def failure(text: str) -> Reply:
    """What went wrong, in words for the person who asked."""
    return Reply(text, (blocks.literal("failure", f":warning: {text}"),))


def counted(counts: Mapping[Status, int]) -> str:
    """1 overdue, 2 in progress: most pressing first."""
    return ", ".join(f"{counts[status]} {status}" for status in Status if counts.get(status))


def _paths(answer: UserLearningPaths, mine: UserCourses | None) -> list[dict[str, Any]]:
    standings = {row.id: row.standing for row in mine.courses} if mine else {}
    lines = []
    for path in answer.paths:
        lines.append(f"Learning path {bar_row(path)}")
        for course in answer.inside.get(path.id, ()):
            standing = standings.get(course.id)
            how = f": {in_words(standing)}" if standing else ""
            lines.append(f"      ↳ {blocks.escape(course.name)}{how}")
    return _rows("paths", lines)


def _reply(head: str, body: Iterable[dict[str, Any]], told: Iterable[str]) -> Reply:
    text = "\n".join([head.replace("*", ""), *told])
    return Reply(blocks.cut(text, 3000), (blocks.section("head", head), *body))


def _rows(name: str, lines: Sequence[str], *, exactly: bool = False) -> list[dict[str, Any]]:
    block = blocks.literal if exactly else blocks.section
    shown = lines[:ROWS]
    parts = [shown[at : at + A_SECTION] for at in range(0, len(shown), A_SECTION)]
    body = [block(f"{name}-{at}", "\n".join(part)) for at, part in enumerate(parts)]
    return body + ([blocks.context(f"{name}-more", f"and {len(lines) - ROWS} more")] if len(lines) > ROWS else [])


def _name(person: Person) -> str:
    return blocks.escape(person.name)


def _due(due: Any) -> str:
    return str(due) if due else "-"


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


def _follows(now: FollowedTeams) -> str:
    return f"You follow {_teams(now.teams)}." if now.teams else "You follow no team now."


def _teams(teams: Iterable[Team]) -> str:
    return ", ".join(quoted(team.name) for team in teams)
