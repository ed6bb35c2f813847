"""`litmos migrate`, and how commands open the state: they need no API key."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import anyio

from litmos.settings import Settings
from litmos.store.place import Place, place_of
from litmos.store.schema import HEAD
from litmos.store.state import State

__all__ = ["migrate", "opened_state"]


@contextmanager
def opened_state() -> Iterator[tuple[State, Place]]:
    """The state that LITMOS_STATE_URL names, and how messages name it. Raises Misconfigured, as its settings do."""
    url = Settings.read_state_url()
    with closing(State(url)) as state:
        yield state, place_of(url)


def migrate() -> int:
    """Bring the state database to this version's schema, and say what was done."""
    with opened_state() as (state, place):
        found = anyio.run(state.migrate)
    match found:
        case None:
            print(f"The state database {place} was made, with schema {HEAD}.")
        case before if before == HEAD:
            print(f"The state database {place} has schema {HEAD} already. Nothing was changed.")
        case before:
            print(f"The state database {place} was brought from schema {before} to {HEAD}.")
    return 0
