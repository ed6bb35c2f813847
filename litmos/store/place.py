"""Where the state is kept: what LITMOS_STATE_URL says, checked, and named without its password."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from typing_extensions import override

from litmos.errors import Misconfigured

__all__ = ["Place", "place_of"]

_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})
_HOW = "Write sqlite:////folder/state.sqlite or postgresql://user:password@host/database in LITMOS_STATE_URL."


@dataclass(frozen=True)
class Place:
    """A SQLite file, or (`file` is None) a PostgreSQL database."""

    url: URL
    file: Path | None

    @override
    def __str__(self) -> str:
        """How messages name it; a URL's user, password and query stay out."""
        if self.file is not None:
            return str(self.file)
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.url.host or 'localhost'}{port}/{self.url.database or ''}"


def place_of(url: str) -> Place:
    """Reads LITMOS_STATE_URL; touches no disk. Raises Misconfigured, which never repeats the URL."""
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: SQLAlchemy's words repeat the URL, and a URL may hold a password.
        raise Misconfigured(f"LITMOS_STATE_URL is not a database URL. {_HOW}") from None
    if where.drivername in _POSTGRESQL:
        return Place(where, None)
    if where.drivername not in _SQLITE:
        raise Misconfigured(f"LITMOS_STATE_URL names a kind of database Litmos does not know. {_HOW}")
    name = where.database or ""
    if name in {"", ":memory:"} or name.startswith("file:"):
        # Every connection to a database in memory sees another one, and nothing would outlive the process.
        raise Misconfigured(f"LITMOS_STATE_URL names no file. {_HOW}")
    file = Path(name).expanduser()
    return Place(where.set(database=str(file)), file)
