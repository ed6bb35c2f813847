"""What is told of a job while it is done: its id on every line, and one step that goes on from its approval."""

from collections.abc import Iterator
from contextlib import contextmanager

from litmos.desk.bulk import Task
from litmos.log import bound
from litmos.telemetry import About, step

__all__ = ["watched"]


@contextmanager
def watched(job: str, task: Task) -> Iterator[About]:
    """Around a workflow that is a job; the block says `litmos.outcome`."""
    operation, face = task["request"]["operation"], task["face"]
    about: About = {"litmos.operation": operation, "litmos.face": face, "litmos.job.id": job}
    with (
        bound(job=job, actor=task["person"] or "key-owner", face=face, operation=operation),
        step("litmos.job", about, after=task.get("trace", "")),
    ):
        yield about
