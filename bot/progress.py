"""How a job is shown: a bar while it goes on, then its sentence, what is left, and what can be done about it. Pure."""

from collections.abc import Sequence
from typing import Any

from bot import blocks
from litmos.desk.jobs import Job

__all__ = ["REST", "STOP", "line", "message"]

STOP = "job-stop"
REST = "job-rest"
UNDO = "undo"


def line(job: Job) -> str:
    """In one sentence."""
    if not job.goes_on:
        return job.summary or f"{job.operation.capitalize()}: {job.state}"
    return f"{job.operation.capitalize()}: {job.done} of {job.total}"


def message(job: Job) -> list[dict[str, Any]]:
    """The message that edits itself."""
    body = [blocks.section("job", f"*{blocks.escape(line(job))}*")]
    if job.goes_on:
        body.append(blocks.literal("bar", f"{blocks.progress_bar(100 * job.done // max(job.total, 1))} {_more(job)}"))
        if not job.stopping:
            body.append(blocks.actions("stop", blocks.button(STOP, "Stop", job.id)))
    elif job.is_nudge:
        body += _people("told", "Written to", job.told) + _people("left", "Not written to", job.left)
    else:
        if job.left:
            told = "\n".join(f"• {one}" for one in job.left)
            body.append(blocks.literal("left", told))
        buttons = [blocks.button(REST, "Try the rest…", job.id)] if job.left else []
        buttons += [blocks.button(UNDO, "Undo", str(job.receipt))] if job.receipt and job.state != "failed" else []
        body += [blocks.actions("next", *buttons)] if buttons else []
    return [*body, blocks.context("id", f"Job {job.id}" + (f", receipt {job.receipt}" if job.receipt else ""))]


def _people(block: str, head: str, lines: Sequence[str]) -> list[dict[str, Any]]:
    return [blocks.literal(block, "\n".join([f"{head}:", *(f"• {one}" for one in lines)]))] if lines else []


def _more(job: Job) -> str:
    if job.stopping:
        return "stopping after what is under way"
    if job.is_nudge:
        parts = [f"{job.failed} not written to"] if job.failed else []
        return ", ".join([*parts, "who is in quiet hours is written to after them; you can close this"])
    parts = [f"{job.failed} failed"] if job.failed else []
    if job.minutes_left is not None:
        parts.append(f"about {job.minutes_left} {'minute' if job.minutes_left == 1 else 'minutes'} left")
    return ", ".join(parts) or "it goes on by itself; you can close this"
