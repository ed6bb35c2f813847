"""docs/tools.md is made of what the server itself says: run with --inline-snapshot=fix after a change, and read it."""

import json
from pathlib import Path
from typing import Any, get_type_hints

from inline_snapshot import external_file
from mcp import Client

from litmos.desk.actor import Role
from litmos.desk.catalog import CATALOG
from litmos.desk.policy import reach
from mcp_server.change_tools import CHANGE_TOOLS
from mcp_server.prompts import PROMPTS
from mcp_server.read_tools import READ_TOOLS

PAGE = Path(__file__).parents[2] / "docs" / "tools.md"
TOOLS = READ_TOOLS | CHANGE_TOOLS

HEAD = """\
# The tools

Made of what the server says of itself. Every tool answers with a text and with the same as data. Arguments that are
missing, misspelt or out of bounds are refused in words, and so is everything that Litmos, the policy or the person's
answer does not allow: nothing was changed then, or the text says what was. While Litmos' limit of requests makes a
call wait, its progress says for how long.
"""


def argument(name: str, schema: dict[str, Any], required: list[str]) -> str:
    kind = " or ".join(f"`{value}`" for value in schema["enum"]) if "enum" in schema else schema.get("type", "")
    default = "" if name in required else f", `{json.dumps(schema.get('default'))}` if left out"
    return f"| `{name}` | {kind}{default} | {schema['description']} |"


def field(name: str, schema: dict[str, Any]) -> str:
    return f"| `{name}` | {schema.get('description', '').rstrip('.')} |"


def section(tool: Any) -> list[str]:
    schema, needed = tool.input_schema, tool.input_schema.get("required", [])
    result = get_type_hints(TOOLS[tool.name][1], include_extras=True)["return"].__metadata__[0]
    whole = result.model_json_schema()
    rows = [
        (name, part)
        for model in [whole, *whole.get("$defs", {}).values()]
        for name, part in model.get("properties", {}).items()
    ]
    fields = dict(reversed(rows))  # the outer one counts where two have a name
    lines = ["", f"## `{tool.name}`", "", *tool.description.splitlines(), ""]
    may = ", ".join(f"{role.value}: {reach(tool.name, role).value}" for role in Role)
    lines += [f"Who may, and about whom: {may}.", ""]
    if schema["properties"]:
        lines += ["| argument | | |", "| --- | --- | --- |"]
        lines += [argument(name, part, needed) for name, part in schema["properties"].items()]
        lines += [""]
    return [*lines, "| in the result | |", "| --- | --- |", *(field(name, fields[name]) for name in sorted(fields))]


async def page(client: Client) -> str:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    lines = [HEAD.rstrip()]
    for name in (name for name, operation in CATALOG.items() if operation.tool):
        lines += section(tools[name])
    lines += ["", "## Prompts", "", "| prompt | |", "| --- | --- |"]
    lines += [f"| `{name}` | {(function.__doc__ or '').strip()} |" for name, (_, function, _) in PROMPTS.items()]
    return "\n".join(lines) + "\n"


async def test_the_reference_is_what_the_server_says(assistant: Client) -> None:
    assert await page(assistant) == external_file(str(PAGE), format=".txt")
