"""Only our own names in Host and Origin: a page in somebody's browser may have bent its own name to our address."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from mcp.server.transport_security import TransportSecuritySettings

__all__ = ["is_loopback", "only_ours"]


def only_ours(url: str, listening: str = "") -> TransportSecuritySettings:
    """Those of an address that clients know, and those of this machine where nobody else can listen in.

    Args:
        url: The address.
        listening: The host that the server listens on; empty if it does not matter.
    """
    parts = urlsplit(url)
    hosts, origins = [parts.netloc], [f"{parts.scheme}://{parts.netloc}"]
    if parts.port is None:  # proxies may write it out
        hosts.append(f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}")
    if is_loopback(listening):
        hosts += ["127.0.0.1:*", "localhost:*", "[::1]:*"]
        origins += ["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*"]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
