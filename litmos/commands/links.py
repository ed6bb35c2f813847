"""`litmos link` and `litmos unlink`: which person in Litmos an identity of a face is."""

import anyio

from litmos.settings import Settings
from litmos.wiring import open_desk

__all__ = ["link", "unlink"]

FACE = "cli"


def link(identity: str, person: str) -> int:
    """Link an identity (`slack:T1/U1`) to a person; also confirms a link that was suspended."""
    anyio.run(_link, identity, person)
    return 0


def unlink(identity: str) -> int:
    """Forget the link of an identity."""
    anyio.run(_unlink, identity)
    return 0


async def _link(identity: str, typed: str) -> None:
    settings = Settings.read()
    async with open_desk(settings) as desk:
        made = await desk.link(await desk.operator(FACE, settings.operator), identity, typed)
    print(f"{made.identity} is {made.person_email or made.person_id} from now on (id {made.person_id}).")


async def _unlink(identity: str) -> None:
    settings = Settings.read()
    async with open_desk(settings) as desk:
        await desk.unlink(await desk.operator(FACE, settings.operator), identity)
    print(f"{identity} is known by its e-mail address again.")
