"""`litmos.connect`: the adapter for programs, with the settings by their names."""

from pathlib import Path

import anyio
import pytest

import litmos
from litmos.api.assignments import courses_of
from litmos.api.call import Pace
from litmos.api.users import get_user, search_users
from litmos.demo.assigned import ADA
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.errors import Misconfigured


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(demo_world(real_clock()), limit=0)


async def test_the_demo_needs_no_key() -> None:
    async with litmos.connect(demo="true") as api:
        person = await api.send(get_user(ADA))
    assert person.name == "Ada Marsh"


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_an_account_is_asked_with_the_key_at_its_address(form: str, sandbox: Sandbox, tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path / 'state.sqlite'}"
    async with (
        running(sandbox.app) as address,
        litmos.connect(DEMO_KEY, base_url=address, format=form, source="a-script", state_url=state) as api,
    ):
        courses = await api.send(courses_of(ADA))
    assert len(courses) > 3
    [seen] = sandbox.requests
    assert (seen.status, seen.query["source"], seen.query.get("format")) == (
        200,
        "a-script",
        "json" if form == "json" else None,
    )


async def test_the_budget_is_kept_over_connections_on_the_same_state(sandbox: Sandbox, tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path / 'state.sqlite'}"
    async with running(sandbox.app) as address:
        settings = {"base_url": address, "requests_per_minute": "1", "state_url": state}
        async with litmos.connect(DEMO_KEY, **settings) as api:
            await api.send(get_user(ADA))
        waits: list[float] = []

        def give_up(seconds: float) -> None:
            waits.append(seconds)
            scope.cancel()

        async with litmos.connect(DEMO_KEY, **settings) as api:
            with anyio.CancelScope() as scope:
                await api.send(get_user(ADA), Pace(waiting=give_up))
    assert 55 < waits[0] <= 61
    assert len(sandbox.requests) == 1


async def test_without_a_budget_no_state_is_made(sandbox: Sandbox, tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path / 'state.sqlite'}"
    async with (
        running(sandbox.app) as address,
        litmos.connect(DEMO_KEY, base_url=address, requests_per_minute="0", state_url=state) as api,
    ):
        await api.send(search_users("ada"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "LITMOS_API_KEY: missing"),
        ({"regoin": "eu"}, "LITMOS_REGOIN: not a setting of Litmos ChatOps. Did you mean LITMOS_REGION?"),
        ({"format": "yaml"}, "LITMOS_FORMAT: "),
    ],
    ids=["no key", "misspelt", "wrong"],
)
async def test_wrong_settings_are_named_before_anything_is_opened(settings: dict[str, str], says: str) -> None:
    with pytest.raises(Misconfigured, match=says.replace("?", r"\?")):
        async with litmos.connect(**settings):
            pytest.fail("it was opened")
