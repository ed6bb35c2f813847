"""How our servers run."""

from starlette.applications import Starlette

from litmos.serving import web_config

LONGEST_CLIENT = 60  # seconds that nginx keeps a connection idle; httpx 5, aiohttp 15


def test_an_idle_connection_is_closed_by_the_client_and_not_under_its_next_request() -> None:
    assert web_config(Starlette()).timeout_keep_alive > LONGEST_CLIENT
