"""docs/threat-model.md names the tests that show what it says: each of them is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def shown_anywhere() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        }
    return found


def threats() -> list[list[str]]:
    """The rows of its tables: who, what stops them, what shows it."""
    rows = [line.strip("|").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [row for row in rows if not row[0].strip().startswith(("who attacks", "---"))]


def test_each_threat_names_what_stops_it_and_tests_that_are_there() -> None:
    known, rows = shown_anywhere(), threats()
    assert len(rows) > 25
    for row in rows:
        assert len(row) == 3 and row[1].strip(), row[0]
        named = re.findall(r"`(test_\w+)`", row[2])
        assert named, row[0]
        assert set(named) <= known, f"{row[0]}: {set(named) - known}"


def test_what_is_not_stopped_is_said() -> None:
    _, _, rest = PAGE.partition("\n## What is not stopped\n")
    assert len(re.findall(r"^- \*\*", rest, re.MULTILINE)) >= 5


def test_the_pages_lead_to_each_other() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", policy):
        assert (ROOT / target).is_file(), target
