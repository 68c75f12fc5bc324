"""Which pages may open a socket or post an op: those of this very scheme, host and port, and those of ORIGINS.

Channels' own validator compares hosts only and lets any port and scheme of ours pass (reliability notes, ASVS 4.4.2).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": 80, "https": 443}
Scope = dict[str, Any]


def headers_of(scope: Scope, name: bytes) -> list[str]:
    """All values of a header."""
    return [value.decode("latin-1") for key, value in scope.get("headers", ()) if key == name]


def header_of(scope: Scope, name: bytes) -> str:
    """The one value of a header, '' for none or several."""
    found = headers_of(scope, name)
    return found[0] if len(found) == 1 else ""


def bearer_of(scope: Scope) -> str:
    """The token of a program, '' for none."""
    scheme, _, token = header_of(scope, b"authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def allowed(scope: Scope) -> bool:
    """Whether the request comes from a page of ours, or from a program (bearer token, no Origin and no cookies)."""
    found = headers_of(scope, b"origin")
    if not found:
        return bool(bearer_of(scope)) and not headers_of(scope, b"cookie")
    if len(found) != 1:
        return False
    origin = _normal(found[0])
    if origin is None:
        return False
    return origin == _own(scope) or origin in {_normal(known) for known in settings.PLENARY_ORIGINS}


def _own(scope: Scope) -> tuple[str, str, int] | None:
    """Scheme, host and port that the request itself was sent to."""
    host = header_of(scope, b"host")
    name, _ = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return None
    return _normal(f"{_scheme(scope)}://{host}")


def _scheme(scope: Scope) -> str:
    proxy = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if proxy is not None:
        name = proxy[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
        if header_of(scope, name).split(",")[0].strip() == proxy[1]:
            return "https"
    return "https" if scope.get("scheme") in ("https", "wss") else "http"


def _normal(origin: str) -> tuple[str, str, int] | None:
    """An origin as (scheme, host, port); None for anything that is more or less than that."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), parts.hostname
    rest = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if scheme not in DEFAULT_PORTS or not host or rest or "#" in origin or "?" in origin:
        return None
    return scheme, host, port or DEFAULT_PORTS[scheme]
