"""How people are invited: the join link by an address that phones can reach, and whether one has come by it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from workshop.live.models import Participant, Session
from workshop.live.origin import join_address
from workshop.live.panel.addresses import Address, is_local, lan_addresses


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the panel shows to bring people in.

    Args:
        url: behind the QR code.
        typed: what stands below it, without the token: to be typed.
        host: the address chosen now.
        addresses: this machine's, when there is something to choose.
        reached: somebody has joined on another device.
    """

    url: str
    typed: str
    host: str
    addresses: tuple[Address, ...]
    reached: bool


def invitation_of(request: HttpRequest, session: Session, *, own: int, people: int | None = None) -> Invitation:
    """The invitation as this person sees it; ``own`` is the participant of this very browser.

    Where it is known how many ``people`` have really joined, mostly nothing is read.
    """
    base = base_url(request, session)
    return Invitation(
        url=join_address(session, base),
        typed=urlsplit(base).netloc,
        host=urlsplit(base).hostname or "",
        addresses=tuple(_choices(request)),
        reached=_reached(session, own, people),
    )


def _reached(session: Session, own: int, people: int | None) -> bool:
    """Whether somebody else has joined."""
    if people is not None and (people == 0 or people > 1 or not own):
        return people > 0
    others = Participant.objects.filter(session=session, simulated=False, removed_at=None, erased_at=None)
    return others.exclude(pk=own).exists()


def base_url(request: HttpRequest, session: Session) -> str:
    """Scheme and host by which phones reach this server: PUBLIC_URL, the address picked, or the likeliest one."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    parts = urlsplit(request.build_absolute_uri("/"))
    host = str(session.screen.get("address") or parts.hostname or "")
    if is_local(host):
        host = next((address.ip for address in lan_addresses()), host)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _choices(request: HttpRequest) -> list[Address]:
    """Nothing to choose behind a public address or a name."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    addresses = lan_addresses()
    known = is_local(host) or any(address.ip == host for address in addresses)
    return [] if settings.PUBLIC_URL or not known else addresses
