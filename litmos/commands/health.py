"""`litmos health`: whether the server on this machine answers, for health checks of containers. It imports little."""

import sys
from http.client import HTTPConnection, HTTPException

__all__ = ["health"]

SECONDS = 4  # that an answer may take; less than health checks wait


def health(port: int, *, ready: bool) -> int:
    """0 if the server on this machine answers well, 1 if not; both are told. `ready`: also whether its state does."""
    path = "/readyz" if ready else "/healthz"
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        well, said = answer.status == 200, f"status {answer.status}"  # noqa: PLR2004 - of HTTP
    except (OSError, HTTPException) as error:
        well, said = False, f"no answer ({type(error).__name__})"
    finally:
        connection.close()
    (sys.stdout if well else sys.stderr).write(f"{path} on port {port}: {said}\n")
    return 0 if well else 1
