"""The demo Litmos as one object: an ASGI application, the world behind it, and what happened.

sandbox = Sandbox(demo_world(now))
sandbox.app                                 # serves /v1.svc/..., /_demo/... and /
sandbox.faults.add(Fault("503", times=2))
sandbox.requests, sandbox.mails             # what arrived, and what Litmos would have sent
"""

from dataclasses import dataclass
from functools import cached_property

from starlette.applications import Starlette
from starlette.routing import Mount

from litmos.demo.account import DEMO_KEY, Account, Mail, Seen
from litmos.demo.app import Api
from litmos.demo.control import Control

__all__ = ["DEMO_KEY", "Mail", "Sandbox", "Seen"]


@dataclass
class Sandbox(Account):
    """A demo account and its application.

    `limit` requests in `window` seconds, counted "rolling" or "fixed"; a limit of 0 is none. `sleep` is awaited by the
    fault "slow". The default clock is the machine's and can be moved over HTTP.
    """

    @cached_property
    def app(self) -> Starlette:
        """The ASGI application; it may be mounted elsewhere."""
        app = Starlette(routes=[*Control(self).routes(), Mount("/v1.svc", app=Api(self))])
        app.router.redirect_slashes = False
        return app
