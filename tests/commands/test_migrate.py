"""`litmos migrate`."""

from contextlib import closing
from pathlib import Path

import anyio
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select

import litmos.store.schema
from litmos.cli import main
from litmos.errors import Misconfigured
from litmos.store.audit import Audit
from litmos.store.engine import open_engine
from litmos.store.place import place_of
from litmos.store.schema import HEAD
from litmos.store.state import State
from litmos.store.tables import calls

MIGRATIONS = Path(litmos.store.schema.__file__).with_name("migrations")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "state.sqlite"
    monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{file}")
    monkeypatch.delenv("LITMOS_API_KEY", raising=False)
    return file


def made_by_an_older_version(file: Path, schema: str) -> None:
    """With one call booked in it."""
    engine = open_engine(place_of(f"sqlite:///{file}"), 1)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, schema)
        conn.execute(insert(calls).values(id=7, at=1_769_853_600_123))
    engine.dispose()


def test_a_new_state_is_made_and_then_nothing_more_is_to_do(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert capsys.readouterr() == (f"The state database {file} was made, with schema {HEAD}.\n", "")
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The state database {file} has schema {HEAD} already. Nothing was changed.\n"


def test_an_older_state_is_brought_up_and_keeps_what_is_in_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made_by_an_older_version(file, "0001")
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The state database {file} was brought from schema 0001 to {HEAD}.\n"

    async def look() -> tuple[list[tuple[int, int]], int]:
        with closing(State(f"sqlite:///{file}")) as state:
            kept = await state.read(lambda conn: [(row.id, row.at) for row in conn.execute(select(calls))])
            entry = await Audit(state).append("note", operation="assign", actor_id="Q7", body={})
            return kept, entry.seq

    assert anyio.run(look) == ([(7, 1_769_853_600_123)], 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_on_postgresql_only_a_person_makes_the_tables(
    state_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(state_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    monkeypatch.setenv("LITMOS_STATE_URL", state_url)
    monkeypatch.delenv("LITMOS_API_KEY", raising=False)
    with closing(State(state_url)) as state, pytest.raises(Misconfigured, match="Run `litmos migrate` once"):
        anyio.run(Audit(state).search)
    assert main(["migrate"]) == 0
    assert f"was made, with schema {HEAD}." in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert f"has schema {HEAD} already" in capsys.readouterr().out
    with closing(State(state_url)) as state:
        assert anyio.run(Audit(state).search) == []


def test_a_newer_state_is_left_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    engine = open_engine(place_of(f"sqlite:///{file}"), 1)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    capsys.readouterr()
    assert main(["migrate"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "newer version" in err and "9999" in err


def test_a_url_that_cannot_be_used_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LITMOS_STATE_URL", "mysql://ada:hunter2@host/db")
    assert main(["migrate"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "LITMOS_STATE_URL" in err and "hunter2" not in err
