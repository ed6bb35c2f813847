"""What is told of a group of people, as schemas."""

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from mcp_server.results import TrainingRowResult, clean

if TYPE_CHECKING:
    from litmos.desk.answers import MemberProgress
    from litmos.desk.naming import Naming

__all__ = ["GroupResult", "MemberRow"]

MarkWord = Literal[
    "overdue",
    "compliance expired",
    "due soon",
    "compliance expires soon",
    "in progress",
    "to do",
    "completed",
    "not assigned",
]


class MemberRow(BaseModel):
    """Somebody of a group. Soon is within 14 days for what is due, 30 for compliance."""

    id: str
    name: str
    state: MarkWord = Field(description="The most pressing of all their courses")
    due: date | None = Field(None, description="The first day on which something is due, if known")
    due_in_days: int | None = Field(None, description="From today; negative: overdue by so many")
    courses: dict[MarkWord, int] | None = Field(None, description="How many of their courses stand how")

    @classmethod
    def of(cls, member: "MemberProgress", naming: "Naming") -> "MemberRow":
        person, several = member.person, sum(member.counts.values()) > 1
        return cls(
            id=person.id,
            name=clean(naming.name(person.id, person.name)),
            state=member.mark.value,
            due=member.due,
            due_in_days=member.due_in_days,
            courses={mark.value: count for mark, count in member.counts.items()} if several else None,
        )


class GroupResult(BaseModel):
    """A page of a group, most pressing first."""

    group: str
    course: TrainingRowResult | None = None
    total: int = Field(description="People, over all pages")
    counts: dict[MarkWord, int] = Field(description="People by their most pressing state")
    people: list[MemberRow]
    next_cursor: str | None = Field(None, description="Pass as `cursor` for the next page; missing on the last")
    note: str | None = None
