"""What is told of jobs, as schemas."""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from litmos.desk.jobs import Job
    from litmos.desk.naming import Naming

__all__ = ["JobRow", "JobsResult"]


class JobRow(BaseModel):
    """A change of many assignments."""

    job: str
    operation: str
    state: Literal["waiting", "running", "done", "partly", "failed", "refused"]
    total: int
    done: int = Field(description="Pairs of a person and a training that were handled, failed ones included")
    failed: int | None = None
    stopping: bool | None = None
    minutes_left: int | None = None
    summary: str | None = None
    receipt: int | None = Field(None, description="For undo, and for questions to the audit")
    left: list[str] | None = Field(None, description="What was not done, and why; at most 20")

    @classmethod
    def of(cls, job: "Job", naming: "Naming") -> "JobRow":
        return cls(
            job=job.id,
            operation=job.operation,
            state=job.state,
            total=job.total,
            done=job.done,
            failed=job.failed or None,
            stopping=(job.stopping and job.goes_on) or None,
            minutes_left=job.minutes_left,
            summary=naming.text(job.summary) or None,
            receipt=job.receipt or None,
            left=[naming.text(line) for line in job.left] or None,
        )


class JobsResult(BaseModel):
    """Jobs of the last days, newest first."""

    jobs: list[JobRow]
