"""The findings of `litmos check` as a page for people, and as JSON for programs. No address of anybody is on either."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TextIO

from litmos.desk.plan import several
from litmos.findings import Finding, Level

__all__ = ["masked", "write_json", "write_page"]

_ADDRESS = re.compile(r"([^\s@/:,;\"'“”<>()]{1,64})@(?=[\w-])")
_WORDS = {Level.OK: "ok", Level.WARNING: "warning", Level.FAILURE: "FAILURE"}


def write_page(findings: Sequence[Finding], requests: int, out: TextIO) -> None:
    """A heading for each that was looked at, a line for each finding, and under it what to do."""
    for about, ones in groupby(findings, key=lambda one: one.about):
        out.write(f"{about}\n")
        for one in ones:
            out.write(f"  {_WORDS[one.level]:<8} {_lines(one.found)}\n")
            if one.todo:
                out.write(f"{'':<11}> {_lines(one.todo)}\n")
    out.write(f"\n{_summary(findings)} {several(requests, 'request', 'requests')} to Litmos.\n")


def write_json(findings: Sequence[Finding], requests: int, out: TextIO) -> None:
    """`ok` is false if anything fails; `findings` in the page's order."""
    rows = [{key: masked(value) for key, value in asdict(one).items()} for one in findings]
    well = all(one.level is not Level.FAILURE for one in findings)
    json.dump({"ok": well, "requests": requests, "findings": rows}, out, ensure_ascii=False, indent=2)
    out.write("\n")


def masked(text: str) -> str:
    """With the first letter of each e-mail address only: enough to know one's own again."""
    return _ADDRESS.sub(lambda found: f"{found[1][0]}…@", text)


def _lines(text: str) -> str:
    return masked(text).replace("\n", f"\n{'':<11}")


def _summary(findings: Sequence[Finding]) -> str:
    failed = sum(one.level is Level.FAILURE for one in findings)
    warned = sum(one.level is Level.WARNING for one in findings)
    if not (failed or warned):
        return "Everything is well."
    return f"{several(failed, 'failure', 'failures')}, {several(warned, 'warning', 'warnings')}."
