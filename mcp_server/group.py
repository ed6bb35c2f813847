"""How a group of people gets on, as an answer of a tool."""

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult

from litmos.desk.answers import GroupProgress
from litmos.desk.names import quoted
from litmos.desk.requests import GetGroupProgress
from mcp_server.answers import answer
from mcp_server.app import App
from mcp_server.failures import told
from mcp_server.group_rows import GroupResult, MemberRow
from mcp_server.results import TrainingRowResult
from mcp_server.tables import cell, page, table

__all__ = ["get_group_progress"]


async def get_group_progress(ctx: Context[App], request: GetGroupProgress, limit: int, cursor: str) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx) as tell:
        app = ctx.request_context.lifespan_context
        found = await (await app.desk()).look(await app.actor(), request, waiting=tell.waiting)
        rows = [MemberRow.of(member, app.naming) for member in found.members]
        shown = page(rows, cursor, limit, _line)
        note = _note(found)
        result = GroupResult(
            group=found.name,
            course=TrainingRowResult.of(found.course) if found.course else None,
            total=len(rows),
            counts={mark.value: count for mark, count in found.counts.items()},
            people=list(shown.rows),
            next_cursor=shown.next_cursor,
            note=note or None,
        )
        counts = ", ".join(f"{count} {mark}" for mark, count in found.counts.items()) or "nobody"
        what = f" in {quoted(found.course.name)} ({found.course.id})" if found.course else ""
        head = f"{quoted(found.name)}{what}: {len(rows)} people ({counts})"
        text = table(head, "id|name|state|more", shown.lines, next_cursor=shown.next_cursor)
        return answer(f"{text}\nNote: {note}" if note else text, result)


def _line(row: MemberRow) -> str:
    more = [f"due {row.due}"] if row.due else []
    more += [f"{count} {mark}" for mark, count in (row.courses or {}).items() if mark != "completed"]
    return f"{row.id}\t{cell(row.name)}\t{row.state}\t{', '.join(more)}".rstrip()


def _note(found: GroupProgress) -> str:
    notes = [f"Litmos does not tell the courses of {found.unread} people"] if found.unread else []
    notes += [f"due dates of {found.due_unread} courses not read"] if found.due_unread else []
    return "; ".join(notes)
