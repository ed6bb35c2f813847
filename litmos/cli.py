"""`litmos`: the command for people who run this program. Here is only what may be typed; `litmos.commands` does it."""

import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points, version
from typing import TYPE_CHECKING

from litmos.errors import LitmosError
from litmos.faces import CLI, Adding

if TYPE_CHECKING:
    from litmos.faces import Commands

__all__ = ["main"]

SERVE = 8712
SANDBOX = 8710  # the default port of the demo Litmos
FORMATS = ("table", "jsonl", "csv")
AGO = re.compile(r"([0-9]{1,5})([dh])")
HASH = re.compile(r"[0-9a-fA-F]{64}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 for a failure in words, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    run: Callable[[Namespace], int] = arguments.run
    try:
        code = run(arguments)
        sys.stdout.flush()
    except LitmosError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # as shells say it
    except BrokenPipeError:
        # `litmos audit | head`: nobody reads on. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # as shells say it
    return code


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="litmos", description="Litmos for people who run litmos-chatops.")
    parser.add_argument("--version", action="version", version=version("litmos-chatops"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_check(commands)
    _add_sandbox(commands)
    _add_audit(commands)
    approve = commands.add_parser("approve", help="say yes or no to a change that an assistant has proposed")
    approve.add_argument("key", metavar="KEY", help="as the assistant told it")
    approve.set_defaults(run=_approve)
    _add_links(commands)
    jobs = commands.add_parser("jobs", help="list large changes that go on by themselves; show or end one")
    jobs.add_argument("job", nargs="?", default="", metavar="ID")
    what = jobs.add_mutually_exclusive_group()
    what.add_argument("--stop", action="store_true", help="end it after what is under way")
    what.add_argument("--rest", action="store_true", help="plan what it has left undone, and ask")
    jobs.set_defaults(run=_jobs)
    migrate = commands.add_parser("migrate", help="bring the state database to this version's schema")
    migrate.set_defaults(run=_migrate)
    health = commands.add_parser("health", help="see whether the server on this machine answers")
    health.add_argument("--port", type=int, default=SERVE, help=f"default {SERVE}")
    health.add_argument("--ready", action="store_true", help="and whether its state does")
    health.set_defaults(run=_health)
    for face in sorted(entry_points(group=CLI), key=lambda one: one.name):
        add: Adding = face.load()
        add(commands)
    return parser


def _add_sandbox(commands: "Commands") -> None:
    sandbox = commands.add_parser("sandbox", help="serve the demo Litmos on this machine")
    sandbox.add_argument("--port", type=int, default=SANDBOX, help=f"default {SANDBOX}; 0 for a free one")
    sandbox.add_argument("--limit", type=int, default=100, help="requests a minute; 0 for no limit (default 100)")
    sandbox.set_defaults(run=_sandbox)


def _add_serve(commands: "Commands") -> None:
    serve = commands.add_parser(
        "serve", help="serve Slack and assistants on one port, as far as their settings are there"
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, default=SERVE, help=f"default {SERVE}")
    serve.set_defaults(run=_serve)


def _add_check(commands: "Commands") -> None:
    check = commands.add_parser(
        "check",
        help="see whether everything needed is there and works, and what to do",
        epilog="Exit code: 0 if nothing fails, 1 if something does, 2 if it is the settings. Warnings are no failures.",
    )
    check.add_argument("--json", action="store_true", help="for programs instead of people")
    check.add_argument("--seconds", type=_seconds, default=15.0, help="that each thing may take (default 15)")
    check.set_defaults(run=_check)


def _add_audit(commands: "Commands") -> None:
    audit = commands.add_parser("audit", help="show who did what to whom")
    audit.add_argument("--since", type=_since, metavar="WHEN", help="2026-01-31 (midnight UTC), 7d or 24h ago")
    audit.add_argument("--person", default="", metavar="WHO", help="whole name or id, of who acted or was concerned")
    audit.add_argument("--training", default="", metavar="WHAT", help="whole name or id")
    audit.add_argument("--operation", default="", metavar="NAME", help="assign, unassign, reset, ...")
    audit.add_argument("--format", choices=FORMATS, default="table", help="csv: a row for each person and training")
    audit.set_defaults(run=_audit)
    verify = audit.add_subparsers(metavar="").add_parser("verify", help="see whether any row was altered or removed")
    verify.add_argument("--head", type=_hash, metavar="HASH", help="one that was noted earlier")
    verify.set_defaults(run=_verify)


def _add_links(commands: "Commands") -> None:
    link = commands.add_parser("link", help="say which person in Litmos an identity is, or confirm it again")
    link.add_argument("identity", metavar="IDENTITY", help="like slack:T0123/U0456 or oauth:login.example.com/SUBJECT")
    link.add_argument("person", metavar="PERSON", help="id, user name, e-mail address or full name in Litmos")
    link.set_defaults(run=_link)
    unlink = commands.add_parser("unlink", help="forget that again")
    unlink.add_argument("identity", metavar="IDENTITY", help="like slack:T0123/U0456")
    unlink.set_defaults(run=_unlink)


# Each command's imports wait for it: --version and --help need none of them.


def _sandbox(arguments: Namespace) -> int:
    from litmos.commands.sandbox import serve_sandbox  # noqa: PLC0415 - see above

    return serve_sandbox(arguments.port, arguments.limit)


def _serve(arguments: Namespace) -> int:
    from litmos.commands.serve import serve  # noqa: PLC0415 - see above

    return serve(arguments.host, arguments.port)


def _check(arguments: Namespace) -> int:
    from litmos.commands.check import check  # noqa: PLC0415 - see above

    return check(arguments.seconds, as_json=arguments.json)


def _audit(arguments: Namespace) -> int:
    from litmos.commands.audit import Wanted, show  # noqa: PLC0415 - see above

    wanted = Wanted(arguments.since, arguments.person, arguments.training, arguments.operation)
    return show(wanted, arguments.format)


def _verify(arguments: Namespace) -> int:
    from litmos.commands.audit import verify  # noqa: PLC0415 - see above

    return verify(arguments.head or "")


def _approve(arguments: Namespace) -> int:
    from litmos.commands.approve import approve  # noqa: PLC0415 - see above

    return approve(arguments.key)


def _link(arguments: Namespace) -> int:
    from litmos.commands.links import link  # noqa: PLC0415 - see above

    return link(arguments.identity, arguments.person)


def _unlink(arguments: Namespace) -> int:
    from litmos.commands.links import unlink  # noqa: PLC0415 - see above

    return unlink(arguments.identity)


def _jobs(arguments: Namespace) -> int:
    from litmos.commands.jobs import jobs  # noqa: PLC0415 - see above

    return jobs(arguments.job, stop=arguments.stop, rest=arguments.rest)


def _migrate(_arguments: Namespace) -> int:
    from litmos.commands.state import migrate  # noqa: PLC0415 - see above

    return migrate()


def _health(arguments: Namespace) -> int:
    from litmos.commands.health import health  # noqa: PLC0415 - see above

    return health(arguments.port, ready=arguments.ready)


def _since(text: str) -> datetime | timedelta:
    """A moment, or how long before now."""
    if ago := AGO.fullmatch(text):
        return timedelta(**{"days" if ago[2] == "d" else "hours": int(ago[1])})
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ArgumentTypeError("write a day like 2026-01-31, or how long ago, like 7d or 24h") from None


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", text) or float(text) == 0:
        raise ArgumentTypeError("write a number of seconds, like 15")
    return float(text)


def _hash(text: str) -> str:
    if not HASH.fullmatch(text):
        raise ArgumentTypeError(
            "not a head: it has 64 of the characters 0-9 and a-f, as `litmos audit verify` tells it"
        )
    return text
