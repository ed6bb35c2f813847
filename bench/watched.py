"""What it costs to be watched: calls a second of one client with metrics, and with metrics and traces, to none.

Nothing is asked but a function that has an answer ready, and only this process' CPU counts: it is all that a call can
lose by it. Beside the tenth of a second that a real Litmos takes nobody can see it. Spans are made and dropped: sending
them is another thread's.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from statistics import median

import anyio
import httpx
from opentelemetry.sdk.trace import SpanProcessor
from pydantic import SecretStr

from litmos.api.assignments import courses_of
from litmos.api.client import Client, KeyAuth
from litmos.demo.assigned import ADA
from litmos.exporting.metrics import Metrics
from litmos.exporting.traces import Traces
from litmos.telemetry import watched

TARGETS = {"metrics": 0.9, "metrics and traces": 0.7}  # of the calls that nobody watches
ROUNDS = 9  # measured of each, after one that is not
CALLS = 300  # of one round


@contextmanager
def metrics_only() -> Iterator[None]:
    """As a server with LITMOS_METRICS_LISTEN."""
    with watched(Metrics()):
        yield


@contextmanager
def metrics_and_traces() -> Iterator[None]:
    """And with traces, too."""
    with watched(Metrics()), watched(Traces(SpanProcessor(), name="bench")):
        yield


WATCHED: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "nobody": nullcontext,
    "metrics": metrics_only,
    "metrics and traces": metrics_and_traces,
}


async def main() -> None:
    """Measure in turn and print; the first round is not counted."""
    rates: dict[str, list[float]] = {name: [] for name in WATCHED}
    key, answer = KeyAuth(SecretStr("bench")), httpx.MockTransport(lambda _: httpx.Response(200, json=[]))
    async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=answer) as http:
        api = Client(http, key, source="bench")
        for _ in range(1 + ROUNDS):
            for name, watching in WATCHED.items():
                with watching():
                    rates[name].append(await rate(api))
    print(f"watched: the courses of one person, one call at a time, median of {ROUNDS} rounds in turn")
    alone = median(rates["nobody"][1:])
    for name, found in rates.items():
        ratio = median(found[1:]) / alone
        target = TARGETS.get(name, 0)
        verdict = f"   target >= {target}: {'met' if ratio >= target else 'missed'}" if target else ""
        print(f"  {name:<19}{median(found[1:]):5.0f} calls a second of CPU, ratio {ratio:.2f}{verdict}")


async def rate(api: Client) -> float:
    """Calls a second of CPU."""
    began = time.process_time()
    for _ in range(CALLS):
        await api.send(courses_of(ADA))
    return CALLS / (time.process_time() - began)


if __name__ == "__main__":
    anyio.run(main)
