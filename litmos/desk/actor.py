"""Who asks. There is no anonymous actor."""

from dataclasses import dataclass
from enum import StrEnum

from litmos.model import AccessLevel, Person

__all__ = ["Actor", "Role", "role_of"]


class Role(StrEnum):
    """What somebody is here, from what they are in Litmos."""

    LEARNER = "learner"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on one face. `person` is None only for the owner of the API key, whom Litmos does not name."""

    face: str
    role: Role
    person: Person | None = None

    @property
    def key(self) -> str:
        """The same on every face: the person's id in Litmos."""
        return self.person.id if self.person else "key-owner"

    @property
    def name(self) -> str:
        return self.person.name if self.person else "the owner of the API key"


def role_of(person: Person) -> Role:
    """The role that a person's access level gives."""
    match person.access_level:
        case AccessLevel.ADMINISTRATOR | AccessLevel.ACCOUNT_OWNER:
            return Role.ADMIN
        case AccessLevel.TEAM_LEADER | AccessLevel.TEAM_ADMIN:
            return Role.LEADER
        case AccessLevel.LEARNER:
            return Role.LEARNER
