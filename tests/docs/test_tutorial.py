"""docs/how-to-add-an-operation.md, carried out: its blocks on a copy, and the operation in every face."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to-add-an-operation.md"
COPIED = ("bot", "litmos", "mcp_server", "tests", "docs", "README.md", "CHANGELOG.md", "conftest.py", "pyproject.toml")
BLOCK = re.compile(r'^```diff title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PACKAGES = ("bot", "litmos", "mcp_server")
CHOSEN = "achievements or tutorial or reference or test_every_"  # of all tests, those that the page is about
NUMBERS = {3: "three", 5: "five"}
STORIES = {
    "bot": """
from bot.demo.screen import read
from litmos.desk.requests import GetAchievements


async def test_the_tutorial_at_the_desk(desk):
    lena = await desk.actor("mcp", "mcp:1", "lena.fischer@example.com")
    found = await desk.look(lena, GetAchievements("ada.marsh@example.com"))
    assert (found.person.name, found.earned[0].title) == ("Ada Marsh", "Leading Small Teams")


async def test_the_tutorial_in_slack(people):
    await people["UADA"].types("achievements")
    assert "Leading Small Teams" in read(people["UADA"].messages()[-1].blocks)
""",
    "mcp_server": """
async def test_the_tutorial_as_a_tool(assistant):
    result = await assistant.call_tool("get_achievements", {"person": "ada.marsh@example.com"})
    assert [row["title"] for row in result.structured_content["achievements"]][0] == "Leading Small Teams"
    assert "Leading Small Teams" in result.content[0].text
""",
}


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A copy of the project with every block of the page in it, and the files that they are about."""
    copy = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        put = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        put(ROOT / name, copy / name)
    touched = []
    for name, block in BLOCK.findall(PAGE.read_text()):
        touched.append(name)
        for hunk in block.split("@@\n"):
            apply(copy / name, hunk)
    yield copy, touched
    shutil.rmtree(copy)


def apply(file: Path, hunk: str) -> None:
    """Put a hunk where its other lines stand; they have to stand there once."""
    lines = hunk.splitlines(keepends=True)
    assert {line[:1] for line in lines} <= {"+", "-", " "}, hunk
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    text = file.read_text()
    where = [
        place for place in range(len(text)) if text.startswith(old, place) and text[place - 1 : place] in {"", "\n"}
    ]
    assert len(where) == 1, f"{file.name} has this {len(where)} times:\n{old}"
    file.write_text(text[: where[0]] + new + text[where[0] + len(old) :])


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST", "CI"))}  # noqa: TID251 - for the child
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env=environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_operation_works_in_every_face_and_all_that_walks_over_the_catalog_is_content(
    applied: tuple[Path, list[str]],
) -> None:
    copy, _ = applied
    for face, story in STORIES.items():
        (copy / "tests" / face / "test_tutorial_here.py").write_text(story)
    made = ["tests/mcp_server/test_surface.py", "tests/mcp_server/test_reference.py", "-p", "no:cacheprovider"]
    run(copy, "pytest", *made, "-k", "reviewed or reference", "--inline-snapshot=create,fix")
    told = run(
        copy,
        "pytest",
        "tests/bot",
        "tests/desk/test_desk.py",
        "tests/mcp_server",
        "-p",
        "no:cacheprovider",
        "-k",
        CHOSEN,
    )
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    surface = copy / "tests" / "mcp_server" / "surface" / "get_achievements.json"
    assert "newest first" in surface.read_text()
    assert "## `get_achievements`" in (copy / "docs" / "tools.md").read_text()


def test_what_comes_of_it_is_in_our_style_and_keeps_the_contracts(applied: tuple[Path, list[str]]) -> None:
    copy, touched = applied
    files = [name for name in touched if name.endswith(".py")]
    checks = [("ruff", "check", *files), ("ruff", "format", "--check", *files)]
    for check in checks:
        told = run(copy, *check)
        assert told.returncode == 0, told.stdout + told.stderr
    contracts = run(copy, "importlinter.cli", "lint-imports", "--no-logo", "--no-cache")
    assert contracts.returncode == 0, contracts.stdout + contracts.stderr


def test_the_page_says_how_many_files_it_touches(applied: tuple[Path, list[str]]) -> None:
    _, touched = applied
    assert len(touched) == len(set(touched))
    ours = [name for name in touched if name.split("/")[0] in PACKAGES]
    words = " ".join(PAGE.read_text().split())
    assert f"{len(ours)} files of the program" in words
    adapter = [name for name in ours if name == "litmos/model.py" or name.startswith("litmos/api/")]
    desk = [name for name in ours if name.startswith("litmos/desk/")]
    assert (
        f"{NUMBERS[len(adapter)]} to read from Litmos, {NUMBERS[len(desk)]} at the Desk, three for each face" in words
    )
    assert f"{len(touched) - len(ours)} files of tests and documents" in words
    for face in ("bot", "mcp_server"):
        assert len([name for name in ours if name.startswith(face)]) == 3
