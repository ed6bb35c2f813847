"""What a host can attach to a conversation by itself: documents with addresses, the same as tools read.

What they hold is in `documents`, which the first reading loads.
"""

from collections.abc import Collection
from typing import Any

from mcp.server import MCPServer

__all__ = ["COURSE", "ME", "PERSON", "add_resources"]

ME = "litmos://me"
PERSON = "litmos://people/{id}/courses"
COURSE = "litmos://courses/{id}"
JSON = "application/json"


async def me() -> str:
    """Who you are in Litmos, with your role, and the training you still have to do."""
    from mcp_server import documents

    return await documents.me()


async def person_courses(id: str) -> str:  # noqa: A002 - as in the address
    """The courses one person is on, most pressing first. `id` may also be a full name, where it is one person's."""
    from mcp_server import documents

    return await documents.person_courses(id)


async def course(id: str) -> str:  # noqa: A002 - as in the address
    """One course of the catalog: its name, code, and whether it is switched on. `id` may also be a code or name."""
    from mcp_server import documents

    return await documents.course(id)


# the tool that would read the same; without it the resource is not there either
RESOURCES: dict[str, tuple[str, str, str, Any]] = {
    "whoami": (ME, "me", "You in Litmos", me),
    "get_user_courses": (PERSON, "person_courses", "Courses of a person", person_courses),
    "find_training": (COURSE, "course", "A course", course),
}


def add_resources(server: MCPServer[Any], tools: Collection[str]) -> None:
    """Those that the server's tools could read as well."""
    for tool, (uri, name, title, function) in RESOURCES.items():
        if tool in tools:
            server.resource(uri, name=name, title=title, mime_type=JSON)(function)
