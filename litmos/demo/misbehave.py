"""The answers of a Litmos that has trouble, one for each kind of fault that answers at all."""

from starlette.responses import Response

from litmos.demo.faults import Fault
from litmos.demo.formats import JSON_TYPE, XML_TYPE, Listing, Record, to_json, to_xml

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Request Error</title></head>"
    "<body><p>The server encountered an error processing the request.</p></body></html>\n"
)
HUGE = 20 * 1024 * 1024 + 1
REFUSALS = {"503": "Service Unavailable", "504": "Gateway Timeout", "429": "Too Many Requests", "401": "Unauthorized"}

OTHER_FAMILY = Record(
    "Invoice",
    (("Number", "INV-2041"), ("Lines", Listing("Lines", (Record("Line", (("Sku", "A-17"), ("Pieces", 3))),)))),
)


def refusal(status: int, detail: str) -> Response:
    """Litmos' error answer: JSON in whatever format was asked for, its content type without a charset."""
    return Response(to_json(Record("Error", (("Detail", detail),))), status, media_type="application/json")


def error_page(status: int = 500) -> Response:
    """The HTML page that stands in for an answer."""
    return Response(PAGE, status, media_type="text/html")


def written(answer: Record | Listing, status: int, *, as_json: bool) -> Response:
    """An answer in the format asked for."""
    body = to_json(answer) if as_json else to_xml(answer)
    return Response(body, status, headers={"content-type": JSON_TYPE if as_json else XML_TYPE})


def instead(fault: Fault, *, as_json: bool) -> Response | None:
    """What is answered instead of doing anything; None for the faults that do something first."""
    if fault.kind in REFUSALS:
        response = refusal(int(fault.kind), REFUSALS[fault.kind])
        if fault.retry_after is not None:
            after = fault.retry_after
            response.headers["retry-after"] = after if isinstance(after, str) else f"{after:g}"
        return response
    match fault.kind:
        case "ignored":
            return Response(b"", 201)
        case "500" | "html":
            return error_page(500 if fault.kind == "500" else 200)
        case "shape":
            return written(OTHER_FAMILY, 200, as_json=as_json)
        case "huge":
            return _huge(as_json=as_json)
        case _:
            return None


def _huge(*, as_json: bool) -> Response:
    response = written(Listing("Users", ()), 200, as_json=as_json)
    padded = bytes(response.body).replace(b"[]", b"[" + b" " * HUGE + b"]")
    padded = padded.replace(b" />", b">" + b" " * HUGE + b"</Users>")
    return Response(padded, 200, headers={"content-type": response.headers["content-type"]})


def truncated(response: Response) -> Response:
    """The same answer with half its body, and a length that says so; an opening brace where there was no body."""
    body = bytes(response.body)
    content_type = response.headers.get("content-type", JSON_TYPE)
    return Response(body[: len(body) // 2] or b"{", response.status_code, headers={"content-type": content_type})
