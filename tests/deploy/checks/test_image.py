"""The image, as far as there is one without a container engine: its own commands, then an ordinary user in it."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.demo.delivery import SocketDoor
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.serving import GRACE
from tests.deploy.checks.dockerfile import Built

PATIENCE = 60  # seconds
MCP = {"MCP_RESOURCE_URL": "https://litmos.example.com/mcp", "MCP_ISSUER_URL": "https://login.example.com"}
KEY = "8a1c2e3f-SECRET"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def secrets(image: Built) -> Iterator[dict[str, str]]:
    """The key in a file, as container engines give it."""
    file = image.root / "secret"
    file.write_text(f"{KEY}\n")
    file.chmod(0o444)
    yield {"LITMOS_API_KEY_FILE": str(file)}
    file.unlink()


def ordinary(image: Built, *command: str) -> list[str]:
    """The command for the image's user, who may write to nothing but the state's folder."""
    user, _, group = image.user.partition(":")
    return command_as(user, group, *command) if os.geteuid() == 0 else list(command)


def command_as(user: str, group: str, *command: str) -> list[str]:
    drop = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    return ["setpriv", f"--reuid={user}", f"--regid={group}", *drop, *command]


def run(image: Built, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ordinary(image, *command),
        env=image.env | {"HOME": "/"} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@asynccontextmanager
async def started(image: Built, *command: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program; ended by force if it has not ended by itself."""
    process = await asyncio.create_subprocess_exec(
        *ordinary(image, *command),
        env=image.env | {"HOME": "/"} | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def up(process: asyncio.subprocess.Process, port: int) -> None:
    """Waits until it is ready."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    assert answer.status == 200, await answer.text()
                    return
            except aiohttp.ClientConnectorError:
                if process.returncode is not None:
                    _, said = await process.communicate()
                    pytest.fail(said.decode())
                await asyncio.sleep(0.05)  # noqa: TID251 - another process starts


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    out, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, (out + said).decode()


@asynccontextmanager
async def local_slack() -> AsyncIterator[LocalSlack]:
    """Answers as Slack, for the bot to find its workspace."""
    slack = LocalSlack(demo_workspace())
    async with running(slack, SocketDoor()):
        yield slack


def files(root: Path) -> set[Path]:
    return set(root.rglob("*"))


def test_it_is_an_ordinary_users_and_holds_no_way_to_build_or_install_more(image: Built) -> None:
    user, _, group = image.user.partition(":")
    assert int(user) > 0 and int(group) > 0  # by number, or Kubernetes cannot know that it is not root
    programs = {file.name for file in (image.root / "opt/litmos/bin").iterdir()}
    assert {"litmos", "litmos-bot", "litmos-mcp"} <= programs
    assert not {name for name in programs if name.startswith(("pip", "uv-", "uvx", "hatch", "cc", "gcc"))}
    assert {folder.name for folder in image.root.iterdir()} == {"opt", "var"}


def test_all_of_it_is_compiled(image: Built) -> None:
    [packages] = (image.root / "opt/litmos/lib").glob("python3*/site-packages")
    for name in ("bot", "litmos", "mcp_server", "mcp", "sqlalchemy"):
        sources = {file.stem for file in (packages / name).glob("*.py")}
        assert sources == {file.name.partition(".")[0] for file in (packages / name / "__pycache__").iterdir()}


@pytest.mark.parametrize("program", ["litmos", "litmos-bot", "litmos-mcp"])
def test_the_command_chooses_what_it_is(image: Built, program: str) -> None:
    done = run(image, program, "--version")
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.strip()


def test_it_keeps_its_state_in_the_folder_for_it(image: Built) -> None:
    done = run(image, "litmos", "migrate")
    assert done.returncode == 0, done.stderr
    assert str(image.root / "var/lib/litmos-chatops/state.sqlite") in done.stdout


def test_the_bot_says_what_it_lacks(image: Built) -> None:
    done = run(image, "litmos-bot", "--check", LITMOS_API_KEY_FILE="/nowhere")
    assert done.returncode == 1
    assert "LITMOS_API_KEY_FILE: cannot be read" in done.stderr and "SLACK_BOT_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr and "nowhere" not in done.stderr


def test_an_assistant_may_start_it_and_leave(image: Built) -> None:
    done = run(image, "litmos-mcp", LITMOS_DEMO="true")
    assert (done.returncode, done.stdout) == (0, "")


async def test_it_serves_answers_its_health_check_and_lets_work_end_when_it_is_told_to_stop(
    image: Built, port: int, secrets: dict[str, str]
) -> None:
    before = files(image.root / "opt")
    async with local_slack() as slack:
        settings = secrets | MCP | {
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{slack.address}/api/",
        }  # fmt: skip
        async with started(image, *image.cmd, "--port", str(port), **settings) as process:
            await up(process, port)
            assert (
                run(image, *image.healthcheck, "--port", str(port)).stdout == f"/healthz on port {port}: status 200\n"
            )
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n"
            writer.write(head.encode() + b"ab")
            await writer.drain()
            async with aiohttp.ClientSession() as session:  # answered after it, so the other one is under way
                (await session.get(f"http://127.0.0.1:{port}/healthz")).release()
            process.terminate()
            await asyncio.wait_for(closed(port), GRACE)
            writer.write(b"cd")
            answer = await asyncio.wait_for(reader.read(), PATIENCE)
            assert answer.startswith(b"HTTP/1.1 401") and b"no timestamp" in answer
            writer.close()
            code, said = await ended(process)
    assert code == 0, said
    assert "Traceback" not in said and KEY not in said and slack.signing_secret not in said
    assert files(image.root / "opt") == before
    assert run(image, *image.healthcheck, "--port", str(port)).returncode == 1


async def closed(port: int) -> None:
    """Waits until nobody can connect any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            return
        writer.close()
        await asyncio.sleep(0.05)  # noqa: TID251 - another process stops


async def test_it_is_an_mcp_server_for_everybody_or_a_bot_alone(image: Built, port: int) -> None:
    served = ["litmos-mcp", "--transport", "http", "--host", "0.0.0.0", "--port", str(port)]  # noqa: S104 - as in a container
    async with started(image, *served, LITMOS_DEMO="true", **MCP) as process:
        await up(process, port)
        process.terminate()
        assert (await ended(process))[0] == 0
    async with local_slack() as slack:
        settings = {
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{slack.address}/api/",
            "SLACK_PORT": str(port),
        }
        async with started(image, "litmos-bot", LITMOS_DEMO="true", **settings) as process:
            await up(process, port)
            process.terminate()
            assert (await ended(process))[0] == 0
