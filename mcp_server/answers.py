"""An answer of a tool: a text that a model reads cheaply, and the same as data."""

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel

__all__ = ["answer"]


def answer(text: str, result: BaseModel) -> CallToolResult:
    """Both forms of an answer; what says nothing is left out."""
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=result.model_dump(mode="json", exclude_none=True),
    )
