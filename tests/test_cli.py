"""`litmos`: what may be typed, and what it costs to ask."""

import socket
import subprocess
import sys

import pytest

from litmos.cli import main

SLOW = ("alembic", "anyio", "httpx", "platformdirs", "pydantic", "sqlalchemy", "starlette")


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["audit", "--help"], ["audit", "verify", "--help"], ["slack-manifest"]]
)
def test_asking_for_the_version_or_for_help_imports_nothing_slow(words: list[str]) -> None:
    script = (
        "import sys\nfrom litmos.cli import main\n"
        f"try: main({words})\nexcept SystemExit as end: assert end.code == 0\n"
        f"print([name for name in {SLOW} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.endswith("\n[]\n") and len(done.stdout) > len("[]\n")


@pytest.mark.parametrize(
    "words", [[], ["nonsense"], ["audit", "nonsense"], ["migrate", "--now"], ["sandbox", "--port=x"]]
)
def test_wrong_usage_is_told_on_stderr(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    out, err = capsys.readouterr()
    assert end.value.code == 2 and out == "" and err.startswith("usage: litmos")


def test_a_port_that_is_taken_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["sandbox", "--port", str(port)]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"Port {port} of 127.0.0.1 cannot be used") and "0 is any that is free" in err
