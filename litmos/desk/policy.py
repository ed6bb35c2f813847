"""Who may do what to whom: one table over the catalog. What is not in it, nobody may."""

from collections.abc import Mapping
from enum import StrEnum

from litmos.desk.actor import Role

__all__ = ["POLICY", "Reach", "reach"]


class Reach(StrEnum):
    """The people that an operation of somebody may be about; for everybody else it is as if they did not exist."""

    NOBODY = "nobody"
    SELF = "themselves"
    TEAM = "the members of the teams they lead, sub-teams included"
    SELF_AND_TEAM = "themselves and the members of the teams they lead, sub-teams included"
    EVERYBODY = "everybody"


def _row(learner: Reach, leader: Reach) -> Mapping[Role, Reach]:
    return {Role.LEARNER: learner, Role.LEADER: leader, Role.ADMIN: Reach.EVERYBODY}


_LOOK = _row(Reach.SELF, Reach.SELF_AND_TEAM)
_OTHERS = _row(Reach.NOBODY, Reach.TEAM)
_JOBS = _row(Reach.NOBODY, Reach.EVERYBODY)  # whose jobs are seen, they themselves decide: one's own, or an admin's
_NO_PERSON = _row(Reach.EVERYBODY, Reach.EVERYBODY)  # it is about no person, or only about the actor

POLICY: dict[str, Mapping[Role, Reach]] = {
    "whoami": _NO_PERSON,
    "find_people": _LOOK,
    "find_training": _NO_PERSON,
    "get_user_courses": _LOOK,
    "get_user_learning_paths": _LOOK,
    "get_module_results": _LOOK,
    "get_group_progress": _OTHERS,
    "get_job": _JOBS,
    "assign": _OTHERS,
    "unassign": _OTHERS,
    "reset": _OTHERS,
    "undo": _OTHERS,
    "nudge": _OTHERS,
    "cancel_job": _JOBS,
    "follow": _OTHERS,
    "unfollow": _NO_PERSON,
}


def reach(operation: str, role: Role) -> Reach:
    """Whom an operation of somebody with this role may be about."""
    return POLICY.get(operation, {}).get(role, Reach.NOBODY)
