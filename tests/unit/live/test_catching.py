"""Catching up: the rest of the session gives in proportion, breaks and Evaluate do not, and staff may say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Part, Workshop, refusal, running
from workshop.live.catching import proposal, spread
from workshop.live.models import PhaseRun
from workshop.live.panel.board import board_of
from workshop.live.queries import panel_state

PARTS = (
    Part("Engage", minutes=30, kind="engage"),
    Part("Explore", minutes=60, kind="explore"),
    Part("Break", minutes=15, kind="break"),
    Part("Explain", minutes=30, kind="explain"),
    Part("Evaluate", minutes=15, kind="evaluate"),
)


@pytest.mark.parametrize(
    ("minutes", "weights", "most", "given_"),
    [
        (9, [30, 60, 30], [15, 30, 15], [2, 5, 2]),
        (4, [10, 10], [9, 1], [3, 1]),
        (100, [10, 10], [5, 5], [5, 5]),
        (0, [10], [5], [0]),
        (5, [], [], []),
        (5, [10], [0], [0]),
    ],
)
def test_minutes_are_spread_in_proportion(
    minutes: int, weights: Sequence[int], most: Sequence[int], given_: Sequence[int]
) -> None:
    assert spread(minutes, weights, most) == given_


@given(
    minutes=st.integers(0, 300),
    phases=st.lists(st.tuples(st.integers(1, 120), st.integers(0, 120)), max_size=12),
)
def test_nobody_gives_more_than_they_can_and_all_is_given_where_it_can_be(
    minutes: int, phases: list[tuple[int, int]]
) -> None:
    weights, most = [weight for weight, _most in phases], [least for _weight, least in phases]
    found = spread(minutes, weights, most)
    assert all(0 <= share <= limit for share, limit in zip(found, most, strict=True))
    assert sum(found) == min(minutes, sum(most))


def late(by: int) -> Workshop:
    """A workshop in its second phase, ``by`` minutes late."""
    made = running(*PARTS)
    first = PhaseRun.objects.filter(session=made.session).order_by("phase__position")[0]
    first.started_at -= timedelta(minutes=30 + by)
    first.save(update_fields=["started_at"])
    made.next()
    return made


def drift(made: Workshop) -> int:
    state = panel_state(made.session.pk)
    assert state is not None
    return round(state.drift_ms / 60_000)


@pytest.mark.django_db
def test_the_proposal_spares_the_break_and_the_end() -> None:
    made = late(9)
    state = panel_state(made.session.pk)
    assert state is not None
    assert [(cut.title, cut.minutes) for cut in proposal(state.phases, 9)] == [
        ("Explore", 6), ("Break", 0), ("Explain", 3), ("Evaluate", 0),
    ]  # fmt: skip
    assert [cut.minutes for cut in proposal(state.phases, 90)] == [29, 0, 15, 0]


@pytest.mark.django_db
def test_what_is_accepted_is_on_time_again_and_can_be_taken_back() -> None:
    made = late(9)
    state = panel_state(made.session.pk)
    assert state is not None
    assert drift(made) == 9
    cuts = board_of(state).catch_up
    made.fay("phase.catch_up", phases=[cut.run for cut in cuts], minutes=[cut.minutes for cut in cuts])
    assert drift(made) == 0
    assert [each.extra_ms // 60_000 for each in made.phases] == [0, -6, 0, -3, 0]
    made.fay("session.undo")
    assert drift(made) == 9


@pytest.mark.django_db
def test_the_break_is_shortened_only_when_somebody_says_so() -> None:
    made = late(9)
    made.fay("phase.catch_up", phases=[made.phases[2].pk], minutes=[5])
    assert drift(made) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("places", "minutes", "code"),
    [([0], [5], "over"), ([1], [60], "too_short"), ([1, 1], [30, 30], "too_short"), ([1], [0], "nothing"),
     ([], [], "nothing"), ([1], [5, 5], "bad_value")],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_changes_nothing(places: list[int], minutes: list[int], code: str) -> None:
    made = late(9)
    before = [each.extra_ms for each in made.phases]
    phases = [made.phases[place].pk for place in places]
    assert refusal(made.fay, "phase.catch_up", phases=phases, minutes=minutes).code == code
    assert [each.extra_ms for each in made.phases] == before
    other = running(Part("Engage"))
    assert refusal(made.fay, "phase.catch_up", phases=[other.phases[0].pk], minutes=[1]).code == "over"


@pytest.mark.django_db
@pytest.mark.parametrize("audience", ["learner", "screen"])
def test_nobody_is_told_but_staff(audience: str) -> None:
    made = late(9)
    names = ("stage", "clock", "scene") if audience == "screen" else ("stage", "clock")

    def told() -> list[object]:
        return [state and (state.data, state.html) for state in (made.slot(name, audience) for name in names)]

    before = told()
    made.fay("phase.catch_up", phases=[made.phases[3].pk], minutes=[5])
    assert told() == before
