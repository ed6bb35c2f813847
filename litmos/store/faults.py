"""What a database says, told once as a LitmosError: which file or setting, and what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from litmos.errors import LitmosError, Misconfigured, Unavailable
from litmos.store.place import Place

__all__ = ["told"]

_ELSEWHERE = "or name another place in LITMOS_STATE_URL"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_OURS = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_CLOSED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY})
_FORBIDDEN = "42501"  # PostgreSQL: insufficient_privilege
_FAILED = sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL  # a broken disk or network folder; locking that fails


@contextmanager
def told(place: Place, patience: float) -> Iterator[None]:
    """Turns the failures of opening, reading and writing `place` into LitmosErrors.

    A mistake of ours in SQL, and a constraint that says no, pass through: they are not about the place.

    Args:
        place: the database.
        patience: how long a transaction waited for others, in seconds; for the words.
    """
    try:
        yield
    except OSError as error:
        raise _of_system(error, place) from error
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        found = _of_sqlite(said, place, patience) if isinstance(said, sqlite3.Error) else _of_server(error, place)
        if found is None:
            raise
        # The frames of a server's driver hold the password.
        raise found from (None if place.file is None else error)


def _of_system(error: OSError, place: Place) -> LitmosError:
    if error.errno in _NO_ROOM:
        return _full(place)
    return _closed(place)


def _of_sqlite(error: sqlite3.Error, place: Place, patience: float) -> LitmosError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the high bytes only say which kind of it
    if code in _LOCKED:
        return Unavailable(
            f"The state database {place} was in use by another program for {patience:.0f} s. "
            f"Try again; if it stays so, end what holds it, {_ELSEWHERE}."
        )
    if code == sqlite3.SQLITE_FULL:
        return _full(place)
    if code in _NOT_OURS:
        return Misconfigured(
            f"{place} is not a SQLite database, or is damaged. Move it away and a new one is made, {_ELSEWHERE}."
        )
    if code in _CLOSED:
        return _closed(place)
    if code in _FAILED:
        return Unavailable(f"Reading or writing the state database {place} failed. See to its disk, {_ELSEWHERE}.")
    return None


def _of_server(error: Exception, place: Place) -> LitmosError | None:
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _FORBIDDEN:
        return Misconfigured(
            f"The user in LITMOS_STATE_URL may not do this in the state database {place}. "
            "Let it own the database, or name another user."
        )
    if isinstance(error, (OperationalError, InterfaceError)):
        return Unavailable(
            f"The state database {place} does not answer or does not let us in. "
            "See that it runs, and that LITMOS_STATE_URL has its address, user and password."
        )
    return None


def _closed(place: Place) -> LitmosError:
    return Misconfigured(
        f"The state database {place} cannot be opened for writing. "
        f"Let this user write that file and its folder, {_ELSEWHERE}."
    )


def _full(place: Place) -> LitmosError:
    return Unavailable(f"There is no room left for the state database {place}. Make room on its disk, {_ELSEWHERE}.")
