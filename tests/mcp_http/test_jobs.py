"""Large changes over HTTP: jobs, told to the client while it waits."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult

from litmos.jobs.engine import Where

FIRE = "fBQ3pTcKjTw1"
PEOPLE = 200


async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"word": "ASSIGN"})


async def test_a_client_is_told_how_a_large_change_goes_on(
    house: Any, tmp_path: Path, mode: Any, serve: Callable[..., Any], connect: Callable[..., Any]
) -> None:
    people = [house.sandbox.world.add_person("Person", f"Number{number}").id for number in range(PEOPLE)]
    told: list[tuple[float, float | None, str | None]] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    working = partial(house.working, Where(f"sqlite:///{tmp_path / 'state.sqlite'}"))
    token = house.token("omar", "omar.haddad@example.com")
    async with (
        serve(house.app(opened=working)) as address,
        connect(address, token, mode, elicitation_callback=agree) as client,
    ):
        done = await client.call_tool(
            "assign", {"people": people, "training": ["FIRE-01"], "notify": False}, progress_callback=progress
        )
        assert done.structured_content["summary"] == f"Assign: {PEOPLE} done."
        job = await client.call_tool("get_job", {"job": done.structured_content["job"]})
    assert job.structured_content["jobs"][0]["done"] == PEOPLE
    steps = [value for value, _, _ in told]
    assert len(steps) > 1 and steps == sorted(set(steps))
    assert {total for _, total, _ in told} == {PEOPLE}
    assert all(re.fullmatch(rf"\d+ of {PEOPLE}", message or "") for _, _, message in told)
