"""Unsafe combinations refuse to start, each with one clear line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

#: PostgreSQL's settings without which an acknowledged answer can be lost, and their values that are safe.
DURABLE = {"fsync": ("on",), "synchronous_commit": ("on", "local", "remote_write", "remote_apply")}


@register()
def unsafe_combinations(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every pair of settings that would lose answers or open a door (reliability notes, section 3)."""
    del app_configs, kwargs
    found: list[tuple[str, str]] = []
    if settings.PROCESSES > 1 and not settings.REDIS_URL:
        found.append(("E001", "PROCESSES is more than 1, but REDIS_URL is not set: screens would miss changes."))
    if settings.PROCESSES > 1 and settings.SQLITE:
        found.append(("E002", "PROCESSES is more than 1 with SQLite: use DATABASE_URL=postgresql://…"))
    if settings.DEBUG and settings.PUBLIC_URL:
        found.append(("E003", "DEBUG is on although PUBLIC_URL is set: turn DEBUG off on a public server."))
    if "*" in settings.ALLOWED_HOSTS and not (settings.DEMO or settings.TESTING):
        found.append(("E004", "ALLOWED_HOSTS=* is only for `make run`: name the hosts of this server."))
    if settings.PUBLIC_URL and not settings.PUBLIC_URL.startswith(("http://", "https://")):
        found.append(("E005", "PUBLIC_URL must begin with http:// or https://"))
    if len(settings.SECRET_KEY) < 32:  # noqa: PLR2004 - 32 characters are 192 bits of token_urlsafe
        found.append(("E006", "SECRET_KEY is shorter than 32 characters."))
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < 16:  # noqa: PLR2004 - 16 characters are 96 bits
        found.append(("E007", "METRICS_TOKEN is shorter than 16 characters."))
    return [Error(message, id=f"plenary.{code}") for code, message in found]


@register(Tags.database)
def durable_database(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A database that says "committed" before the answer is on its disk. Asked by ``migrate``, so at every deploy."""
    del app_configs, kwargs
    found: list[CheckMessage] = []
    for connection in (connections[alias] for alias in databases or ()):
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            for setting, safe in DURABLE.items():
                cursor.execute("SELECT current_setting(%s)", [setting])
                value = cursor.fetchone()[0]
                if value not in safe:
                    message = f"PostgreSQL has {setting} = {value}: acknowledged answers could be lost."
                    found.append(Error(message, id="plenary.E008"))
    return found


def refusals() -> list[str]:
    """Why the server must not start, a sentence each; asked once, before it listens.

    A Redis that is away is no reason, one that does not let this server in is: that will not mend itself.
    """
    found = [str(message.msg) for message in unsafe_combinations(None)]
    if settings.REDIS_URL:
        try:
            with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
                client.ping()
        except redis.AuthenticationError:
            found.append("Redis does not accept the user or password of REDIS_URL.")
        except (redis.RedisError, OSError):
            pass
    return found
