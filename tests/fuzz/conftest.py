"""A world for all of them, and the page that tells what was tried."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.contract.world import World, make_world
from tests.fuzz import depth, report
from tests.wire.house import two_processes
from tests.wire.servers import Server
from workshop.questions import counting


class Faults(logging.Handler):
    """Errors that were logged: what somebody turned into a sentence, and must not have had to."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if isinstance(record.exc_info, tuple) else ""
        self.found.append(f"{record.name}: {record.getMessage()} {cause!r}")


@pytest.fixture(scope="session")
def faults() -> Iterator[Faults]:
    """Everything that is logged as an error from now on."""
    handler = Faults()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Two sessions with people, answers and cards in them. Every example is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        counting.memory.forget()
        yield make_world()
        transaction.set_rollback(True)
    counting.memory.forget()


@pytest.fixture(scope="module")
def processes(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Two processes that know of each other by the database alone."""
    with two_processes(tmp_path_factory.mktemp("processes"), django_db_blocker) as servers:
        yield servers


@contextmanager
def rolled_back() -> Iterator[None]:
    """One example, of which nothing stays."""
    counting.memory.forget()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pytest_sessionfinish() -> None:
    if depth.IS_DEEP and depth.tried:
        report.write()
