"""The state database: opened late, shared well, failures told in words."""

import asyncio
import os
import runpy
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from litmos.errors import LitmosError, Misconfigured, Unavailable
from litmos.store.engine import open_engine
from litmos.store.faults import told
from litmos.store.place import place_of
from litmos.store.schema import HEAD, KNOWN, bring_up
from litmos.store.state import State
from litmos.store.tables import calls, metadata

NOBODY = 65534


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def add(conn: Connection) -> None:
    conn.execute(insert(calls).values(at=1))


def count(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT count(*) FROM budget_call").scalar_one())


@contextmanager
def writing(state: State) -> Iterator[None]:
    """Meanwhile a write is under way in `state`, one row far."""
    reached, release = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        add(conn)
        reached.set()
        assert release.wait(5)

    under_way = state.post(slow)
    assert reached.wait(5)
    try:
        yield
    finally:
        release.set()
        under_way.result(5)


@contextmanager
def without_rights() -> Iterator[Path]:
    """A folder, and meanwhile this process is a user who owns nothing in it: root may write anywhere."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        was = os.geteuid()
        try:
            if was == 0:
                os.seteuid(NOBODY)
            else:
                folder.chmod(0o555)
            yield folder
        finally:
            os.seteuid(was)
            folder.chmod(0o755)


async def test_nothing_touches_the_disk_before_the_first_use(state: State, tmp_path: Path) -> None:
    folder = anyio.Path(tmp_path / "folder")
    assert not await folder.exists()
    await state.read(count)
    assert await folder.exists()


async def test_the_file_is_its_owners_only_whatever_the_umask(state: State, file: Path) -> None:
    umask = os.umask(0)
    try:
        await state.write(add)
    finally:
        os.umask(umask)
    assert mode(file.parent) == 0o700
    assert {each.name: mode(each) for each in file.parent.iterdir()} == {
        "state.sqlite": 0o600,
        "state.sqlite-wal": 0o600,
        "state.sqlite-shm": 0o600,
    }


async def test_what_is_written_is_read_by_another(state: State, file: Path) -> None:
    await state.write(add)
    other = State(f"sqlite:///{file}")
    assert await other.read(count) == 1
    other.close()


async def test_a_home_folder_may_be_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    state = State("sqlite:///~/state.sqlite")
    await state.read(count)
    state.close()
    assert (tmp_path / "state.sqlite").exists()


async def test_a_write_that_raises_leaves_nothing(state: State) -> None:
    def half(conn: Connection) -> None:
        add(conn)
        raise LookupError

    with pytest.raises(LookupError):
        await state.write(half)
    assert await state.read(count) == 0


async def test_a_cancelled_caller_does_not_cut_a_transaction_in_two(state: State) -> None:
    reached, release = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        add(conn)
        reached.set()
        assert release.wait(5)
        add(conn)

    caller = asyncio.create_task(state.write(slow))
    assert await anyio.to_thread.run_sync(reached.wait, 5)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    release.set()
    await state.write(add)
    assert await state.read(count) == 3


async def test_readers_do_not_wait_for_a_writer(state: State) -> None:
    await state.write(add)
    with writing(state), anyio.fail_after(4):
        assert await state.read(count) == 1
    assert await state.read(count) == 2


async def test_a_constraint_that_says_no_and_a_mistake_of_ours_pass_through(state: State) -> None:
    with pytest.raises(IntegrityError):
        await state.write(lambda conn: conn.execute(insert(calls).values(at=None)))
    with pytest.raises(OperationalError, match="no such table"):
        await state.write(lambda conn: conn.exec_driver_sql("SELECT * FROM nowhere"))


async def test_closing_twice_is_fine(file: Path) -> None:
    state = State(f"sqlite:///{file}")
    await state.write(add)
    state.close()
    state.close()
    State(f"sqlite:///{file}").close()


# What cannot be opened or written


async def said(state: State) -> LitmosError:
    try:
        with pytest.raises(LitmosError) as found:
            await state.write(add)
    finally:
        state.close()
    return found.value


DIARY = "Dear diary, " * 100


@pytest.fixture
def diary(file: Path) -> Path:
    file.parent.mkdir()
    file.write_text(DIARY)
    return file


async def test_a_file_that_is_no_database_is_named_and_left_as_it_is(diary: Path) -> None:
    error = await said(State(f"sqlite:///{diary}"))
    assert isinstance(error, Misconfigured)
    assert str(diary) in str(error) and "not a SQLite database" in str(error) and "LITMOS_STATE_URL" in str(error)
    assert await anyio.Path(diary).read_text() == DIARY


async def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").touch()
    error = await said(State(f"sqlite:///{tmp_path}/folder/state.sqlite"))
    assert isinstance(error, Misconfigured)
    assert f"{tmp_path}/folder/state.sqlite cannot be opened" in str(error)


async def test_a_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    error = await said(State(f"sqlite:///{tmp_path}"))
    assert isinstance(error, Misconfigured)
    assert "cannot be opened" in str(error)


async def test_a_folder_that_cannot_be_written_is_named(state: State) -> None:
    await state.read(count)  # what is imported late is imported while it may be
    with without_rights() as folder:
        error = await said(State(f"sqlite:///{folder}/state.sqlite"))
    assert isinstance(error, Misconfigured)
    assert "Let this user write that file and its folder" in str(error)


async def test_a_file_that_cannot_be_written_is_named(state: State) -> None:
    await state.read(count)
    with without_rights() as folder:
        os.seteuid(0) if os.getuid() == 0 else folder.chmod(0o755)
        file = folder / "state.sqlite"
        sqlite3.connect(file).close()
        file.touch()
        file.chmod(0o444)
        os.seteuid(NOBODY) if os.getuid() == 0 else folder.chmod(0o555)
        error = await said(State(f"sqlite:///{file}"))
    assert isinstance(error, Misconfigured)
    assert "cannot be opened for writing" in str(error)


async def test_a_full_disk_is_named_and_nothing_is_left_half(state: State, file: Path) -> None:
    def fill(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA max_page_count=8")
        conn.execute(insert(calls), [{"at": moment} for moment in range(10_000)])

    with pytest.raises(Unavailable, match="no room left") as found:
        await state.write(fill)
    assert str(file) in str(found.value)
    assert await state.read(count) == 0


def test_a_full_disk_is_named_when_the_file_is_made() -> None:
    place = place_of("sqlite:////full/state.sqlite")
    with pytest.raises(Unavailable, match="no room left"), told(place, 1):
        raise OSError(28, "No space left on device")


def test_a_disk_that_fails_is_named() -> None:
    place = place_of("sqlite:////broken/state.sqlite")
    broken = sqlite3.OperationalError("disk I/O error")
    broken.sqlite_errorcode = sqlite3.SQLITE_IOERR | (1 << 8)
    with pytest.raises(Unavailable, match="See to its disk"), told(place, 1):
        raise broken


async def test_a_database_locked_for_too_long_is_named_and_works_again_later(file: Path) -> None:
    first = State(f"sqlite:///{file}", patience=0.05)
    await first.write(add)
    state = State(f"sqlite:///{file}", patience=0.05)
    with writing(first), pytest.raises(Unavailable, match="in use by another program for 0 s"):
        await state.write(add)
    await state.write(add)
    assert await state.read(count) == 3
    first.close()
    state.close()


async def test_a_new_file_locked_by_another_program_is_waited_for_and_then_named(file: Path) -> None:
    file.parent.mkdir()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    state = State(f"sqlite:///{file}", patience=0.1)
    with pytest.raises(Unavailable, match="in use by another program"):
        await state.read(count)
    other.execute("COMMIT")
    other.close()
    assert await state.read(count) == 0
    state.close()


async def test_a_newer_state_is_left_alone(state: State, file: Path) -> None:
    await state.write(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    error = await said(State(f"sqlite:///{file}"))
    assert isinstance(error, Misconfigured)
    assert "newer version" in str(error) and "9999" in str(error) and HEAD in str(error)


# The schema


async def test_migrating_makes_it_and_does_nothing_the_second_time(state: State) -> None:
    await state.migrate()
    await state.migrate()
    assert (
        await state.read(lambda conn: conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()) == HEAD
    )


async def test_the_migrations_make_exactly_the_tables_that_queries_know(state: State) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - after the state has brought itself up
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    assert await state.read(lambda conn: compare_metadata(MigrationContext.configure(conn), metadata)) == []
    made = await state.read(
        lambda conn: conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'budget_call'").scalar_one()
    )
    assert "AUTOINCREMENT" in made


def test_the_known_revisions_are_the_files_in_order() -> None:
    import litmos.store.schema as module  # noqa: PLC0415 - for its folder only

    files = sorted((Path(module.__file__).parent / "migrations" / "versions").glob("v*.py"))
    assert tuple(file.name[1:5] for file in files) == KNOWN
    for file, before in zip(files, (None, *KNOWN), strict=False):
        names = runpy.run_path(str(file))
        assert (names["revision"], names["down_revision"]) == (file.name[1:5], before)


async def test_a_migration_that_fails_leaves_nothing_behind(state: State, file: Path) -> None:
    """Somebody's table stands where ours would."""
    file.parent.mkdir()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE ix_budget_call_at (x)")
    other.close()
    with pytest.raises(OperationalError, match="there is already a table named"):
        await state.read(count)
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("ix_budget_call_at",)]
    other.close()


