"""`litmos sandbox`: the demo Litmos for whoever wants to try something, on this machine only."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

import pytest

from litmos.cli import main

PROGRAM = Path(sys.executable).with_name("litmos")
PATIENCE = 30  # seconds


@contextmanager
def sandbox(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, and the three lines with which it begins."""
    command = [str(PROGRAM), "sandbox", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, "".join(process.stdout.readline() for _ in range(3))
        finally:
            process.kill()


@pytest.mark.parametrize("limit", ["0", "2", "-1"])
def test_it_says_how_to_reach_it_and_serves_the_demo_company(limit: str) -> None:
    with sandbox("--limit", limit) as (process, said):
        settings = dict(word.split("=", 1) for word in said.split() if "=" in word)
        address = settings["LITMOS_BASE_URL"]
        assert address.startswith("http://127.0.0.1:") and "litmos-mcp" in said and "Ctrl-C" in said
        with urlopen(f"{address}/_demo/people", timeout=PATIENCE) as page:  # noqa: S310 - our own address
            assert "Ada" in page.read().decode()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (130, "")


def test_python_m_litmos_is_the_same_program() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "litmos", "--version"], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert told.stdout == f"{version('litmos-chatops')}\n"


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_is_told_with_what_to_do(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--port", port]) == 1
    out, errors = capsys.readouterr()
    assert out == "" and errors.startswith(f"Port {port} cannot be used") and "0 is any that is free" in errors
