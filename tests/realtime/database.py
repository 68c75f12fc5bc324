"""A database of its own for the realtime tests, with the tables of the core and of the fake world only."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections

from tests.realtime import tables
from tests.realtime.addresses import settings_of
from tests.services import postgres_url


@contextlib.contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[str]:
    """The address of a new, empty database: ``sqlite`` (a file) or ``postgresql``."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'realtime-{secrets.token_hex(4)}.sqlite3'}"
        return
    server, name = postgres_url(), f"realtime_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_tables() -> None:
    """Create all tables in the default database."""
    with connections["default"].schema_editor() as editor:
        for model in tables.TABLES:
            editor.create_model(model)


@contextlib.contextmanager
def as_default(url: str, **options: Any) -> Iterator[None]:
    """Let Django's default database be this one, in this thread and in all threads made meanwhile."""
    before = connections.settings["default"]
    kept = connections["default"]
    made = settings_of(url)
    made["OPTIONS"] = made.get("OPTIONS", {}) | options
    connections.settings["default"] = connections.configure_settings({"default": made})["default"]
    del connections["default"]
    try:
        make_tables()
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = kept
