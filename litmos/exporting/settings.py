"""What the environment says about metrics and traces, read once at the entry points."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from litmos.environment import given
from litmos.errors import Misconfigured

__all__ = ["ExportSettings"]

LOOPBACK = "127.0.0.1"
_LISTEN = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+):)?(?P<port>[0-9]{1,5})")
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NAMES = ("LITMOS_METRICS_LISTEN", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", *_ENDPOINTS)


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """`listen`: host and port of the page for Prometheus, if there is to be one. `traces`: how they are sent."""

    listen: tuple[str, int] | None = None
    traces: Literal["", "otlp", "console"] = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "ExportSettings":
        """The settings in `environ`; None: in this process' environment. Raises Misconfigured.

        LITMOS_METRICS_LISTEN is an address of its own, not two settings for host and port: Kubernetes sets
        LITMOS_METRICS_PORT by itself beside a service called litmos-metrics.
        """
        found = given(environ, _NAMES).values
        return cls(_listen(found.get("LITMOS_METRICS_LISTEN", "")), _traces(found))


def _listen(value: str) -> tuple[str, int] | None:
    if not value:
        return None
    parts = _LISTEN.fullmatch(value)
    if parts is None:
        raise Misconfigured(
            "LITMOS_METRICS_LISTEN: not where to listen. Write a port like 9464, for this machine alone, or "
            "0.0.0.0:9464 for every network that this one is on"
        )
    return (parts["host"] or LOOPBACK).strip("[]"), int(parts["port"])


def _traces(found: Mapping[str, str]) -> Literal["", "otlp", "console"]:
    """As OpenTelemetry's own settings ask for them."""
    if found.get("OTEL_SDK_DISABLED", "").casefold() == "true":
        return ""
    match found.get("OTEL_TRACES_EXPORTER", "").casefold():
        case "" if any(name in found for name in _ENDPOINTS):
            return "otlp"
        case "" | "none":
            return ""
        case "otlp":
            return "otlp"
        case "console":
            return "console"
        case _:
            raise Misconfigured("OTEL_TRACES_EXPORTER: unknown here. Write otlp, console or none")
