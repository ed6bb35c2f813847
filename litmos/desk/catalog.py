"""Every operation there is, once: tools, commands, policy rows, audit verbs and tests are enumerated from here."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CATALOG", "Kind", "Operation"]


class Kind(StrEnum):
    """What an operation does to Litmos."""

    READ = "read"
    CHANGE = "change"
    DANGER = "danger"
    """A change that destroys what cannot be brought back."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is the tool's, the command's and the audit's word for it; `help` one line for people."""

    name: str
    kind: Kind
    help: str
    repeatable: bool = True
    """Whether asking twice is the same as asking once."""
    tool: bool = True
    """Whether assistants have it; what is about messages to people, people do themselves."""

    @property
    def is_read(self) -> bool:
        return self.kind is Kind.READ

    @property
    def is_danger(self) -> bool:
        return self.kind is Kind.DANGER


CATALOG: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("whoami", Kind.READ, "Who you are in Litmos, and what you may do"),
        Operation("find_people", Kind.READ, "People by part of their name, e-mail address or user name"),
        Operation("find_training", Kind.READ, "Courses and learning paths by part of their name, or by code"),
        Operation("get_user_courses", Kind.READ, "The courses a person is on, and how far they are"),
        Operation("get_user_learning_paths", Kind.READ, "The learning paths a person is on, and how far they are"),
        Operation("get_module_results", Kind.READ, "A person's results in one course, module by module"),
        Operation("get_group_progress", Kind.READ, "How a team, some people, or everyone on a course get on"),
        Operation("get_job", Kind.READ, "How a large change goes on that was begun"),
        Operation("assign", Kind.CHANGE, "Put people on courses or learning paths"),
        Operation("unassign", Kind.DANGER, "Take people off courses or learning paths"),
        Operation("reset", Kind.DANGER, "Set people back to the beginning of courses; their results are lost"),
        Operation("undo", Kind.DANGER, "Take back your last assign or unassign, within ten minutes", repeatable=False),
        Operation(
            "nudge", Kind.CHANGE, "Write to people who are overdue, politely and once a week at most", tool=False
        ),
        Operation("cancel_job", Kind.CHANGE, "End a large change after what is under way"),
        Operation("follow", Kind.READ, "Be told how a team gets on: completions, and a digest every week", tool=False),
        Operation("unfollow", Kind.READ, "Be told of a team no more", tool=False),
    )
}
