"""The MCP server as a web application: an OAuth resource server, to be run alone or beside other routes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from mcp.server import MCPServer
from mcp.server.auth.middleware.bearer_auth import RequireAuthMiddleware
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.auth.settings import AuthSettings
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from litmos.hidden import Hidden
from litmos.serving import health
from mcp_server.app import App, Confirmation, OpenDesk
from mcp_server.bearer import Bearer
from mcp_server.callers import READ, WRITE, Callers
from mcp_server.door import door
from mcp_server.fetching import fetch_json
from mcp_server.hosts import only_ours
from mcp_server.keys import Fetch, Keys
from mcp_server.offered import offer
from mcp_server.server import Tools, build_server
from mcp_server.settings import HttpSettings

if TYPE_CHECKING:
    from pydantic import AnyHttpUrl

__all__ = ["Clocks", "Served", "create_app"]

LARGEST = 1024 * 1024  # bytes of one request
METADATA = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True, kw_only=True)
class Served:
    """What is served, and how. `host`: where it listens; `sessions`: whether old clients keep one, in this process.

    Without sessions a client of 2025 cannot be asked by a form: its changes become proposals.
    """

    tools: Tools
    confirmation: Confirmation = "ask"
    host: str = "127.0.0.1"
    sessions: bool = True


@dataclass(frozen=True)
class Clocks:
    """Seconds since 1970 for tokens, and seconds of any beginning for what is kept."""

    now: Callable[[], float] = time.time
    passed: Callable[[], float] = time.monotonic


def create_app(
    open_desk: OpenDesk,
    settings: HttpSettings,
    served: Served,
    *,
    fetch: Fetch = fetch_json,
    clocks: Clocks = Clocks(),
) -> Starlette:
    """The application. Its path is that of MCP_RESOURCE_URL; `/healthz` and `/readyz` ask nobody who they are.

    Mounted beside other routes (`Mount("/", app)`, last: metadata have fixed addresses) its lifespan has to be
    entered by whoever mounts it: `async with app.router.lifespan_context(app)`.
    """
    app = App(open_desk, Callers(), served.confirmation)
    seals = [Hidden(key.get_secret_value()) for key in settings.state_keys]
    server = build_server(lambda: app, served.tools, middleware=[offer], state_keys=seals)
    server.streamable_http_app(  # makes the session manager; its own routes know no door
        stateless_http=not served.sessions,
        max_request_body_size=LARGEST,
        transport_security=only_ours(settings.resource_url, served.host),
    )
    keys = Keys(settings.issuer_url, settings.jwks_url, fetch, clock=clocks.passed)
    before = door(Bearer(settings, keys, clock=clocks.now), app, clocks.passed)

    async def ready() -> None:
        await (await app.desk()).ready()

    routes = [*health(ready), *_resource(server, settings, before)]
    return Starlette(routes=routes, lifespan=lambda _: server.session_manager.run())


def _resource(server: MCPServer[App], settings: HttpSettings, before: Sequence[Middleware]) -> list[BaseRoute]:
    """The endpoint behind its door, and the metadata (RFC 9728) that tell where to sign in."""
    auth = AuthSettings(  # it keeps addresses as they are written
        issuer_url=settings.issuer_url,  # type: ignore[arg-type]  # pydantic reads it
        resource_server_url=settings.resource_url,  # type: ignore[arg-type]  # as above
        validate_token_resource=False,  # the verifier does
    )
    resource = cast("AnyHttpUrl", auth.resource_server_url)
    told = create_protected_resource_routes(
        resource, [auth.issuer_url], scopes_supported=[READ, WRITE], resource_name="Litmos"
    )
    endpoint = RequireAuthMiddleware(
        StreamableHTTPASGIApp(server.session_manager), [READ], build_resource_metadata_url(resource)
    )
    path = urlsplit(settings.resource_url).path or "/"
    return [
        *told,
        Route(METADATA, told[0].endpoint, methods=["GET", "OPTIONS"]),
        Route(path, endpoint, middleware=before),
    ]
