"""The cells of the matrix that are run every day; the others stand in test_matrix.py."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Theatre
from tests.faults.harm import FAULTS

CELLS = (
    ("kill-worker", "votes"),
    ("restart-database", "votes"),
    ("restart-redis", "phases"),
    ("cut-all", "joins"),
    ("lose-answers", "cards"),
)


@pytest.mark.parametrize(("fault", "scenario"), CELLS)
def test_fault(theatre: Theatre, seed: int, fault: str, scenario: str) -> None:
    theatre.play(FAULTS[fault], scenario, seed, name=f"cluster: {fault} / {scenario}").check()
