"""The page that Prometheus reads, as a web application of its own."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from litmos.exporting.metrics import Metrics
from litmos.log import logger
from litmos.telemetry import read_levels

__all__ = ["page"]

LOG = logger("litmos.metrics")


def page(metrics: Metrics) -> Starlette:
    """`/metrics`. It asks nobody who they are: where it is reached from is for who opens its port."""

    async def read(_: Request) -> Response:
        found = await read_levels()
        for error in found:
            if isinstance(error, Exception):
                LOG.warning("litmos.metrics.unread", kind=type(error).__name__)
        metrics.set_levels(found)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", read)])
