"""Databases of the tests: SQLite in memory for the quick ones, real PostgreSQL for whoever asks for it.

A test is marked ``postgres``, or stands in ``tests/integration`` or ``tests/browser``: as soon as one of those runs, the
whole run uses PostgreSQL. ``TEST_DATABASE=postgres`` or ``sqlite`` decides for all.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections

from tests.services import ServiceMissing, missing, postgres_url

ROOT = Path(__file__).resolve().parent
#: Suites that are about the real thing.
REAL = (ROOT / "integration", ROOT / "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(folder in item.path.parents for folder in REAL):
            item.add_marker("postgres")


def pytest_collection_finish() -> None:
    """What is imported by now stays: it need not be walked again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Passwords of the tests are kept as others are, with as little work as Argon2 can do."""
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session")
def on_postgres(request: pytest.FixtureRequest) -> bool:
    """Whether Django's default database of this run is PostgreSQL."""
    wanted = os.environ.get("TEST_DATABASE", "")
    if wanted:
        return wanted.startswith("postgres")
    return any(item.get_closest_marker("postgres") for item in request.session.items)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(on_postgres: bool) -> None:
    """Take PostgreSQL as the default database before pytest-django makes the test database in it."""
    if not on_postgres:
        return
    try:
        url = postgres_url()
    except ServiceMissing as error:
        missing(error)
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    # Databases of runs beside this one, on the same server, keep their own names.
    settings["TEST"] = {"NAME": f"test_plenary_{os.getpid()}"}
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    with contextlib.suppress(AttributeError):
        # Made already for the settings before; the next use makes one for these.
        del connections["default"]


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What a process remembers of sessions, forgotten between tests: their numbers come again."""
    from workshop.live import codes, deadlines, practice  # apps are loaded only now
    from workshop.questions.counting import memory

    yield
    memory.forget()
    codes.failures.clear()
    deadlines.forget()
    practice.forget()
