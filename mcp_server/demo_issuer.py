"""A login service to try with: real keys made at its start, JWKS and metadata over HTTP, tokens for the asking.

It signs whatever it is told to, so it has no place near real people.
"""

import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["DemoIssuer", "main"]

SECONDS = 600  # that a token is good


class DemoIssuer:
    """An issuer at `url` of tokens for `audience`. `clock` gives seconds since 1970."""

    def __init__(self, url: str, audience: str, *, clock: Callable[[], float] = time.time) -> None:
        self.url, self.audience, self._clock = url, audience, clock
        self.keys: dict[str, EllipticCurvePrivateKey] = {}
        self.rotate()

    def rotate(self) -> str:
        """Sign with a new key from now on, and publish it alone. Returns its id."""
        self.kid = f"key-{len(self.keys) + 1}"
        self.keys[self.kid] = generate_private_key(SECP256R1())
        return self.kid

    def token(self, subject: str, email: str = "", scopes: Sequence[str] = (), **overrides: Any) -> str:
        """A signed token; a claim overridden by None is left out. An address counts as verified."""
        now = int(self._clock())
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "email": email or None,
            "email_verified": bool(email) or None,
            "scope": " ".join(scopes),
            "client_id": "demo",
            "iat": now,
            "nbf": now,
            "exp": now + SECONDS,
        } | overrides
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(told, self.keys[self.kid], algorithm="ES256", headers={"kid": self.kid})

    def jwks(self) -> dict[str, Any]:
        """What it publishes of its newest key."""
        public = ECAlgorithm.to_jwk(self.keys[self.kid].public_key(), as_dict=True)
        return {"keys": [public | {"kid": self.kid, "use": "sig", "alg": "ES256"}]}

    def metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery, as much as verifying takes."""
        return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks.json"}

    @property
    def app(self) -> Starlette:
        """The ASGI application."""

        async def jwks(_: Request) -> Response:
            return JSONResponse(self.jwks())

        async def metadata(_: Request) -> Response:
            return JSONResponse(self.metadata())

        return Starlette(
            routes=[Route("/jwks.json", jwks), Route("/.well-known/openid-configuration", metadata)],
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Serve on a free port of this machine until a signal comes; prints its address, and a token for the address."""
    parser = ArgumentParser(prog="python -m mcp_server.demo_issuer", description=__doc__)
    parser.add_argument("resource", help="the server that tokens are for, as MCP_RESOURCE_URL says it")
    parser.add_argument("email", help="whose token to print")
    arguments = parser.parse_args(argv)
    with socket.create_server(("127.0.0.1", 0)) as door:
        issuer = DemoIssuer(f"http://127.0.0.1:{door.getsockname()[1]}", arguments.resource)
        token = issuer.token(arguments.email, arguments.email, ["litmos:read", "litmos:write"])
        sys.stdout.write(f"{issuer.url} {token}\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(issuer.app, log_config=None, access_log=False)).run([door])


if __name__ == "__main__":
    main()
