"""Contract tests have a room with a few people, or the world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.fixtures import faults, made, world
from tests.questions.room import Room, make
from workshop.questions.counting import memory

__all__ = ["faults", "made", "world"]


@pytest.fixture
def room(db: None) -> Iterator[Room]:
    memory.forget()
    yield make(("Ana", "Ben", "Cem", "Dora", "Eli", "Fritz"))
    memory.forget()
