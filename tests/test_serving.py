"""How every server of ours listens."""

import asyncio
import socket
import subprocess
import sys

import pytest
from starlette.applications import Starlette

from litmos.errors import Misconfigured
from litmos.serving import listen, web_config

LONGEST_CLIENT = 60  # seconds that nginx keeps a connection idle; httpx 5, aiohttp 15


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_answer_does_not_wait_for_an_acknowledgement_of_its_head(host: str) -> None:
    """Forty milliseconds, each."""
    accepted = asyncio.get_running_loop().create_future()

    def take(_: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        connection = to_client.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        to_client.close()

    door = listen(host, 0)
    async with await asyncio.start_server(take, sock=door):
        _, client = await asyncio.open_connection(*door.getsockname()[:2])
        assert await accepted == 1
        client.close()


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=rf"Port {port} .*Choose another"):
            listen("127.0.0.1", port)


def test_an_idle_connection_is_closed_by_the_client_and_not_under_its_next_request() -> None:
    assert web_config(Starlette()).timeout_keep_alive > LONGEST_CLIENT


def test_what_is_there_when_a_server_is_up_is_looked_at_no_more_and_what_comes_after_is() -> None:
    # in a process of its own: for this one it would hold, too
    program = """
import gc, weakref
from litmos.serving import settle
class Knot:
    def __init__(self): self.me = self
before = gc.get_freeze_count()
settle()
late = weakref.ref(Knot())
gc.collect()
print(before, gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1_000, late())
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["0", "True", "True", "None"]
