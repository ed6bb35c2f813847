"""A workspace of Slack: its people and what can be odd about them, its groups, and the app installed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["SCOPES", "Group", "User", "Workspace", "demo_workspace"]

SCOPES = frozenset(
    {"commands", "chat:write", "files:write", "im:write", "users:read", "users:read.email", "usergroups:read"}
)
"""What the app asks for, as its manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody. `name` is what is typed behind an @; `team` empty: of the workspace they are in."""

    id: str
    name: str
    real_name: str
    email: str = ""
    about: str = ""
    team: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_invited_user: bool = False
    is_email_confirmed: bool = True
    tz: str = "Europe/Amsterdam"

    def record(self, team: str, *, with_email: bool) -> dict[str, Any]:
        """As users.info has it. The address is simply absent without the scope for it."""
        profile = {"real_name": self.real_name} | ({"email": self.email} if with_email and self.email else {})
        return {
            "id": self.id,
            "team_id": self.team or team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_stranger": self.is_stranger,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_invited_user": self.is_invited_user,
            "is_email_confirmed": self.is_email_confirmed,
            "tz": self.tz,
            "profile": profile,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; `handle` is what is typed behind an @."""

    id: str
    handle: str
    members: tuple[str, ...]


@dataclass
class Workspace:
    """One team. `scopes` are what the app was granted when it was installed with `bot_token`."""

    id: str
    name: str
    bot_token: str
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=lambda: {"C1": "general"})
    scopes: frozenset[str] = SCOPES
    paid: bool = True
    """User groups are for paid plans only."""

    def change(self, user: str, **fields: Any) -> User:
        """Somebody's profile becomes another."""
        self.users[user] = replace(self.users[user], **fields)
        return self.users[user]

    def named(self) -> Mapping[str, str]:
        """What Slack makes of what is typed behind an @, if the command asks for it."""
        users = {user.name: f"<@{user.id}|{user.name}>" for user in self.users.values()}
        return users | {group.handle: f"<!subteam^{group.id}|@{group.handle}>" for group in self.groups.values()}


def demo_workspace() -> Workspace:
    """People of the demo company, and others who must stay outside."""
    people = [
        User(id="UADA", name="ada", real_name="Ada Marsh", email="ada.marsh@example.com", about="learner"),
        User(id="ULENA", name="lena", real_name="Lena Fischer", email="lena.fischer@example.com", about="leads Sales"),
        User(id="UOMAR", name="omar", real_name="Omar Haddad", email="omar.haddad@example.com", about="administrator"),
        User(id="UNOOR", name="noor", real_name="Noor Rahman", email="noor.rahman@example.com", about="learner"),
        User(
            id="UTOMAS",
            name="tomas",
            real_name="Tomás Núñez",
            email="tomas.nunez@example.com",
            about="leads the warehouse",
        ),
        User(id="USAM", name="sam", real_name="Sam Lee", email="sam.lee@example.com", about="learner"),
        User(
            id="UGUEST",
            name="guest",
            real_name="Gus Guest",
            email="ada.marsh@example.com",
            about="guest",
            is_restricted=True,
        ),
        User(
            id="UALIEN",
            name="alien",
            real_name="Al Ien",
            email="ada.marsh@example.com",
            about="of another company",
            team="T9",
            is_stranger=True,
        ),
        User(
            id="UGONE",
            name="gone",
            real_name="Iris Gone",
            email="ada.marsh@example.com",
            about="deactivated",
            deleted=True,
        ),
        User(
            id="UNOBODY",
            name="nobody",
            real_name="Nora Body",
            email="not.in.litmos@example.com",
            about="not in Litmos",
        ),
        User(id="UBARE", name="bare", real_name="Bea Bare", about="without an e-mail address"),
    ]
    groups = [Group("S1", "team-sales", ("UADA", "UNOOR")), Group("S0", "empty", ())]
    return Workspace(
        "T1",
        "Example",
        "xoxb-local-1",
        {user.id: user for user in people},
        {group.id: group for group in groups},
    )
