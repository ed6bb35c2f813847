"""docs/library.md is the library's docstrings: run with --inline-snapshot=fix after a change, and read it."""

import inspect
import re
from importlib import import_module
from pathlib import Path

from inline_snapshot import external_file

import litmos
from litmos import errors

PAGE = Path(__file__).parents[2] / "docs" / "library.md"
MADE = "What follows is made of the docstrings.\n"
MODULES = ("assignments", "users", "courses", "learning_paths", "teams")


def signature(function: object, name: str) -> str:
    shown = str(inspect.signature(function))  # type: ignore[arg-type]  # functions all
    return f"`{name}{re.sub(r'[a-z_]+(?:[.][a-z_]+)*[.](?=[A-Z])', '', shown)}`"


def told(function: object) -> str:
    return " ".join((inspect.getdoc(function) or "").partition("\nArgs:")[0].split())


def page() -> str:
    lines = [PAGE.read_text().partition(MADE)[0] + MADE, "## `litmos`", ""]
    lines += [signature(litmos.connect, "connect"), f": {told(litmos.connect)}", ""]
    for name in MODULES:
        module = import_module(f"litmos.api.{name}")
        lines += [f"## `litmos.api.{name}`", "", *(inspect.getdoc(module) or "").splitlines(), ""]
        lines += ["| call | |", "| --- | --- |"]
        for each in sorted(module.__all__):
            function = getattr(module, each)
            lines.append(f"| {signature(function, each).replace('|', chr(92) + '|')} | {told(function)} |")
        lines.append("")
    tree = (inspect.getdoc(errors) or "").partition("\n\n")[2]
    return "\n".join(
        [*lines, "## `litmos.errors`", "", "```", tree.partition("\n\n")[0], "```", "", tree.partition("\n\n")[2], ""]
    )


def test_the_page_of_the_library_is_its_docstrings() -> None:
    assert page() == external_file(str(PAGE), format=".txt")
