"""Carrying a change out once it has been answered, and telling what came of it."""

import secrets
from typing import Any

from mcp.server.mcpserver import AcceptedElicitation, Context, ElicitationResult
from mcp.types import CallToolResult

from litmos.desk.jobs import Job
from litmos.desk.naming import Naming
from litmos.desk.outcome import Outcome, Result
from litmos.desk.plan import Fate
from litmos.desk.records import Approval
from mcp_server.answers import answer
from mcp_server.app import App
from mcp_server.changes import ChangeResult, ChangeRow, Status, WaitingProposal
from mcp_server.confirm import Granted, Planned, Propose, Word, Yes
from mcp_server.failures import told
from mcp_server.jobs import followed
from mcp_server.seals import seal
from mcp_server.tables import cell, table

__all__ = ["carry_out"]

MANY = 10  # pairs; more take long enough for progress to be told
MOST_LINES = 50
GO_ON = "To go on, call it again with the same arguments: only what is left is planned and asked."
ORDER = [Result.FAILED, Result.UNPROVEN, Result.NOT_TRIED, Result.DONE, Result.ALREADY]


async def carry_out(ctx: Context[App], planned: Planned, answered: ElicitationResult[Any]) -> CallToolResult:
    """Do what was planned, if it was agreed to; keep it as a proposal where nobody could be asked."""
    given = answered.data if isinstance(answered, AcceptedElicitation) else None
    async with told(ctx) as tell:
        app, plan = ctx.request_context.lifespan_context, planned.plan
        desk, actor = await app.desk(), await app.actor()
        app.asked.drop((actor.key, planned.request))  # it has been answered; plans are large
        if isinstance(given, Propose):
            asked = await desk.propose(actor, plan)
            waiting = WaitingProposal(
                key=asked.key, question=app.naming.text(asked.question), expires=f"{asked.expires:%Y-%m-%d %H:%M} UTC"
            )
            return _proposed(waiting, app.acting.approves)
        approval = _approval(given, plan.fingerprint)
        if approval is None:
            return _plain("declined", "Nothing was changed: the answer was no.")
        if seal():
            await desk.use_once(actor, seal())
        if desk.takes(plan):
            job = await desk.start(actor, plan, approval, seal() or secrets.token_hex())
            return _started(await followed(desk, actor, job, tell))
        progress = tell.progress if len(plan.changes) > MANY else None
        outcome = await desk.execute(actor, planned.request, approval, waiting=tell.waiting, progress=progress)
        return _told(outcome, app.naming)


def _approval(given: Any, fingerprint: str) -> Approval | None:
    match given:
        case Granted(by):
            return Approval(fingerprint, by)
        case Yes(confirm=True):
            return Approval(fingerprint, "elicitation")
        case Word(word=word):
            return Approval(fingerprint, "elicitation", word)
        case _:
            return None


def _plain(status: Status, summary: str) -> CallToolResult:
    return answer(summary, ChangeResult(status=status, summary=summary))


def _proposed(waiting: WaitingProposal, approves: str) -> CallToolResult:
    summary = (
        "Nothing has been changed yet: this has to be approved by the person you act for, outside this assistant. "
        + approves.format(key=waiting.key, expires=waiting.expires)
    )
    result = ChangeResult(status="waiting for approval", summary=summary, proposal=waiting)
    return answer(f"{summary}\n\n{waiting.question}", result)


def _started(job: Job) -> CallToolResult:
    """What a large change has come to by now."""
    going = f"Started, and it goes on by itself: {job.done} of {job.total} so far. get_job tells how it goes on."
    summary = going if job.goes_on else job.summary
    result = ChangeResult(
        status=_status_of(job), summary=summary, receipt=job.receipt or None, total=job.total, job=job.id
    )
    return answer(f"{summary}\nJob {job.id}", result)


def _status_of(job: Job) -> Status:
    match job.state:
        case "waiting" | "running":
            return "started"
        case "refused":
            return "failed"
        case ended:
            return ended


def _told(outcome: Outcome, naming: Naming) -> CallToolResult:
    lines = sorted(outcome.lines, key=lambda line: ORDER.index(line.result))[:MOST_LINES]
    rows = [ChangeRow.of(line, naming) for line in lines]
    result = ChangeResult(
        status=_status(outcome),
        summary=naming.text(outcome.summary),
        receipt=outcome.receipt or None,
        undo_until=f"{outcome.undo_until:%H:%M} UTC" if outcome.undo_until else None,
        total=len(outcome.lines),
        lines=rows,
        note=outcome.note or None,
    )
    head = result.summary
    if result.receipt:
        undo = f"; can be undone until {result.undo_until}" if result.undo_until else ""
        head += f"\nReceipt {result.receipt}{undo}."
    if result.note:
        head += f"\nNote: {result.note}"
    if any(line.result is Result.NOT_TRIED and line.line.fate is Fate.CHANGE for line in outcome.lines):
        head += f"\n{GO_ON}"
    shown = [_line(row) for row in rows] if len(outcome.lines) > 1 else []
    return answer(table(head, "result|person|training|why", shown), result)


def _line(row: ChangeRow) -> str:
    return f"{row.result}\t{cell(row.person)}\t{cell(row.training)}\t{row.why or ''}".rstrip()


def _status(outcome: Outcome) -> Status:
    changed = [line.result for line in outcome.lines if line.line in outcome.plan.changes]
    if not changed:
        return "nothing to do"
    if set(changed) <= {Result.DONE, Result.ALREADY}:
        return "done"
    return "partly" if Result.DONE in changed else "failed"
