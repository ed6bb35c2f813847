"""The documents hold together: what they link to and name is there, and pages load nothing from elsewhere."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from litmos.cli import _parser
from litmos.desk.catalog import CATALOG

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.joinpath("docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
SITE = run_path(str(Path(__file__).with_name("check_site.py")))


def commands() -> Iterator[tuple[str, str]]:
    """Every `litmos …` that a page shows, with where it stands."""
    for path in PAGES:
        for line in re.findall(r"(?m)^    (litmos (?!sandbox).*)$|`(litmos [a-z]+ [^`]*)`", path.read_text()):
            yield path.name, next(text for text in line if text)


def refused(words: list[str]) -> str | int | None:
    """What typing it ends with; None: it is a command."""
    try:
        _parser().parse_args(words)
    except SystemExit as ended:
        return ended.code if ended.code is not None else 0
    return None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.name))
def test_every_link_and_picture_is_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_every_page_has_its_place() -> None:
    def pages(nav: list[dict[str, Any]]) -> list[str]:
        found = [value for entry in nav for value in entry.values()]
        return [one for value in found for one in (pages(value) if isinstance(value, list) else [value])]

    config = tomllib.loads((ROOT / "zensical.toml").read_text())
    assert sorted(pages(config["project"]["nav"])) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize(("page", "command"), sorted(set(commands())))
def test_every_command_that_is_shown_can_be_typed(page: str, command: str) -> None:
    words = shlex.split(re.split(r"  |\s#", command)[0].replace("…", ""))[1:]
    places = {"KEY": "K", "ID": "1", "HASH": "0" * 64}
    assert refused([places.get(word, word) for word in words]) is None, page


def test_every_operation_is_told_of() -> None:
    for page, names in (
        ("roles-and-security.md", set(CATALOG)),
        ("tools.md", {name for name, operation in CATALOG.items() if operation.tool}),
    ):
        text = (ROOT / "docs" / page).read_text()
        assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_every_setting_of_the_example_is_explained_and_the_other_way_round() -> None:
    example = set(re.findall(r"(?m)^#?([A-Z]+_[A-Z_]+)=", (ROOT / "deploy" / "env.example").read_text()))
    few = {"SLACK_API_URL", "SLACK_PORT"}  # for tests, and with a default for all
    told = set(re.findall(r"`((?:LITMOS|SLACK|MCP|OTEL)_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert example | few == told


@pytest.mark.parametrize(
    ("page", "outside"),
    [
        ('<script src="https://cdn.example.com/x.js"></script>', 1),
        ('<link rel="stylesheet" href="//fonts.example.com/x.css">', 1),
        ('<img src="images/x.png"><a href="https://example.com">there</a><script>1</script>', 0),
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(tmp_path: Path, page: str, outside: int) -> None:
    (tmp_path / "index.html").write_text(page)
    assert len(list(SITE["outside"](tmp_path))) == outside
    assert SITE["main"](tmp_path) == outside


def test_styles_are_looked_into_and_nothing_is_no_site(tmp_path: Path) -> None:
    assert SITE["main"](tmp_path) == 1
    (tmp_path / "index.html").write_text("<p>")
    assert SITE["main"](tmp_path) == 0
    (tmp_path / "x.css").write_text("@font-face { src: url('https://fonts.example.com/a.woff2') }")
    assert SITE["main"](tmp_path) == 1
