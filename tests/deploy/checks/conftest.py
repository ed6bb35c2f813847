"""What judges deploy/ has an environment of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.checks.dockerfile import Built, built

HERE = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def image() -> Iterator[Built]:
    """What the Dockerfile makes, in a folder that nobody but its owner can write to."""
    root = Path(tempfile.mkdtemp(prefix="image-"))
    root.chmod(0o755)
    yield built(HERE / "deploy" / "Dockerfile", HERE, root, everybodys_python())
    shutil.rmtree(root)


def everybodys_python() -> str:
    """One that an ordinary user may run, too; a Python in root's home is not."""
    for found in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        path = Path(found or "").resolve()
        if os.geteuid() != 0 or (found and all(folder.stat().st_mode & 1 for folder in [path, *path.parents])):
            return str(path)
    pytest.fail("a Python is needed that not only root may run: apt-get install python3-venv")


def tool(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """One of the judges, with what it says."""
    program, *rest = command
    return subprocess.run(
        [HERE / ".cache" / "deploy" / "bin" / program, *rest],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
