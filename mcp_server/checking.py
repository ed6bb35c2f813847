"""What `litmos check` asks the login service: whether its keys are where they should be, and are of use."""

from collections.abc import AsyncIterator, Sequence

from litmos.errors import Unavailable
from litmos.findings import Check, Finding, failure, ok
from mcp_server.fetching import fetch_json
from mcp_server.keys import Fetch, Keys
from mcp_server.settings import HttpSettings

__all__ = ["mcp_checks"]

MCP = "mcp"


def mcp_checks(http: HttpSettings | None, _state_url: str, *, fetch: Fetch = fetch_json) -> Sequence[Check]:
    """Those of the HTTP server. None: it is not set up, and a stdio server has nothing of its own to look at."""

    async def settings() -> AsyncIterator[Finding]:
        if http is None:
            yield ok(MCP, "For local assistants only. To serve others: set MCP_RESOURCE_URL and MCP_ISSUER_URL.")
            return
        yield ok(MCP, f"{http.resource_url}, sign-in at {http.issuer_url}.")
        if not http.state_keys:
            yield ok(MCP, "MCP_REQUEST_STATE_KEYS is not set: each start makes a key, enough for one worker.")

    async def keys() -> AsyncIterator[Finding]:
        if http is None:
            return
        try:
            found = await Keys(http.issuer_url, http.jwks_url, fetch).fetched()
        except Unavailable as error:
            todo = "Until then nobody can sign in. See MCP_ISSUER_URL and MCP_JWKS_URL."
            yield failure(MCP, str(error), todo)
            return
        kinds = sorted({key.algorithm_name for key in found})
        if set(kinds) & set(http.algorithms):
            yield ok(MCP, f"The login service tells its keys ({', '.join(kinds)}).")
        else:
            told = f"The login service signs with {', '.join(kinds)}, and MCP_JWT_ALGORITHMS allows none of it."
            yield failure(MCP, told, f"Set MCP_JWT_ALGORITHMS={','.join(kinds)}, if that is as it should be.")

    return Check(MCP, "the settings of MCP", settings), Check(MCP, "the login service", keys)
