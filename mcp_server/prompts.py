"""Prompts that people want ready: each says which tools to call in which order, and what stays the person's own."""

from collections.abc import Collection
from typing import Annotated, Any

from mcp.server import MCPServer
from pydantic import Field

__all__ = ["add_prompts"]

PersonName = Annotated[str, Field(description="Full name, e-mail address or id of one person")]
CourseName = Annotated[str, Field(description="Name, code or id of one course")]
People = Annotated[str, Field(description="Names or e-mail addresses, with commas between")]


def overdue_in_my_team(people: People) -> str:
    """What is overdue in my team, and whom to nudge first."""
    return (
        f"These people are in my team: {people}\n\n"
        "For each of them call get_user_courses with status overdue. Ask for one after the other: Litmos allows few "
        "requests a minute. Then tell me in one table who has what overdue, and by how many days, the longest first. "
        "Below it write for each person one short, friendly reminder that I could send; blame nobody, and send nothing."
    )


def onboard_new_hire(person: PersonName, role: Annotated[str, Field(description="What they will do")] = "") -> str:
    """Prepare the training of somebody new."""
    job = f" They will work as: {role}." if role else ""
    return (
        f"Somebody new has come: {person}.{job}\n\n"
        "Find them with find_people if the name is not exact. See with get_user_courses and get_user_learning_paths "
        "what they are on already, and with find_training which learning paths for new people there are and which "
        "courses fit their work. Propose a list with a reason for each, and wait for my answer. Then call assign once, "
        "with all of it: the plan is shown to me and asked before anything happens."
    )


def compliance_review(course: CourseName, people: People) -> str:
    """Prepare a compliance review of one course."""
    return (
        f"Prepare a compliance review of the course {course} for: {people}\n\n"
        "Find the course with find_training. Call get_module_results of it for one person after the other; who is not "
        "on it gets a row, too. Make a table: person, status, completed on, score and pass mark, attempts. "
        "Count how many are compliant, late, and not assigned, and list what I would have to do, without doing it. Say "
        "of which day the numbers are, and what you could not see."
    )


def what_to_learn_next(interest: Annotated[str, Field(description="What I would like to get better at")] = "") -> str:
    """What I should learn next."""
    wish = f" I would like to get better at: {interest}." if interest else ""
    return (
        f"What should I learn next?{wish}\n\n"
        "Call whoami, then get_user_courses for `me` with status open, and get_user_learning_paths for `me`. What is "
        "overdue or due soon comes first. After that look with find_training for at most three courses that fit what I "
        "have done. Give me a short plan for this week and this month; do not assign anything."
    )


# the tools that each one speaks of; it is offered where all of them are
PROMPTS: dict[str, tuple[str, Any, frozenset[str]]] = {
    "overdue_in_my_team": ("Overdue in my team", overdue_in_my_team, frozenset({"get_user_courses"})),
    "onboard_new_hire": (
        "Onboard somebody new",
        onboard_new_hire,
        frozenset({"find_people", "find_training", "get_user_courses", "get_user_learning_paths", "assign"}),
    ),
    "compliance_review": ("Compliance review", compliance_review, frozenset({"find_training", "get_module_results"})),
    "what_to_learn_next": (
        "What to learn next",
        what_to_learn_next,
        frozenset({"whoami", "get_user_courses", "get_user_learning_paths", "find_training"}),
    ),
}


def add_prompts(server: MCPServer[Any], tools: Collection[str]) -> None:
    """Those whose tools are all there."""
    for name, (title, function, needs) in PROMPTS.items():
        if needs <= set(tools):
            server.prompt(name, title=title)(function)
