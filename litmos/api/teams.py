"""Teams: found by name, and who is in them, leads them, administrates them."""

from litmos.api.call import Call, Listing, ident
from litmos.api.records import TeamRecord, UserRecord
from litmos.api.wire import many, single
from litmos.model import Person, Team

__all__ = ["admins_of", "get_team", "leaders_of", "members_of", "search_teams", "sub_teams_of", "teams_of"]


def search_teams(words: str = "", *, most: int | None = None) -> Listing[Team]:
    """Teams whose name holds `words`; all of them for none. GET /teams, paged."""
    return Listing(
        operation="search_teams",
        path=("teams",),
        query=(("search", words),) if words else (),
        parse=many(TeamRecord, "Team"),
        key=_id,
        most=most,
    )


def get_team(team: str) -> Call[Team]:
    """One team. GET /teams/{id}."""
    return Call(
        operation="get_team",
        path=("teams", ident(team, "team")),
        parse=single(TeamRecord, "Team"),
        missing=_no_team(team),
    )


def teams_of(user: str) -> Listing[Team]:
    """The teams a person is in. GET /users/{id}/teams, paged."""
    return Listing(
        operation="teams_of",
        path=("users", ident(user, "person"), "teams"),
        parse=many(TeamRecord, "Team"),
        key=_id,
        missing=f"Litmos has no person with the id {user!r}.",
    )


def sub_teams_of(team: str) -> Listing[Team]:
    """The teams right below a team. GET /teams/{id}/teams, paged."""
    return Listing(
        operation="sub_teams_of",
        path=("teams", ident(team, "team"), "teams"),
        parse=many(TeamRecord, "Team"),
        key=_id,
        missing=_no_team(team),
    )


def members_of(team: str) -> Listing[Person]:
    """The people in a team, its sub-teams not included. GET /teams/{id}/users, paged."""
    return _people("members_of", team, "users")


def leaders_of(team: str) -> Listing[Person]:
    """The people who lead a team. GET /teams/{id}/leaders, paged."""
    return _people("leaders_of", team, "leaders")


def admins_of(team: str) -> Listing[Person]:
    """The people who administrate a team. GET /teams/{id}/admins, paged."""
    return _people("admins_of", team, "admins")


def _people(operation: str, team: str, role: str) -> Listing[Person]:
    return Listing(
        operation=operation,
        path=("teams", ident(team, "team"), role),
        parse=many(UserRecord, "User"),
        key=lambda person: person.id,
        missing=_no_team(team),
    )


def _no_team(team: str) -> str:
    return f"Litmos has no team with the id {team!r}."


def _id(team: Team) -> str:
    return team.id
