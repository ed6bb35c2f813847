"""What resources hold: JSON, asked of the Desk as whoever the request comes from."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from pydantic import BaseModel

from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.naming import Naming
from litmos.desk.requests import FindTraining, GetUserCourses, Show, WhoAmI
from litmos.errors import LitmosError, NotFound
from litmos.model import TrainingKind
from mcp_server.current import current_app
from mcp_server.results import AssignmentRow, PersonName, TrainingRowResult, clean

__all__ = ["course", "me", "person_courses"]


async def me() -> str:
    """The resource of this name."""
    async with _asked("whoami") as (desk, actor, naming):
        who = await desk.look(actor, WhoAmI())
        name = naming.name(who.person.id, who.name) if who.person else who.name
        told: dict[str, Any] = {"name": clean(name), "role": who.role.value, "account": who.account}
        if who.person is not None:
            open_ones = await desk.look(actor, GetUserCourses("me", Show.OPEN))
            told |= {"id": who.person.id, "open_courses": [_plain(AssignmentRow.of(row)) for row in open_ones.courses]}
        return _json(told)


async def person_courses(person: str) -> str:
    """The resource of this name."""
    async with _asked("get_user_courses") as (desk, actor, naming):
        found = await desk.look(actor, GetUserCourses(person))
        rows = [_plain(AssignmentRow.of(row)) for row in found.courses]
        return _json({"person": _plain(PersonName.of(found.person, naming)), "courses": rows})


async def course(course: str) -> str:
    """The resource of this name."""
    async with _asked("find_training") as (desk, actor, _):
        found = await desk.look(actor, FindTraining(course, TrainingKind.COURSE, 2))
        if found.close or found.total != 1:
            raise NotFound(f"Litmos has not exactly one course {course!r}.")
        return _json(_plain(TrainingRowResult.of(found.training[0])))


@asynccontextmanager
async def _asked(operation: str) -> AsyncIterator[tuple[Desk, Actor, Naming]]:
    """Whoever asks, if they may; errors in the words that a tool would use."""
    app = current_app()
    try:
        app.acting.check(operation)
        desk = await app.desk()
        yield desk, await app.acting.actor(desk), app.naming
        await app.naming.keep()
    except NotFound as error:
        raise ResourceNotFoundError(await app.fit(error)) from None
    except LitmosError as error:
        raise ResourceError(await app.fit(error)) from None


def _plain(row: BaseModel) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude_none=True)


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)
