"""The README is a test: its Python runs, its JSON parses."""

import json

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser


def _parses(example: Example) -> None:
    json.loads(example.parsed)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(language="json", evaluator=_parses)], patterns=["README.md"]
).pytest()
