"""What a page held + the frames that came = what a fresh page shows, after any sequence of what people can do.

The step by step version stands in tests/contract/test_replay.py; here steps follow each other by chance, devices join in
between, and signals come late and together. Every audience, value and collection, page and program.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.devices import Signal, Site
from tests.contract.scenarios import PUBLIC, SCENARIOS, do
from tests.contract.test_replay import committed, devices, differences
from tests.contract.world import World
from tests.fuzz.conftest import rolled_back
from tests.fuzz.depth import examples, trying
from workshop.kinds import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
#: Those that leave no session, or make another one.
LAST = {"session.end", "session.erase", "session.start"}
OPS = sorted(set(PUBLIC) - LAST)
#: Something else than an op: another device comes, or the signals of the last steps are heard only now.
COME, HEAR = "a device comes", "signals come"
STEPS = st.lists(st.sampled_from([*OPS, *OPS, COME, HEAR, HEAR]), min_size=3, max_size=14)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock by which pages are drawn stands still."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def act(world: World, op: str) -> None:
    """Do it if the world is in a state in which it can be done; a refusal is fine."""
    try:
        do(world, op, SCENARIOS[op](world))
    except (Refused, ObjectDoesNotExist, MultipleObjectsReturned, LookupError):
        # Its scenario is written for a world of its own: no card is left, or there are two.
        return


@examples(3, 400)
@given(STEPS, st.randoms(use_true_random=False))
def test_frames_and_old_state_make_the_new_state(world: World, steps: list[str], chance: Any) -> None:
    session = world.here.session.pk
    with trying("sequences of ops, and what every page shows afterwards"), rolled_back():
        everybody = devices(world)
        chance.shuffle(everybody)
        there, waiting = everybody[: len(everybody) // 2], everybody[len(everybody) // 2 :]
        site = Site(session, there)
        late = Signal()
        for step in [*steps, HEAR]:
            if step == HEAR:
                site.hear(late)
                late = Signal()
                check(site)
            elif step == COME:
                site.hear(late)
                late = Signal()
                if waiting:
                    site.add(waiting.pop())
            else:
                with committed(session) as signal:
                    act(world, step)
                late.take(signal.heads, signal.people, signal.counted)


def check(site: Site) -> None:
    """All pages are as fresh ones; but for the panel, which is drawn with the session's own steps only."""
    assert differences(site.devices, {"panel"}) == []
