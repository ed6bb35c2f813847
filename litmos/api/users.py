"""People: found by words, read by id or user name."""

from litmos.api.call import Call, Listing, ident
from litmos.api.records import UserRecord
from litmos.api.wire import many, single
from litmos.model import Person

__all__ = ["get_user", "search_users"]


def search_users(words: str = "", *, most: int | None = None) -> Listing[Person]:
    """People whose first or last name, e-mail or user name holds `words`; all of them for none. GET /users, paged.

    Inactive people are among them. `most`: stop reading once there are so many.
    """
    return Listing(
        operation="search_users",
        path=("users",),
        query=(("search", words),) if words else (),
        parse=many(UserRecord, "User"),
        key=lambda person: person.id,
        most=most,
    )


def get_user(user: str) -> Call[Person]:
    """One person with details, by id or user name. GET /users/{id or user name}."""
    return Call(
        operation="get_user",
        path=("users", ident(user, "person")),
        parse=single(UserRecord, "User"),
        missing=f"Litmos has no person with the id or user name {user!r}.",
    )
