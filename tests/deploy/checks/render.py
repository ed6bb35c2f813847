"""Prints what the chart makes of values (JSON on stdin), by file; what is wrong with them or it goes to stderr.

For the environment of the judges: it has the Helm library, and we have not.
"""

import json
import sys
from pathlib import Path

import helm_python

CHART = Path(__file__).parents[3] / "deploy" / "chart"

if __name__ == "__main__":
    values = json.load(sys.stdin)
    found = helm_python.lint(str(CHART))
    try:
        with helm_python.Chart.load(str(CHART)) as chart:
            chart.validate_schema(values)
            rendered = dict(chart.render(values, name="demo", namespace="prod"))
    except Exception as error:  # noqa: BLE001 - whatever the library has, whoever reads it wants the words
        sys.exit(f"{type(error).__name__}: {error}")
    json.dump({"lint": found, "files": rendered}, sys.stdout)
