"""Every contract test has a room with a few people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.questions.room import Room, make
from workshop.questions.counting import memory


@pytest.fixture
def room(transactional_db: None) -> Iterator[Room]:
    memory.forget()
    yield make(("Ana", "Ben", "Cem", "Dora", "Eli", "Fritz"))
    memory.forget()
