"""From spawning `litmos-mcp` to its answer to `tools/list`, next to a server of the same SDK that has no tools.

Both run under this interpreter, started in turn with the environment that an MCP client gives its servers, and
are spoken to in JSON-RPC over their stdin and stdout, in each of the two protocol eras.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import IO, Any

from mcp.client.stdio import get_default_environment

from litmos.desk.catalog import CATALOG

TARGET = 1.15  # times the empty server
RUNS = 7  # measured of each, after one that is not
PATIENCE = 30  # seconds for a server to end once its stdin is closed

EMPTY_SERVER = "from mcp.server import MCPServer; MCPServer('empty').run('stdio')"
COMMANDS = {
    "litmos-mcp": [sys.executable, str(Path(sys.executable).with_name("litmos-mcp"))],
    "empty": [sys.executable, "-c", EMPTY_SERVER],
}
TOOLS = {"litmos-mcp": {name for name, operation in CATALOG.items() if operation.tool}, "empty": set[str]()}

CLIENT = {"name": "bench", "version": "1"}
# What is sent, one answer awaited after each step; the last answer lists the tools.
Steps = list[list[dict[str, Any]]]
ERAS: dict[str, Steps] = {
    "2025-11-25": [
        [
            {
                "id": 1,
                "method": "initialize",
                "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT},
            }
        ],
        [{"method": "notifications/initialized"}, {"id": 2, "method": "tools/list"}],
    ],
    "2026-07-28": [
        [
            {
                "id": 1,
                "method": "tools/list",
                "params": {
                    "_meta": {
                        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                        "io.modelcontextprotocol/clientCapabilities": {},
                        "io.modelcontextprotocol/clientInfo": CLIENT,
                    }
                },
            }
        ]
    ],
}


def main() -> None:
    """Measure and print; fails if a server does not list exactly its tools."""
    print(f"start-up: spawn to the answer to tools/list, median (fastest) of {RUNS}, started in turn")
    with tempfile.TemporaryDirectory() as folder:
        for era, steps in ERAS.items():
            report(era, measure(steps, folder))


def measure(steps: Steps, folder: str) -> dict[str, list[float]]:
    """Seconds by server. Who begins a round changes, so that neither always follows the other."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for run in range(1 + RUNS):
        for name in sorted(COMMANDS, reverse=run % 2 == 0):
            taken = time_to_tools(name, steps, folder)
            if run > 0:  # the first one warms the disk's cache and compiles
                seconds[name].append(taken)
    return seconds


def report(era: str, seconds: dict[str, list[float]]) -> None:
    """One line for each server and one for the ratio."""
    print(f"protocol {era}")
    for name, taken in seconds.items():
        print(f"  {name:<11}{median(taken) * 1000:5.0f} ms  ({min(taken) * 1000:.0f} ms)")
    ratio = median(seconds["litmos-mcp"]) / median(seconds["empty"])
    fastest = min(seconds["litmos-mcp"]) / min(seconds["empty"])
    verdict = "met" if ratio <= TARGET else "missed"
    print(f"  ratio      {ratio:5.2f}     ({fastest:.2f})   target <= {TARGET}: {verdict}")


def time_to_tools(name: str, steps: Steps, folder: str) -> float:
    """Start the server, list its tools, end it; the seconds until it had listed them."""
    environment = get_default_environment() | {"LITMOS_DEMO": "true"}
    began = time.perf_counter()
    with subprocess.Popen(
        COMMANDS[name],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        try:
            if server.stdin is None or server.stdout is None:
                raise AssertionError("both are pipes")
            answers = [exchange(server.stdin, server.stdout, step) for step in steps]
            taken = time.perf_counter() - began
            server.stdin.close()
            server.wait(PATIENCE)
        finally:
            server.kill()
    found = {tool["name"] for tool in answers[-1]["result"]["tools"]}
    if found != TOOLS[name]:
        raise AssertionError(f"{name} lists {sorted(found)}")
    return taken


def exchange(stdin: IO[bytes], stdout: IO[bytes], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Send the messages, and wait for the answer to the last one."""
    stdin.write(b"".join(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n" for message in messages))
    stdin.flush()
    answer: dict[str, Any] = json.loads(stdout.readline())
    if answer.get("id") != messages[-1]["id"] or "result" not in answer:
        raise AssertionError(f"no result: {answer}")
    return answer


if __name__ == "__main__":
    main()
