"""`litmos health`: for health checks of containers."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

from litmos.cli import main


class Answering(BaseHTTPRequestHandler):
    """Up, and not ready."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def port() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


def test_whether_it_is_up_and_whether_it_is_ready_are_two_things(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "--port", port]) == 0
    assert capsys.readouterr().out == f"/healthz on port {port}: status 200\n"
    assert main(["health", "--port", port, "--ready"]) == 1
    assert capsys.readouterr().err == f"/readyz on port {port}: status 503\n"


def test_nobody_there_and_nobody_who_speaks_http_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])

        def hang_up() -> None:
            free.accept()[0].close()

        other = threading.Thread(target=hang_up)
        other.start()
        assert main(["health", "--port", port]) == 1
        other.join()
    assert main(["health", "--port", port]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "no answer (" in first and second.endswith("no answer (ConnectionRefusedError)")


def test_it_costs_little_to_ask(port: str) -> None:
    script = (
        "import sys\nfrom litmos.cli import main\n"
        f"assert main(['health', '--port', '{port}']) == 0\n"
        "print([name for name in ('httpx', 'pydantic', 'sqlalchemy', 'starlette') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.endswith("\n[]\n")
