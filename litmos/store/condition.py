"""How the state database is, without making, changing or upgrading anything in it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine

from litmos.errors import Misconfigured
from litmos.store.engine import OTHERS, open_engine
from litmos.store.faults import told
from litmos.store.place import Place
from litmos.store.schema import HEAD, KNOWN, current

__all__ = ["Condition", "condition_of", "open_to_others"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`schema` is None where there are no tables yet. `missing`: the file itself is not there."""

    schema: str | None
    missing: bool = False

    @property
    def is_current(self) -> bool:
        return self.schema == HEAD

    @property
    def is_newer(self) -> bool:
        return self.schema is not None and self.schema not in KNOWN


def condition_of(place: Place, patience: float) -> Condition:
    """Looks at the database; blocking. `patience`: seconds to wait for it.

    Raises:
        Misconfigured: it cannot be opened, or is no database.
        Unavailable: it does not answer.
    """
    with told(place, patience):
        if place.file is None:
            engine = open_engine(place, patience)
        elif not place.file.exists():
            _refuse_closed(place, place.file)
            return Condition(None, missing=True)
        else:
            read_only = place.url.set(database=f"file:{quote(str(place.file))}", query={"mode": "ro", "uri": "true"})
            engine = create_engine(read_only, hide_parameters=True, connect_args={"timeout": patience})
        try:
            with engine.connect() as conn:
                return Condition(current(conn))
        finally:
            engine.dispose()


def open_to_others(file: Path) -> list[Path]:
    """The files of a state that others on this machine may read or write: itself, and those beside it."""
    if os.name != "posix":
        return []
    return [one for one in _family(file) if stat.S_IMODE(one.stat().st_mode) & OTHERS]


def _family(file: Path) -> Iterator[Path]:
    """The database, its journals, and the jobs with theirs."""
    for one in sorted(file.parent.iterdir()) if file.parent.is_dir() else ():
        if one.is_file() and (one.name.startswith((file.name, f"{file.stem}-jobs."))):
            yield one


def _refuse_closed(place: Place, file: Path) -> None:
    """A file that is not there can be made only in a folder that this user may write."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Misconfigured(
            f"The state database {place} cannot be made: this user may not write in {folder}. "
            "Let it, or name another place in LITMOS_STATE_URL."
        )
