"""Completions: names of people and courses while somebody types an argument of a prompt or of a resource's address."""

from typing import Any

from mcp.server import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from mcp_server.resources import COURSE, PERSON

__all__ = ["add_completions"]


async def complete(
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,  # noqa: ARG001 - the SDK passes it
) -> Completion | None:
    """What fits what was typed so far; nothing where nobody may know."""
    about = _about(ref, argument.name)
    if not about:
        return None
    from mcp_server import suggesting

    people = about != "course"
    # of several people only the last name is still being typed
    before, comma, typed = argument.value.rpartition(",") if about == "people" else ("", "", argument.value)
    found = await (suggesting.people(typed.strip()) if people else suggesting.courses(typed.strip()))
    values = [f"{before}{comma} {name}".strip() if comma else name for name in found]
    return Completion(values=values, has_more=False)


def _about(ref: PromptReference | ResourceTemplateReference, name: str) -> str:
    if isinstance(ref, ResourceTemplateReference):
        return {PERSON: "person", COURSE: "course"}.get(ref.uri, "")
    return name if name in {"person", "people", "course"} else ""


def add_completions(server: MCPServer[Any]) -> None:
    """For all arguments that there are."""
    server.completion()(complete)  # type: ignore[no-untyped-call]  # the SDK has no types here
