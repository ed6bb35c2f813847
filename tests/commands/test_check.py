"""`litmos check`: what it finds, what it says to do, and that nothing keeps it from ending."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import psycopg
import pytest
from cryptography.fernet import Fernet

from bot.demo.delivery import SocketDoor
from bot.demo.faults import Fault as SlackFault
from bot.demo.server import running as running_slack
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos import cli
from litmos.commands.check import check
from litmos.commands.check_page import masked
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.findings import Level
from litmos.settings import Settings
from litmos.store.audit import Audit
from litmos.store.budget import Budget
from litmos.store.links import Links
from litmos.store.schema import HEAD
from litmos.store.state import State

OTHERS = ("SLACK_", "MCP_", "LITMOS_")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):  # noqa: TID251 - those of whoever runs the tests
        if name.startswith(OTHERS):
            monkeypatch.delenv(name)


@dataclass
class House:
    """A demo Litmos on a port, a state file, and what `litmos check` says of them."""

    sandbox: Sandbox
    file: Path
    capsys: pytest.CaptureFixture[str]

    async def check(self, seconds: float = 5.0) -> tuple[int, dict[str, Any]]:
        code = await anyio.to_thread.run_sync(cli.main, ["check", "--json", "--seconds", f"{seconds:g}"])
        return code, json.loads(self.capsys.readouterr().out)

    async def change(self, work: Callable[[State], Awaitable[object]]) -> None:
        with closing(State(f"sqlite:///{self.file}")) as state:
            await state.migrate()
            await work(state)


def said(answer: dict[str, Any], level: Level) -> list[str]:
    return [f"{one['about']}: {one['found']} {one['todo']}" for one in answer["findings"] if one["level"] == level]


@pytest.fixture
async def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[House]:
    sandbox = Sandbox(demo_world(real_clock()), limit=0)
    file = tmp_path / "state.sqlite"
    async with running(sandbox.app) as address:
        monkeypatch.setenv("LITMOS_BASE_URL", address)
        monkeypatch.setenv("LITMOS_API_KEY", DEMO_KEY)
        monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{file}")
        yield House(sandbox, file, capsys)


async def nothing(_: State) -> None:
    """The state as it is made."""


async def test_where_all_is_well_it_says_so_and_changes_nothing(house: House) -> None:
    code, told = await house.check()
    assert code == 0 and "is not there yet" in "".join(said(told, Level.OK)) and not house.file.exists()
    await house.change(nothing)
    before = house.file.read_bytes()
    code, told = await house.check()
    assert code == 0 and told["ok"] and said(told, Level.WARNING) == said(told, Level.FAILURE) == []
    assert told["requests"] == 2 and [one.method for one in house.sandbox.requests] == ["GET"] * 4
    with closing(sqlite3.connect(house.file)) as state:
        assert state.execute("SELECT count(*) FROM audit").fetchone() == (0,)
    assert before[:16] == house.file.read_bytes()[:16]


async def test_the_page_is_for_people(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMOS_OPERATOR", "ada.marsh@example.com")
    assert await anyio.to_thread.run_sync(cli.main, ["check"]) == 0
    page = house.capsys.readouterr().out
    assert page.startswith("settings\n  ok       The account at 127.0.0.1, with an API key (not shown).\n")
    assert "LITMOS_OPERATOR (a…@example.com) is there, as learner." in page
    assert "This machine's clock agrees with theirs." in page
    assert page.endswith("\nEverything is well. 3 requests to Litmos.\n")
    assert DEMO_KEY not in page and "ada.marsh@" not in page


@pytest.mark.parametrize(
    ("fault", "level", "words"),
    [
        (Fault("401", times=9), Level.FAILURE, "Litmos refuses the API key (HTTP 401)"),
        (Fault("500", times=9), Level.FAILURE, "Litmos failed on this request (HTTP 500)"),
        (Fault("504", times=9), Level.FAILURE, "not working properly at the moment (HTTP 504)"),
        (Fault("429", times=9, retry_after=40), Level.WARNING, "Try again in 40 s."),
        (Fault("reset", times=9), Level.FAILURE, "The connection to Litmos broke"),
        (Fault("html", times=9), Level.FAILURE, "something this program does not understand"),
        (Fault("slow", seconds=600, times=9), Level.FAILURE, "No answer about Litmos within 1 s."),
        (Fault("500", path="courses", times=9), Level.FAILURE, "Litmos failed on this request (HTTP 500)"),
    ],
)
async def test_whatever_is_wrong_with_litmos_is_told_and_hides_nothing_else(
    house: House, fault: Fault, level: Level, words: str
) -> None:
    await house.change(nothing)
    house.sandbox.faults.add(fault)
    code, told = await house.check(1)
    assert code == (1 if level is Level.FAILURE else 0)
    assert any(words in one for one in said(told, level))
    assert any("can be written" in one for one in said(told, Level.OK))
    assert told["requests"] <= 2


async def test_a_litmos_that_is_not_there(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMOS_BASE_URL", "http://127.0.0.1:9")
    code, told = await house.check()
    assert code == 1 and "cannot be reached at 127.0.0.1" in said(told, Level.FAILURE)[0]


@pytest.mark.parametrize(
    ("named", "words"),
    [("nobody@example.com", "Nobody in Litmos is LITMOS_OPERATOR"), ("inactive", "LITMOS_OPERATOR is inactive")],
)
async def test_an_operator_who_cannot_act(
    house: House, monkeypatch: pytest.MonkeyPatch, named: str, words: str
) -> None:
    away = next(one for one in house.sandbox.world.people.values() if not one.active)
    monkeypatch.setenv("LITMOS_OPERATOR", away.user_name if named == "inactive" else named)
    code, told = await house.check()
    assert code == 1 and words in said(told, Level.FAILURE)[0]


@pytest.mark.parametrize(
    ("ahead", "level"), [(0, Level.OK), (90, Level.WARNING), (-90, Level.WARNING), (900, Level.FAILURE)]
)
async def test_a_clock_that_differs(house: House, ahead: int, level: Level) -> None:
    code = await anyio.to_thread.run_sync(
        lambda: check(5, as_json=True, clock=lambda: real_clock().timestamp() + ahead)
    )
    told = said(json.loads(house.capsys.readouterr().out), level)
    assert code == (1 if level is Level.FAILURE else 0)
    assert any("clock" in one for one in told)


async def test_a_state_of_an_older_version_is_left_as_it_is(house: House) -> None:
    with closing(sqlite3.connect(house.file)) as state:
        state.execute("CREATE TABLE alembic_version (version_num TEXT)")
        state.execute("INSERT INTO alembic_version VALUES ('0001')")
        state.commit()
    house.file.chmod(0o600)
    code, told = await house.check()
    assert code == 0 and "has the schema 0001" in said(told, Level.WARNING)[0]
    assert "litmos migrate" in said(told, Level.WARNING)[0]
    with closing(sqlite3.connect(house.file)) as state:
        assert state.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


async def test_a_state_of_a_newer_version_is_a_failure(house: House) -> None:
    await house.change(nothing)
    with closing(sqlite3.connect(house.file)) as state:
        state.execute("UPDATE alembic_version SET version_num = '9999'")
        state.commit()
    code, told = await house.check()
    assert code == 1 and "a newer version (schema 9999" in said(told, Level.FAILURE)[0]
    assert any("It answers" in one for one in said(told, Level.OK))


def emptied(url: str) -> Callable[[], list[str]]:
    """A PostgreSQL database in which nobody has made anything yet; tells which tables are in it now."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")

    def tables() -> list[str]:
        with psycopg.connect(url) as connection:
            ours = "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            return [name for (name,) in connection.execute(ours)]

    return tables


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_a_postgresql_without_tables_is_a_failure_until_somebody_runs_what_the_page_says(
    house: House, state_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = emptied(state_url)
    monkeypatch.setenv("LITMOS_STATE_URL", state_url)
    assert await anyio.to_thread.run_sync(cli.main, ["check"]) == 1
    page = house.capsys.readouterr().out
    assert re.search(
        rf"\nstate\n  FAILURE  \S+ has no tables; this version needs {HEAD}.\n +> Run: litmos migrate\n", page
    )
    assert "It answers" in page and page.endswith("\n1 failure, 0 warnings. 2 requests to Litmos.\n")
    assert tables() == []
    code, told = await house.check()
    assert (code, told["ok"]) == (1, False)
    assert await anyio.to_thread.run_sync(cli.main, ["migrate"]) == 0
    house.capsys.readouterr()
    code, told = await house.check()
    assert (code, told["ok"]) == (0, True) and any("can be written" in one for one in said(told, Level.OK))


SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_SIGNING_SECRET": "secret",
    "SLACK_TOKEN_KEYS": Fernet.generate_key().decode(),
    "SLACK_TEAMS": "T1",
}