# The setting


@pytest.mark.parametrize(
    "url",
    [
        "", "hunter2", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://u:hunter2@h/d",
        "sqlite+aiosqlite:///x", "postgres://u:hunter2@h/d", "postgresql+asyncpg://u:hunter2@h/d",
        "postgresql://u:hunter2@h:port/d",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_at_once_and_not_repeated(url: str) -> None:
    with pytest.raises(Misconfigured, match="LITMOS_STATE_URL") as found:
        State(url)
    assert "hunter2" not in str(found.value) and found.value.__cause__ is None


# PostgreSQL, as far as one gets without a server


@pytest.mark.parametrize("url", ["postgresql://ada:hunter2@127.0.0.1:1/none", "postgresql://ada:hunter2@127.0.0.1:1"])
async def test_a_server_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    pytest.importorskip("psycopg")
    error = await said(State(url))
    assert isinstance(error, Unavailable)
    assert "127.0.0.1:1/" in str(error) and "hunter2" not in str(error) and "LITMOS_STATE_URL" in str(error)


def test_a_missing_driver_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(Misconfigured, match=r"pip install 'litmos-chatops\[postgres\]'"):
        open_engine(place_of("postgresql://host/database"), 1)


def test_an_older_schema_that_may_not_be_changed_names_the_command(file: Path) -> None:
    """As on PostgreSQL, whose schema a person brings up."""
    place = place_of(f"sqlite:///{file}")
    engine = open_engine(place, 1)
    with pytest.raises(Misconfigured, match="Run `litmos migrate` once"):
        bring_up(engine, place, upgrade=False)
    engine.dispose()


def test_a_user_without_rights_is_told_so() -> None:
    psycopg = pytest.importorskip("psycopg")
    place = place_of("postgresql://ada:hunter2@db.example/state")
    refused = ProgrammingError("CREATE TABLE", {}, psycopg.errors.InsufficientPrivilege("permission denied"))
    with pytest.raises(Misconfigured, match=r"may not do this in the state database db\.example/state"), told(place, 1):
        raise refused


def test_a_mistake_of_ours_on_a_server_passes_through() -> None:
    psycopg = pytest.importorskip("psycopg")
    mistake = ProgrammingError("SELECT", {}, psycopg.errors.UndefinedTable("no such table"))
    with pytest.raises(ProgrammingError), told(place_of("postgresql://host/state"), 1):
        raise mistake
