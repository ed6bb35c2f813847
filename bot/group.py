"""How a group gets on, as a message with a chart and a table, and as a CSV file. Pure."""

import csv
import io
from typing import Any

from bot import blocks
from bot.replies import Reply
from litmos.desk.answers import GroupProgress, Mark, MemberProgress
from litmos.desk.names import harmless

__all__ = ["EXPORT", "as_csv", "reply"]

EXPORT = "export"
PAGE = 10  # rows of a table at once
LONGEST = 2000  # characters that can stand behind a button


def reply(found: GroupProgress, typed: str) -> Reply:
    """`typed`: the command, for the button that exports the same; empty for no button."""
    what = f" in *{blocks.escape(found.course.name)}*" if found.course else ""
    counts = ", ".join(f"{count} {mark}" for mark, count in found.counts.items()) or "nobody"
    head = f"*{blocks.escape(found.name)}*{what}: {_people(len(found.members))}, {counts}"
    body = [blocks.section("group", head)]
    if found.members:
        body += [_chart(found), _table(found)]
        if len(found.members) > blocks.MOST_ROWS:
            body.append(blocks.context("more", f"The table has the first {blocks.MOST_ROWS}; the file has all."))
        if note := _note(found):
            body.append(blocks.context("note", note))
        if typed and len(typed) <= LONGEST:
            body.append(blocks.actions("file", blocks.button(EXPORT, "Export as CSV", typed)))
    lines = [_line(member) for member in found.members]
    return Reply(blocks.cut("\n".join([head.replace("*", ""), *lines]), 3000), tuple(body))


def as_csv(found: GroupProgress) -> str:
    """A row for each person, most pressing first. What a spreadsheet would take for a formula is made text."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(["Name", "E-mail", "Id", "State", "Due", *(mark.value for mark in Mark)])
    for member in found.members:
        person = member.person
        cells = [person.name, person.email, person.id, member.mark.value, str(member.due or "")]
        rows.writerow([*map(harmless, cells), *(member.counts.get(mark, 0) for mark in Mark)])
    return "\ufeff" + out.getvalue()  # so that Excel reads it as UTF-8


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _chart(found: GroupProgress) -> dict[str, Any]:
    told = [(mark.value.capitalize(), count) for mark, count in found.counts.items()]
    return blocks.pie("chart", f"How {_people(len(found.members))} get on", told)


def _table(found: GroupProgress) -> dict[str, Any]:
    rows = [
        [member.person.name, member.mark.value, str(member.due or "-"), member.counts.get(Mark.OVERDUE, 0)]
        for member in found.members
    ]
    return blocks.data_table("people", f"People: {found.name}", ["Name", "State", "Due", "Overdue"], rows, PAGE)


def _line(member: MemberProgress) -> str:
    due = f", due {member.due}" if member.due else ""
    return f"{member.person.name}: {member.mark}{due}"


def _note(found: GroupProgress) -> str:
    notes = [f"Litmos does not tell the courses of {_people(found.unread)}."] if found.unread else []
    if found.due_unread:
        notes.append(f"Due dates of {found.due_unread} courses were not read; name one to see them.")
    return " ".join(notes)