async def test_looking_for_workspaces_makes_no_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be one that others may read; the first start makes it for its owner only."""
    for name, value in SEVERAL.items():
        monkeypatch.setenv(name, value)
    code, told = await house.check()
    assert code == 0 and any("No workspace has installed the app" in one for one in said(told, Level.OK))
    assert list(house.file.parent.iterdir()) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_looking_for_workspaces_makes_no_tables(
    house: House, state_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = emptied(state_url)
    for name, value in (SEVERAL | {"LITMOS_STATE_URL": state_url}).items():
        monkeypatch.setenv(name, value)
    code, told = await house.check()
    assert code == 1 and any("No workspace has installed the app" in one for one in said(told, Level.OK))
    assert [one for one in said(told, Level.FAILURE) if "litmos migrate" not in one] == [] == tables()


async def test_a_file_that_is_no_database(house: House) -> None:
    house.file.write_text("Something else entirely, and long enough to be looked at. " * 20)
    code, told = await house.check()
    assert code == 1 and "is not a SQLite database" in said(told, Level.FAILURE)[0]
    assert any("It answers" in one for one in said(told, Level.OK))


async def test_a_database_that_somebody_locks(house: House) -> None:
    await house.change(nothing)
    with closing(sqlite3.connect(house.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, told = await house.check(4)
    assert code == 1 and any("in use by another program" in one for one in said(told, Level.FAILURE))
    assert any("It answers" in one for one in said(told, Level.OK))


async def test_files_that_others_may_read(house: House) -> None:
    await house.change(nothing)
    house.file.chmod(0o644)
    code, told = await house.check()
    assert code == 0 and "Others on this machine may read state.sqlite" in said(told, Level.WARNING)[0]
    assert "chmod 600" in said(told, Level.WARNING)[0]
    assert stat.S_IMODE(house.file.stat().st_mode) == 0o644


async def test_what_is_in_the_state_and_should_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMOS_REQUESTS_PER_MINUTE", "4")

    async def work(state: State) -> None:
        links, long_ago = Links(state), real_clock().timestamp() - 5000
        for identity in ("slack:T1/U1", "oauth:login.example.com/ada@example.com"):
            await links.put(identity, "p1", "ada@example.com", "key-owner")
            await links.suspend(identity)
        await Audit(state, clock=lambda: long_ago).append("started", operation="assign", actor_id="p1", body={})
        for _ in range(4):
            await Budget(state, 4).turn()

    await house.change(work)
    code, told = await house.check()
    warned = "\n".join(said(told, Level.WARNING))
    assert code == 0
    assert "2 links are suspended" in warned and "slack:T1/U1" in warned and "ada@" not in warned
    assert "Begun lately and never ended: row 1 (assign, " in warned
    assert "4 of 4 requests a minute are in use" in warned
    assert "they are used up. Try again in" in warned and told["requests"] == 0


async def test_jobs_that_nobody_does(house: House) -> None:
    await house.change(nothing)
    jobs = house.file.with_name("state-jobs.sqlite")
    script = (
        "import asyncio, os, sys\n"
        "from litmos.jobs import engine, work\n"
        "from dbos import DBOS, SetWorkflowID\n"
        "async def main():\n"
        "    async with engine.running(engine.Where(sys.argv[1]), None):\n"
        "        with SetWorkflowID('j1'):\n"
        "            await DBOS.enqueue_workflow_async('nobody-reads-this', work.change, {})\n"
        "        print('begun', flush=True)\n"
        "        await asyncio.to_thread(sys.stdin.read)\n"
        "asyncio.run(main())\n"
    )
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, f"sqlite:///{house.file}", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        assert await asyncio.wait_for(server.stdout.readline(), 30) == b"begun\n"
        _, told = await house.check(10)
        assert "state: 1 job has not ended; 1 process does jobs. " in said(told, Level.OK)
    finally:
        server.kill()
        await server.wait()
    assert jobs.exists()
    _, told = await house.check(10)
    assert any("1 job has not ended; 0 processes do jobs." in one for one in said(told, Level.WARNING))


async def test_wrong_settings_are_another_code_and_the_rest_is_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.change(nothing)
    monkeypatch.setenv("LITMOS_API_KEY", "with blanks in it")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "no token")
    monkeypatch.setenv("MCP_ISSUER_URL", "ftp://nowhere")
    code, told = await house.check()
    failed = "\n".join(said(told, Level.FAILURE))
    assert code == 2 and told["requests"] == 0
    assert all(name in failed for name in ("LITMOS_API_KEY", "SLACK_BOT_TOKEN", "MCP_ISSUER_URL"))
    assert "blanks in it" not in failed and "no token" not in failed
    assert any("can be written" in one for one in said(told, Level.OK))


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("0", "-1", "soon", "1e9"):
        with pytest.raises(SystemExit) as ended:
            cli.main(["check", f"--seconds={wrong}"])
        assert ended.value.code == 2
    assert "write a number of seconds" in capsys.readouterr().err


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalSlack]:
    local = LocalSlack(demo_workspace())
    async with running_slack(local, SocketDoor()):
        monkeypatch.setenv("SLACK_API_URL", f"{local.address}/api/")
        monkeypatch.setenv("SLACK_BOT_TOKEN", local.workspace.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", local.app_token)
        yield local


async def test_slack_takes_the_tokens(house: House, slack: LocalSlack) -> None:
    code, told = await house.check()
    well = "\n".join(said(told, Level.OK))
    assert code == 0 and said(told, Level.FAILURE) == []
    assert "in the workspace Example, with every scope" in well and "Socket Mode works" in well
    assert "slack: This machine's clock agrees with theirs." in well
    assert slack.workspace.bot_token not in json.dumps(told) and slack.app_token not in json.dumps(told)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SlackFault("error", "auth.test", error="account_inactive"), "refuses SLACK_BOT_TOKEN (account_inactive)"),
        (SlackFault("error", "apps.connections.open", error="not_allowed"), "refuses SLACK_APP_TOKEN (not_allowed)"),
        (SlackFault("slow", "auth.test", seconds=600, times=9), "No answer about SLACK_BOT_TOKEN within 2 s."),
        (SlackFault("ratelimited", "auth.test", seconds=600, times=9), "No answer about SLACK_BOT_TOKEN within 2 s."),
        (SlackFault("broken", "auth.test", times=9), "Slack"),
    ],
)
async def test_whatever_is_wrong_with_slack_is_told_and_hides_nothing_else(
    house: House, slack: LocalSlack, fault: SlackFault, words: str
) -> None:
    slack.faults.add(fault)
    code, told = await house.check(2)
    assert code == 1
    assert len(said(told, Level.FAILURE)) == 1 and words in said(told, Level.FAILURE)[0]
    assert any("It answers" in one for one in said(told, Level.OK))


async def test_a_slack_that_is_not_there(house: House, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    code, told = await house.check()
    assert code == 1 and all("Slack does not answer" in one for one in said(told, Level.FAILURE))
    assert len(said(told, Level.FAILURE)) == 2


async def test_a_login_service_that_does_not_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCP_RESOURCE_URL", "https://litmos.example.com/mcp")
    monkeypatch.setenv("MCP_ISSUER_URL", "http://127.0.0.1:9")
    code, told = await house.check()
    assert code == 1 and "The login service does not answer (ConnectError)" in said(told, Level.FAILURE)[0]
    assert "sign-in at http://127.0.0.1:9" in "\n".join(said(told, Level.OK))


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("patience", ["", "?connect_timeout=600"])
async def test_a_server_that_hangs_does_not_keep_it_from_ending(house: House, patience: str) -> None:
    with silent() as port:
        url = f"postgresql://someone:hunter2@127.0.0.1:{port}/litmos{patience}"
        program = Path(sys.executable).with_name("litmos")
        given = {
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": Settings.read().base_url,
            "LITMOS_STATE_URL": url,
        }
        child = await asyncio.create_subprocess_exec(
            program, "check", "--seconds", "3", env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = await asyncio.wait_for(child.communicate(), 30)  # of the ten minutes that it would hang
    page = out.decode() + err.decode()
    assert child.returncode == 1 and "hunter2" not in page and "Traceback" not in page
    assert "No answer about the state database within 3 s." in page or "does not answer or does not let us in" in page
    assert "It answers" in page


def test_addresses_are_masked_wherever_they_stand() -> None:
    assert masked("oauth:x/ada.marsh@example.com, (b@c.de)") == "oauth:x/a…@example.com, (b…@c.de)"
    assert masked("postgresql at host/db, 3 @ noon") == "postgresql at host/db, 3 @ noon"
