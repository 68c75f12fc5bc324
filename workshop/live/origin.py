"""The address that people are told: where phones in the room, or learners at home, reach this server."""

from __future__ import annotations

import ipaddress
import os
from functools import lru_cache
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from workshop.live.models import Session
from workshop.live.panel.addresses import lan_addresses

#: Interfaces come and go (a hotspot is switched on), but not every second.
LOOK_AGAIN_SECONDS = 30


def origin_of(session: Session | None = None) -> str:
    """``https://plenary.example`` or ``http://192.168.1.20:8000``, without a request to go by.

    ``PUBLIC_URL`` wins, then the address picked in the control panel, then the main address of this machine.
    """
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    chosen = session.screen.get("address") if session else None
    return f"http://{chosen or _lan(int(monotonic() // LOOK_AGAIN_SECONDS))}{_port()}"


def origin_for(request: HttpRequest, session: Session | None = None) -> str:
    """The same, for a page: the address by which it was opened counts, unless only this machine knows it."""
    if settings.PUBLIC_URL or _only_here(request.get_host()):
        return origin_of(session)
    return f"{request.scheme}://{request.get_host()}"


def host_of(origin: str) -> str:
    """The origin as people type it: without the scheme."""
    return urlsplit(origin).netloc


def join_address(session: Session, origin: str) -> str:
    """What the QR code of a session says: a link with 128 random bits, never limited."""
    return origin + reverse("live:qr", args=[session.join_token])


def _only_here(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost") or name == "testserver"


def _port() -> str:
    port = os.environ.get("PORT", "8000")
    return "" if port == "80" else f":{port}"


@lru_cache(maxsize=1)
def _lan(turn: int) -> str:
    del turn  # the key of the cache
    found = lan_addresses()
    return found[0].ip if found else "127.0.0.1"
