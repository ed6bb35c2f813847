"""The README and the documents are tests: their Python runs, their JSON parses."""

import json

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser


def _parses(example: Example) -> None:
    json.loads(example.parsed)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(language="json", evaluator=_parses)],
    patterns=["README.md", "docs/*.md"],
).pytest()
