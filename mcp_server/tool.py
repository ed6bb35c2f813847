"""A tool whose arguments are strict and whose errors are nothing but the words for the person who asked."""

from inspect import getdoc
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import ValidationError
from typing_extensions import override

from litmos.desk.catalog import Operation
from litmos.errors import NotAllowed
from mcp_server.schemas import outlined, slim

__all__ = ["build_tool"]


class _PlainTool(Tool):
    @override
    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        try:
            context.request_context.lifespan_context.acting.check(self.name)
            return await super().run(arguments, context, convert_result)
        except NotAllowed as no:
            raise ToolError(str(no)) from None
        except UnexpectedToolError:
            raise
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(_in_words(cause, list(self.parameters["properties"]))) from None
            # The SDK puts "Error executing tool …" before each of ours, which says nothing to anybody.
            raise ToolError(str(cause if isinstance(cause, ToolError) else error)) from None


def build_tool(operation: Operation, title: str, function: Any, *, meta: dict[str, Any] | None = None) -> Tool:
    """The tool of an operation, listed with that `_meta`.

    Unknown arguments are refused: the SDK would drop a misspelt filter silently.
    """
    tool = _PlainTool.from_function(
        function,
        name=operation.name,
        title=title,
        description=getdoc(function),  # without the indentation that it has in the source before Python 3.13
        annotations=_annotations(operation),
        meta=meta,
    )
    arguments = tool.fn_metadata.arg_model
    strict = {"model_config": {**arguments.model_config, "extra": "forbid"}, "__module__": arguments.__module__}
    tool.fn_metadata.arg_model = type(arguments.__name__, (arguments,), strict)
    tool.parameters = slim(tool.parameters | {"additionalProperties": False})  # made again it would cost 10 ms
    if tool.fn_metadata.output_schema is not None:
        tool.fn_metadata.output_schema = outlined(tool.fn_metadata.output_schema)
    return tool


def _annotations(operation: Operation) -> ToolAnnotations:
    """Without what the protocol supposes anyway: that calling twice matters, and that there is a world outside."""
    if operation.is_read:
        return ToolAnnotations(read_only_hint=True)
    return ToolAnnotations(destructive_hint=operation.is_danger, idempotent_hint=operation.repeatable or None)


def _in_words(invalid: ValidationError, known: list[str]) -> str:
    problems = []
    for error in invalid.errors(include_url=False):
        name = ".".join(str(step) for step in error["loc"])
        match error["type"]:
            case "extra_forbidden":
                problems.append(f"there is no argument {name!r} (there is {', '.join(known) or 'none'})")
            case "missing":
                problems.append(f"{name!r} is missing")
            case _:
                problems.append(f"{name!r}: {error['msg'][:1].lower()}{error['msg'][1:]}")
    return f"Nothing was done: {'; '.join(problems)}."
