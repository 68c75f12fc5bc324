"""Every test has a room of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.questions.room import Room, make
from workshop.questions.counting import memory


@pytest.fixture
def room(db: None) -> Iterator[Room]:
    memory.forget()
    yield make()
    memory.forget()
