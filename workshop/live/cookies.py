"""What proves who somebody is without an account: signed cookies, bearer tokens and links.

A learner's proof holds the participant's number and 128 secret bits. The database has neither the secret nor a hash of
it; it only stands in the learner's own cookie, bearer token and rejoin link (architecture, section 5).

Every proof names its session and is signed under a salt of its own, so that none can be used for anything else.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from django.http import HttpResponse

SECRET_BYTES = 16
#: A learner's cookie outlives the session by far: notes and the own take-away are wanted next week.
PARTICIPANT_SECONDS = 90 * 24 * 3600
SCREEN_SECONDS = 7 * 24 * 3600
REJOIN_SECONDS = 24 * 3600
PHONE_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class Proof:
    """A learner's proof: who in which session, and the secret that only the learner has."""

    public_id: str
    participant: int
    secret: bytes


def new_secret() -> bytes:
    """128 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def token_for(proof: Proof) -> str:
    """The bearer token of a learner, which is also the content of the cookie."""
    return _participants().sign(_packed(proof))


def read_token(token: str, public_id: str) -> Proof | None:
    """The proof in a token or cookie of that session, or None when it is not ours."""
    try:
        return _unpacked(_participants().unsign(token), public_id)
    except signing.BadSignature:
        return None


def read_participant(cookies: Mapping[str, str], public_id: str) -> Proof | None:
    """The proof in the learner's cookie of that session, or None."""
    return read_token(_cookie(cookies, f"p.{public_id}"), public_id)


def set_participant(response: HttpResponse, proof: Proof, *, secure: bool) -> None:
    """Keep the learner's proof in the browser. ``secure``: the request came by https."""
    _set(response, f"p.{proof.public_id}", token_for(proof), PARTICIPANT_SECONDS, secure=secure)


def clear_participant(response: HttpResponse, public_id: str) -> None:
    """Forget the learner on this device."""
    for name in _names(f"p.{public_id}"):
        response.delete_cookie(name, samesite="Lax")


def rejoin_token(proof: Proof) -> str:
    """The content of a personal link to a second device; valid for a day."""
    return signing.TimestampSigner(salt="plenary.rejoin").sign(_packed(proof))


def read_rejoin(token: str) -> Proof | None:
    """The proof in a rejoin link, or None when it is broken or older than a day."""
    try:
        return _unpacked(signing.TimestampSigner(salt="plenary.rejoin").unsign(token, max_age=REJOIN_SECONDS), "")
    except signing.BadSignature:
        return None


def set_screen(response: HttpResponse, public_id: str, screen_token: str, *, secure: bool) -> None:
    """Let this browser be a screen of the session. Void as soon as the session has another screen link."""
    value = signing.Signer(salt="plenary.screen").sign(f"{public_id}:{screen_token}")
    _set(response, f"screen.{public_id}", value, SCREEN_SECONDS, secure=secure)


def read_screen(cookies: Mapping[str, str], public_id: str) -> str | None:
    """The screen token in the screen's cookie of that session, or None. Compare it with ``Session.screen_token``."""
    try:
        value = signing.Signer(salt="plenary.screen").unsign(_cookie(cookies, f"screen.{public_id}"))
    except signing.BadSignature:
        return None
    session, _, token = value.partition(":")
    return token if session == public_id else None


def phone_token(user: int, public_id: str) -> str:
    """The content of the facilitator's link "also on my phone"; valid for ten minutes."""
    return signing.TimestampSigner(salt="plenary.phone").sign(f"{user}:{public_id}")


def read_phone(token: str) -> tuple[int, str] | None:
    """``(user, public id)`` of a phone link, or None when it is broken or older than ten minutes."""
    try:
        value = signing.TimestampSigner(salt="plenary.phone").unsign(token, max_age=PHONE_SECONDS)
    except signing.BadSignature:
        return None
    user, _, public_id = value.partition(":")
    return int(user), public_id


def _participants() -> signing.Signer:
    return signing.Signer(salt="plenary.participant")


def _packed(proof: Proof) -> str:
    secret = base64.urlsafe_b64encode(proof.secret).decode().rstrip("=")
    return f"{proof.public_id}:{proof.participant}:{secret}"


def _unpacked(value: str, public_id: str) -> Proof | None:
    """What a valid signature held; ``public_id`` '' takes any session."""
    session, _, rest = value.partition(":")
    number, _, packed = rest.partition(":")
    if public_id not in ("", session):
        return None
    try:
        secret = base64.urlsafe_b64decode(packed + "==")
        return Proof(session, int(number), secret) if len(secret) == SECRET_BYTES else None
    except (ValueError, binascii.Error):
        return None


def _names(name: str) -> tuple[str, str]:
    """The name under https and the one without: a browser takes ``__Host-`` only together with ``Secure``."""
    return f"__Host-{name}", name


def _cookie(cookies: Mapping[str, str], name: str) -> str:
    hosted, plain = _names(name)
    # Under https a plain cookie may have been planted by a neighbouring host, so it does not count there.
    return cookies.get(hosted) or ("" if settings.HTTPS else cookies.get(plain, ""))


def _set(response: HttpResponse, name: str, value: str, seconds: int, *, secure: bool) -> None:
    hosted, plain = _names(name)
    response.set_cookie(
        hosted if secure else plain, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure, path="/"
    )
