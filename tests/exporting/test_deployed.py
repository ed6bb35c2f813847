"""The dashboard, the alerts and the page about them speak of metrics that are really exported, with their labels."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from litmos.exporting.metrics import Metrics
from litmos.exporting.series import SERIES, Kind, Series
from litmos.telemetry import Level

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy/observability/alerts.yaml").read_text())
DASHBOARD = json.loads((ROOT / "deploy/observability/grafana-dashboard.json").read_text())
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [one["expr"] for panel in PANELS for one in panel["targets"]]
PROMETHEUS = {"up": {"job", "instance"}}
ALWAYS = {"job", "instance"}
WORDS = {"by", "on", "or", "and", "unless", "offset", "le"}


def exported() -> dict[str, set[str]]:
    """Each sample that there is, with its labels, when everything has happened once."""
    metrics = Metrics(lambda: 0.0)
    for one in SERIES:
        about = dict.fromkeys(one.labels, "x")
        if one.kind is not Kind.GAUGE:
            metrics.tell(one.of, 1, about)
    metrics.set_levels([[Level(one.of, 1, dict.fromkeys(one.labels, "x")) for one in SERIES if one.kind is Kind.GAUGE]])
    samples = [one for family in text_string_to_metric_families(metrics.text().decode()) for one in family.samples]
    return {one.name: {label for each in samples if each.name == one.name for label in each.labels} for one in samples}


def named(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric of an expression, with the labels that it is asked for."""
    plain = re.sub(r'"[^"]*"', '""', expression).replace("$__rate_interval", "5m")
    for name, matchers in re.findall(
        r"\b([a-z][a-z0-9_]*)\b(?!\s*\()(?:\{([^}]*)\})?", re.sub(r"\b(?:by|on) \([^)]*\)", "", plain)
    ):
        if name not in WORDS and "{" + name not in plain and not re.search(rf"[{{,]{name}=", plain):
            yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))


def grouped(expression: str) -> set[str]:
    return {
        label.strip() for inside in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression) for label in inside.split(",")
    }


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_exported(expression: str) -> None:
    known = exported() | PROMETHEUS
    found = list(named(expression))
    assert found
    for name, labels in found:
        assert name in known, name
        assert labels <= known[name] | ALWAYS, (name, labels)
    assert grouped(expression) <= set().union(ALWAYS, *(known[name] for name, _ in found)) | {""}


def test_names_are_taken_out_of_expressions() -> None:
    found = dict(named('sum by (le, a) (rate(x_total{b=~"y|z",c="d"}[5m])) / max(w_left) > 2 unless on() up == 0'))
    assert found == {"x_total": {"b", "c"}, "w_left": set(), "up": set()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Litmos[A-Za-z]+", rule["alert"])
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert all(rule["annotations"][part].rstrip("?").endswith((".", "answer")) for part in ("summary", "description"))
    assert "for" not in rule or re.fullmatch(r"[0-9]+m", rule["for"])


def test_every_metric_is_on_the_dashboard() -> None:
    asked = {name for panel in PANELS for one in panel["targets"] for name, _ in named(one["expr"])}
    missing = [one.name for one in SERIES if not any(name.startswith(one.exported) for name in asked)]
    assert missing == []


def test_panels_lie_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def table() -> str:
    """The metrics as docs/observability.md has them."""
    rows = ["| metric | kind | labels | what |", "| --- | --- | --- | --- |"]
    shown = dict.fromkeys((one.exported, one.kind, tuple(one.exported_labels), one.help) for one in SERIES)
    for name, kind, labels, text in shown:
        told = " ".join(f"`{label}`" for label in labels)
        rows.append(f"| `{name}` | {kind} | {told} | {text} |")
    return "\n".join(rows)


def test_the_page_lists_every_metric() -> None:
    assert table() in (ROOT / "docs/observability.md").read_text()


@pytest.mark.parametrize("one", SERIES, ids=lambda one: f"{one.name}-{one.of}")
def test_a_metric_is_named_as_the_conventions_say(one: Series) -> None:
    assert re.fullmatch(r"(?:litmos|http\.(?:client|server)|mcp\.server|db\.client)(?:\.[a-z_]+)+", one.name)
    assert one.kind is not Kind.HISTOGRAM or one.name.endswith(".duration")
    assert list(one.buckets) == sorted(one.buckets)
    for label in one.labels:
        assert re.fullmatch(r"(?:litmos|http|url|error|db|mcp|gen_ai)\.[a-z_.]+", label)
