"""The names under which the site may be asked for."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def trusted_hosts(host: str, base_url: str) -> tuple[str, ...]:
    """What the Host header may say to a site that listens on `host`.

    Those are the loopback's names, that of `base_url` (may be empty), and `host` itself;
    for an address that stands for all of the machine's, the machine's names and addresses.
    """
    names = list(_LOOPBACK)
    if public := urlsplit(base_url).hostname:
        names.append(in_brackets(public))
    if is_any(host):
        names.append(socket.gethostname())
        try:
            found = socket.getaddrinfo(socket.gethostname(), None)
        except OSError:
            found = []
        names += [in_brackets(str(each[4][0]).partition("%")[0]) for each in found]
    else:
        names.append(in_brackets(host))
    return tuple(dict.fromkeys(names))


def is_any(host: str) -> bool:
    """Whether `host` stands for all addresses of the machine (0.0.0.0, ::)."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return host in ("", "*")


def host_of(named: str) -> str:
    """The host of a Host header, without the port."""
    host, colon, port = named.rpartition(":")
    return host if colon and not port.endswith("]") else named


def in_brackets(host: str) -> str:
    """A host as it stands in an address: an IPv6 address in brackets (RFC 3986)."""
    return f"[{host}]" if ":" in host else host
