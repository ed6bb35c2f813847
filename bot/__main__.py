"""`litmos-bot`: Litmos in Slack."""

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, TypeVar

from litmos import log
from litmos.errors import LitmosError, Misconfigured
from litmos.settings import Settings

__all__ = ["main"]

T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; 0 then, 1 for a failure in words."""
    parser = ArgumentParser(prog="litmos-bot", description="Litmos in Slack, by Socket Mode or HTTP.")
    parser.add_argument("--version", action="version", version=version("litmos-chatops"))
    parser.add_argument("--check", action="store_true", help="the same as `litmos check`, without starting")
    arguments = parser.parse_args(argv)
    log.configure(logging.INFO)
    try:
        litmos, slack = _settings()
        return _run(litmos, slack, only_check=arguments.check)
    except LitmosError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _settings() -> tuple[Any, Any]:
    """Both kinds of settings, or everything that is wrong with either."""
    from bot.settings import SlackSettings  # noqa: PLC0415 - --version needs none of this

    problems: list[str] = []

    def read(how: Callable[[], T]) -> T | None:
        try:
            return how()
        except Misconfigured as error:
            problems.append(str(error))
            return None

    found = read(Settings.read), read(SlackSettings.read)
    if problems:
        raise Misconfigured("\n".join(problems))
    return found


def _run(litmos: Any, slack: Any, *, only_check: bool) -> int:
    try:
        from bot import serve  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        raise Misconfigured("Slack's libraries are not installed. Run: pip install 'litmos-chatops[slack]'") from error
    if only_check:
        from litmos.commands.check import check  # noqa: PLC0415 - as above

        return check()
    import asyncio  # noqa: PLC0415

    asyncio.run(serve.run(litmos, slack))
    return 0


if __name__ == "__main__":
    sys.exit(main())
