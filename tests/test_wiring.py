"""The parts as entry points get them: what the settings say reaches the part it is for, and all of it is closed."""

import socket
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from litmos.api.users import get_user
from litmos.demo.assigned import ADA
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.desk.actor import Role
from litmos.desk.naming import ByPseudonym
from litmos.desk.requests import Assign, WhoAmI
from litmos.errors import NotAllowed, Unavailable
from litmos.settings import Settings
from litmos.store.audit import Audit
from litmos.store.state import State
from litmos.wiring import InProcess, account_of, open_client, open_desk


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_url=f"sqlite:///{tmp_path / 'state.sqlite'}", demo=True)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


async def test_the_demo_has_a_state_of_its_own_and_leaves_nothing_behind(
    settings: Settings, temporary: Path, tmp_path: Path
) -> None:
    async with open_desk(settings) as desk:
        await desk.plan(await desk.operator("tests", ""), Assign((ADA,), ("FLT-01",)))
        assert [file.name for folder in temporary.iterdir() for file in folder.glob("*.sqlite")] == ["state.sqlite"]
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == [temporary]


async def test_a_failure_leaves_nothing_behind_either(settings: Settings, temporary: Path) -> None:
    async def fail() -> None:
        async with open_client(settings) as api:
            await api.send(get_user(ADA))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert list(temporary.iterdir()) == []


async def test_the_desk_is_told_its_account_its_admins_and_that_it_may_only_read(settings: Settings) -> None:
    told = replace(settings, admins=frozenset({"ada.marsh@example.com"}), read_only=True)
    async with open_desk(told) as desk:
        ada = await desk.operator("tests", "Ada Marsh")
        who = await desk.look(ada, WhoAmI())
        assert (who.account, who.role, who.read_only) == ("the demo Litmos", Role.ADMIN, True)
        with pytest.raises(NotAllowed, match="LITMOS_READ_ONLY"):
            await desk.plan(ada, Assign((ADA,), ("FLT-01",)))


async def test_the_desk_names_people_by_pseudonyms_where_the_settings_say_so(settings: Settings) -> None:
    for wanted in (True, False):
        async with open_desk(replace(settings, pseudonyms=wanted)) as desk:
            assert isinstance(await desk.naming(), ByPseudonym) is wanted


@pytest.mark.parametrize(
    ("demo", "account"), [(True, "the demo Litmos"), (False, "api.litmoseu.com")], ids=["demo", "eu"]
)
def test_an_account_is_called_by_its_host(demo: bool, account: str, settings: Settings) -> None:
    eu = replace(settings, demo=demo, base_url="https://api.litmoseu.com/v1.svc")
    assert account_of(eu) == account


async def test_the_time_that_a_request_may_take_is_that_of_the_settings(settings: Settings) -> None:
    """A server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1.svc"
        asked = replace(
            settings, demo=False, api_key=SecretStr("k"), base_url=address, timeout_seconds=0.05, requests_per_minute=0
        )
        async with open_client(asked) as api:
            with pytest.raises(Unavailable, match=r"did not answer within 0\.05 s"):
                await api.send(get_user(ADA))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_litmos_on_this_machine_is_asked_without_the_proxy_there_is_for_others(
    settings: Settings, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody)
    sandbox = Sandbox(demo_world(real_clock()))
    async with running(sandbox.app) as address:
        base = f"{address.replace('127.0.0.1', host)}/v1.svc"
        asked = replace(settings, demo=False, api_key=SecretStr(DEMO_KEY), base_url=base, requests_per_minute=0)
        async with open_client(asked) as api:
            assert (await api.send(get_user(ADA))).id == ADA


async def test_an_application_that_breaks_a_connection_looks_like_a_network_that_does() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        raise ConnectionResetError

    async with httpx.AsyncClient(transport=InProcess(app=app), base_url="https://demo.invalid") as http:
        with pytest.raises(httpx.ReadError, match="reset"):
            await http.get("/")


async def test_a_change_that_a_dead_process_began_is_told_when_the_desk_opens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'audit.sqlite'}"
    with closing(State(url)) as state:
        await Audit(state, clock=lambda: 0.0).append("started", operation="assign", actor_id="key-owner", body={})
    async with open_desk(Settings.read({"LITMOS_API_KEY": "k", "LITMOS_STATE_URL": url})):
        pass
    assert "litmos.audit.unfinished" in caplog.text
