"""What Slack adds to the command `litmos`: `litmos slack-manifest`. Its imports wait until it is typed."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litmos.faces import Commands

__all__ = ["add"]

_ADDRESS = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", re.IGNORECASE)
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")


def add(commands: "Commands") -> None:
    """Adds the command."""
    parser = commands.add_parser("slack-manifest", help="print the manifest to make the Slack app from, as JSON")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--socket", action="store_true", help="for Socket Mode, which needs no address (the default)")
    how.add_argument("--http", type=_address, metavar="URL", help="for HTTP: where Slack reaches us")
    parser.add_argument("--several", action="store_true", help="with --http: workspaces install it by themselves")
    parser.add_argument("--slackbot", action="store_true", help="with --http: Slack's own assistant may use the tools")
    parser.add_argument("--command", type=_command, default="/litmos", metavar="/NAME", help="default /litmos")
    parser.set_defaults(run=partial(_print, parser))


def _print(parser: ArgumentParser, arguments: Namespace) -> int:
    from bot.manifest import Wanted, manifest  # noqa: PLC0415 - see above

    if (arguments.several or arguments.slackbot) and not arguments.http:
        parser.error("--several and --slackbot need --http URL")
    wanted = Wanted(
        url=arguments.http or "", several=arguments.several, slackbot=arguments.slackbot, command=arguments.command
    )
    sys.stdout.write(json.dumps(manifest(wanted), indent=2) + "\n")
    return 0


def _address(typed: str) -> str:
    address = typed.rstrip("/")
    if not _ADDRESS.fullmatch(address):
        raise ArgumentTypeError("write an address like https://litmos.example.com")
    return address


def _command(typed: str) -> str:
    if not _COMMAND.fullmatch(typed):
        raise ArgumentTypeError("write a slash and small letters, like /litmos")
    return typed
