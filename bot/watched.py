"""Slack's deliveries as they come in, over HTTP or Socket Mode: each has an id in the log, and its ack is timed."""

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from typing_extensions import override

from litmos.log import request_bound
from litmos.telemetry import About, step

__all__ = ["WatchedApp", "kind_of"]

KINDS = frozenset({"view_submission", "view_closed", "block_actions", "block_suggestion", "event_callback"})


class WatchedApp(AsyncApp):
    """Bolt's application. What a delivery leads to after its ack belongs to the same trace, and to the same request."""

    @override
    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        about: About = {"litmos.slack.delivery": kind_of(req)}
        with request_bound(), step("litmos.slack.delivery", about):
            response = await super().async_dispatch(req)
            about["http.response.status_code"] = response.status
        return response


def kind_of(req: AsyncBoltRequest) -> str:
    """Of Slack's words one of those we know, or `other`: a delivery may not be Slack's."""
    if "command" in req.body:
        return "command"
    kind = req.body.get("type")
    return kind if isinstance(kind, str) and kind in KINDS else "other"
