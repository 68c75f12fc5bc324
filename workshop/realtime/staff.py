"""Which staff user a Django session cookie stands for, for a wave of handshakes at once."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

DATABASE_ENGINE = "django.contrib.sessions.backends.db"


def users_of(keys: Iterable[str]) -> dict[str, int]:
    """``{session key: user id}`` for those that are signed in, in two queries for any number of keys."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    claims: dict[str, tuple[int, str]] = {}
    for key, stored in _stored(wanted).items():
        if stored.get(SESSION_KEY) and stored.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS:
            claims[key] = (int(stored[SESSION_KEY]), str(stored.get(HASH_SESSION_KEY, "")))
    users = get_user_model().objects.in_bulk({user for user, _ in claims.values()})
    found = {}
    for key, (user_id, digest) in claims.items():
        user = users.get(user_id)
        # A changed password ends all logins: the digest is made of it.
        if user is not None and user.is_active and constant_time_compare(digest, user.get_session_auth_hash()):
            found[key] = user_id
    return found


def _stored(keys: set[str]) -> dict[str, dict[str, str]]:
    engine = import_module(settings.SESSION_ENGINE)
    if settings.SESSION_ENGINE != DATABASE_ENGINE:
        store: type[SessionBase] = engine.SessionStore
        return {key: dict(store(key).items()) for key in keys}
    from django.contrib.sessions.models import Session  # only where that app is installed
    from django.utils.timezone import now

    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=now())
    return {row.session_key: row.get_decoded() for row in rows}
