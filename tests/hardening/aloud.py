"""Runs one of the programs with every log at DEBUG; with CRASH, whatever asks Litmos meets a bug of ours."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from litmos import log

quiet = log.configure


def configure(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    quiet(logging.DEBUG, stream)


log.configure = configure


def program(name: str) -> Callable[[Sequence[str]], int]:
    match name:
        case "litmos":
            from litmos.cli import main  # noqa: PLC0415 - only the one that runs
        case "litmos-mcp":
            from mcp_server.__main__ import main  # noqa: PLC0415
        case _:
            from bot.__main__ import main  # noqa: PLC0415
    return main


if os.environ.get("CRASH"):  # noqa: TID251 - of this script
    from litmos.api.client import Client

    async def broken(self: Client, *_: Any) -> None:
        key = self._key
        raise RuntimeError(f"a bug met {self!r} and {key!r}")

    Client.send = broken  # type: ignore[method-assign,assignment]

sys.exit(program(sys.argv[1])(sys.argv[2:]))
