"""Whatever this program writes is for its user only, whatever the umask lets others have."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from litmos.commands.state import opened_state
from litmos.store.condition import open_to_others

WORK = """
import asyncio, os
os.umask(0)
from litmos.desk.requests import Assign, FindTraining
from litmos.settings import Settings
from litmos.wiring import open_client, open_desk, open_watching_desk, open_working_desk, running_demo
from bot.installing import opened_installations
from bot.settings import SlackSettings

async def main():
    async with running_demo() as demo:
        settings = Settings.read({**demo, "LITMOS_STATE_URL": os.environ["STATE"]})
        async with open_working_desk(settings) as desk:
            actor = await desk.operator("cli", "")
            plan = await desk.plan(actor, Assign(("lNNtZx3cK8n1",), ("fBQ3pTcKjTw1",)))
            await desk.propose(actor, plan)
            await desk.link(actor, "slack:T1/U1", "lNNtZx3cK8n1")
            slack = SlackSettings.read({
                "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "SLACK_SIGNING_SECRET": "3", "SLACK_TEAMS": "T1",
                "SLACK_TOKEN_KEYS": "A" * 43 + "=",
            })
            async with opened_installations(slack.installing, settings.state_url):
                print("open", flush=True)
                await asyncio.to_thread(input)
        async with open_watching_desk(settings) as desk:
            await desk.jobs(await desk.operator("cli", ""))

asyncio.run(main())
"""


def modes(folder: Path) -> Iterator[tuple[str, int]]:
    for path in [folder, *sorted(folder.rglob("*"))]:
        yield path.name, stat.S_IMODE(path.stat().st_mode)


def test_under_a_umask_of_nothing_every_file_is_for_its_user_only(tmp_path: Path) -> None:
    """Looked at while everything is open, journals too, and after the end."""
    folder = tmp_path / "of" / "litmos"
    child = subprocess.Popen(
        [sys.executable, "-c", WORK],
        env={"STATE": f"sqlite:///{folder / 'state.sqlite'}", "PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    with child:
        assert child.stdout.readline() == "open\n"
        while_open = dict(modes(folder))
        child.stdin.write("\n")
        child.stdin.close()
    assert child.returncode == 0
    names = while_open.keys()
    assert {"state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "state-jobs.sqlite", "state-jobs.0.lock"} <= names
    for found in (while_open, dict(modes(folder))):
        assert found.pop("litmos") == 0o700
        assert set(found.values()) == {0o600}, found


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666, 0o604])
def test_a_state_that_others_may_read_is_noticed(
    tmp_path: Path, mode: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.sqlite"
    file.touch(0o600)
    file.chmod(mode)
    assert open_to_others(file) == [file]
    monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{file}")
    with opened_state() as (state, _):
        state._migrate()
    (record,) = [one for one in caplog.records if one.getMessage() == "litmos.state.open_to_others"]
    assert record.levelname == "WARNING" and str(file) in str(vars(record))


def test_a_state_of_ones_own_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "state.sqlite"
    file.touch(0o600)
    assert open_to_others(file) == []
    assert open_to_others(tmp_path / "missing" / "state.sqlite") == []
