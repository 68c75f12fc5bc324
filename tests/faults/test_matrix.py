"""Every fault during every scenario: `make faults`; one cell by -k 'kill-worker and votes'."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import Theatre
from tests.faults.harm import FAULTS
from tests.faults.play import SCENARIOS
from tests.faults.test_short import CELLS as EVERYDAY

#: Of the other installations the faults that are about the server program itself.
OF_THE_SERVER = ("kill-worker", "deploy", "freeze-worker", "freeze-clients", "lose-answers")

#: What the others are compared with.
PLAIN = {"nothing": ["votes"], "slow-network": ["votes"]}
#: What is about writing alone.
OF_WRITERS = {"freeze-worker": ["votes", "cards"], "lose-commits": ["votes", "cards"]}

CELLS = [
    ("cluster", fault, scenario)
    for fault in FAULTS
    for scenario in (PLAIN | OF_WRITERS).get(fault, SCENARIOS)
    if (fault, scenario) not in EVERYDAY
]
CELLS += [(variant, fault, "votes") for variant in ("daphne", "sqlite") for fault in OF_THE_SERVER]

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("variant", "fault", "scenario"), CELLS)
def test_cell(theatres: Callable[[str], Theatre], seed: int, variant: str, fault: str, scenario: str) -> None:
    theatre = theatres(variant)
    people = 150 if variant == "cluster" else 80
    theatre.play(FAULTS[fault], scenario, seed, people=people, name=f"{variant}: {fault} / {scenario}").check()
