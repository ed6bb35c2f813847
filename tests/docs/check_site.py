"""Fails for built pages that load anything from another host: `python tests/docs/check_site.py FOLDER`."""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from typing_extensions import override

LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
RELS = {"stylesheet", "preload", "preconnect", "prefetch", "dns-prefetch", "modulepreload", "icon", "manifest"}
IN_STYLES = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')\s]+)""")


class _Page(HTMLParser):
    """What a page loads by itself; links that somebody has to follow are none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in LOADING:
            self.loads.append(found.get(LOADING[tag], ""))
        elif tag == "link" and RELS & set(found.get("rel", "").split()):
            self.loads.append(found.get("href", ""))


def outside(folder: Path) -> Iterator[tuple[str, str]]:
    """Each page or style sheet that loads from elsewhere, and the address."""
    for path in sorted(folder.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
        yield from ((path.name, address) for address in page.loads if re.match(r"(?:https?:)?//", address))
    for path in sorted(folder.rglob("*.css")):
        yield from ((path.name, address) for address in IN_STYLES.findall(path.read_text(encoding="utf-8")))


def main(folder: Path) -> int:
    """1 where something is loaded from elsewhere, or there is no page at all."""
    found = list(outside(folder))
    for name, address in found:
        sys.stderr.write(f"{name} loads {address}\n")
    return 1 if found or not list(folder.rglob("*.html")) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
