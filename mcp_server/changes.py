"""What a change answers, as a schema: what was not done first."""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from mcp_server.results import clean

if TYPE_CHECKING:
    from litmos.desk.naming import Naming
    from litmos.desk.outcome import OutcomeLine

__all__ = ["ChangeResult", "ChangeRow", "WaitingProposal"]

ResultWord = Literal["done", "already so", "failed", "not tried", "unproven"]
Status = Literal["done", "partly", "failed", "nothing to do", "declined", "waiting for approval", "started"]


class ChangeRow(BaseModel):
    """One person and one training."""

    person_id: str
    person: str
    training_id: str
    training: str
    result: ResultWord
    why: str | None = None

    @classmethod
    def of(cls, line: "OutcomeLine", naming: "Naming") -> "ChangeRow":
        return cls(
            person_id=line.line.pair.person,
            person=clean(naming.name(line.line.pair.person, line.line.person)),
            training_id=line.line.pair.training,
            training=clean(line.line.training),
            result=line.result.value,
            why=naming.text(line.why) or None,
        )


class WaitingProposal(BaseModel):
    """A plan that waits for its person's yes, outside this assistant."""

    key: str
    question: str
    expires: str


class ChangeResult(BaseModel):
    """What came of a change."""

    status: Status
    summary: str
    receipt: int | None = Field(None, description="For undo, and for questions to the audit")
    undo_until: str | None = None
    total: int | None = Field(None, description="Pairs of a person and a training; `lines` holds at most 50")
    lines: list[ChangeRow] | None = Field(None, description="What was not done first")
    proposal: WaitingProposal | None = None
    job: str | None = Field(None, description="For get_job and cancel_job: it goes on by itself")
    note: str | None = None
