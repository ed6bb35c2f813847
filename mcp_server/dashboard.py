"""The dashboard: what hosts with MCP Apps (SEP-1865) show of an answer, beside the text that everybody gets."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from mcp.server.apps import APP_MIME_TYPE, Apps
from mcp.server.mcpserver.resources import FileResource

__all__ = ["DASHBOARD", "SHOWN_BY", "dashboards"]

DASHBOARD = "ui://litmos/dashboard"

_SHOWN = {"ui": {"resourceUri": DASHBOARD}}
SHOWN_BY: dict[str, dict[str, Any]] = {"get_user_courses": _SHOWN, "get_group_progress": _SHOWN}
"""The `_meta` of each tool whose answers it shows, by the operation's name."""


def dashboards(tools: Collection[str]) -> list[Apps]:
    """The extension with the dashboard; none where no tool would ever open it. It is read when asked for."""
    if not SHOWN_BY.keys() & set(tools):
        return []
    apps = Apps()
    apps.add_resource(
        FileResource(
            uri=DASHBOARD,
            name="dashboard",
            title="Progress in Litmos",
            description="Status, progress and due dates of somebody's courses or of a group, to filter and sort",
            mime_type=APP_MIME_TYPE,
            meta={"ui": {"prefersBorder": True}},  # without domains: a host lets it load nothing from anywhere
            path=Path(__file__).with_name("dashboard.html").absolute(),
        )
    )
    return [apps]
