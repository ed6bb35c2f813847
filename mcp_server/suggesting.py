"""Names that go on like a few letters, among the people and courses that the caller may see. Never an error."""

from litmos.desk.requests import FindPeople, FindTraining
from litmos.errors import LitmosError
from litmos.model import TrainingKind
from mcp_server.current import current_app
from mcp_server.tables import cell

__all__ = ["courses", "people"]

LEAST = 2  # letters
MOST = 20


async def people(typed: str) -> list[str]:
    """Full names; ids where two have the same."""
    if len(typed) < LEAST:
        return []
    app = current_app()
    try:
        app.acting.check("find_people")
        desk = await app.desk()
        found = await desk.look(await app.acting.actor(desk), FindPeople(typed, MOST))
        if found.close:
            return []
        names = [app.naming.name(one.id, one.name) for one in found.people]
        await app.naming.keep()
    except LitmosError:
        return []
    return [cell(name) if names.count(name) == 1 else one.id for name, one in zip(names, found.people, strict=True)]


async def courses(typed: str) -> list[str]:
    """Codes; ids where there is none."""
    if len(typed) < LEAST:
        return []
    app = current_app()
    try:
        app.acting.check("find_training")
        desk = await app.desk()
        found = await desk.look(await app.acting.actor(desk), FindTraining(typed, TrainingKind.COURSE, MOST))
    except LitmosError:
        return []
    return [cell(one.code) or one.id for one in found.training] if not found.close else []
