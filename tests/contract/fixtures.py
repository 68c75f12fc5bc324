"""The world of the contract tests, made once for each module; a conftest or a test module imports the two fixtures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction

from tests.contract.world import World, make_world
from workshop.questions import counting


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole module; every test works on it in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        counting.memory.forget()
        yield make_world()
        transaction.set_rollback(True)
    counting.memory.forget()


@pytest.fixture
def world(made: World, db: None) -> Iterator[World]:
    """The world as it was made. Hundreds of refusals are meant here: their lines in the log cost more than they do."""
    counting.memory.forget()
    logging.disable(logging.WARNING)
    with transaction.atomic():
        yield deepcopy(made)
        transaction.set_rollback(True)
    counting.memory.forget()
    logging.disable(logging.NOTSET)


@pytest.fixture
def faults(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Errors that were logged: what an inbox or a view turned into a sentence, and must not have had to."""
    found: list[str] = []
    yield found
    found += [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert found == [], "\n".join(sorted(set(found))[:60])
