"""The app as Slack has to know it: its command, scopes, events and addresses. Pure; made of what the bot uses."""

from dataclasses import dataclass
from typing import Any

from bot.parse import EXAMPLES, Verb

__all__ = ["EVENTS", "SCOPES", "SEVERAL_EVENTS", "Wanted", "manifest"]

SCOPES = (
    "commands",
    "chat:write",
    "files:write",
    "im:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
)
EVENTS = ("app_home_opened", "user_change")
SEVERAL_EVENTS = ("app_uninstalled", "tokens_revoked")  # that a workspace has the app no more


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the app is to be served. `url`: our address for Slack, without a slash; empty for Socket Mode.

    `several`: workspaces install it by themselves. `slackbot`: Slack's own assistant may use our MCP server.
    Both need `url`.
    """

    url: str = ""
    several: bool = False
    slackbot: bool = False
    command: str = "/litmos"


def manifest(wanted: Wanted) -> dict[str, Any]:
    """What Slack makes the app of, in version 2 of its manifests, as JSON."""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Litmos",
            "description": "Look at your training, and assign it, without leaving Slack.",
            "background_color": "#1B365D",
        },
        "features": _features(wanted),
        "oauth_config": _oauth(wanted),
        "settings": _settings(wanted),
    }


def _features(wanted: Wanted) -> dict[str, Any]:
    command = {
        "command": wanted.command,
        "description": "Your training; assign, unassign, reset",
        "usage_hint": f"[{' | '.join(verb for verb in EXAMPLES if verb is not Verb.MINE)}]",
        "should_escape": True,  # names come as ids
    }
    features: dict[str, Any] = {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
        "bot_user": {"display_name": "litmos", "always_online": True},
        "slash_commands": [command | _at(wanted, "url")],
    }
    if wanted.slackbot:
        features["mcp_servers"] = {"litmos": {"url": f"{wanted.url}/slack/mcp", "auth_type": "slack_identity_auth"}}
    return features


def _oauth(wanted: Wanted) -> dict[str, Any]:
    scopes = [*SCOPES, *(["mcp:connect"] if wanted.slackbot else [])]
    redirects = {"redirect_urls": [f"{wanted.url}/slack/oauth_redirect"]} if wanted.several else {}
    return redirects | {"scopes": {"bot": scopes}}


def _settings(wanted: Wanted) -> dict[str, Any]:
    return {
        "interactivity": {"is_enabled": True} | _at(wanted, "request_url") | _at(wanted, "message_menu_options_url"),
        "event_subscriptions": _at(wanted, "request_url")
        | {"bot_events": sorted([*EVENTS, *(SEVERAL_EVENTS if wanted.several else ())])},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not wanted.url,
        "token_rotation_enabled": False,
    }


def _at(wanted: Wanted, name: str) -> dict[str, str]:
    """Where Slack delivers, under that name; nothing for Socket Mode."""
    return {name: f"{wanted.url}/slack/events"} if wanted.url else {}
