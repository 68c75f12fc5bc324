"""Dividing people: sizes, pins and latecomers hold for any number of people."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from breakouts.allocation import MOST_GROUPS, Filling, balanced_sizes, deal, how_many, place_for, wants_new_group

numbers = st.integers(min_value=1, max_value=600)


@given(people=numbers, groups=st.integers(min_value=1, max_value=80))
def test_balanced_sizes_hold_everybody_and_differ_by_one(people: int, groups: int) -> None:
    sizes = balanced_sizes(people, groups)

    assert sum(sizes) == people
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == groups


@given(people=numbers, size=st.integers(min_value=2, max_value=20))
def test_groups_by_size_leave_nobody_alone(people: int, size: int) -> None:
    groups = how_many(people, size=size)

    assert 1 <= groups <= MOST_GROUPS
    assert people == 1 or min(balanced_sizes(people, groups)) >= 2


@given(people=st.integers(min_value=10, max_value=600), size=st.integers(min_value=2, max_value=10))
def test_groups_by_size_come_near_the_size(people: int, size: int) -> None:
    groups = how_many(people, size=size)

    if groups < MOST_GROUPS and people >= 2 * size:
        assert all(abs(each - size) <= 1 or people < size * (size + 1) for each in balanced_sizes(people, groups))


def test_known_numbers() -> None:
    assert how_many(24, size=5) == 5
    assert how_many(5, size=2) == 2
    assert how_many(40, size=5) == 8
    assert how_many(3, size=5) == 1
    assert how_many(4, size=1) == 4
    assert how_many(0, size=5) == 0
    assert how_many(0, count=8) == 8
    assert how_many(10, count=10_000) == MOST_GROUPS


@given(
    people=st.lists(st.integers(min_value=1, max_value=10_000), unique=True, max_size=120),
    groups=st.integers(min_value=1, max_value=20),
    seed=st.integers(),
)
def test_everybody_is_dealt_once_into_balanced_groups(people: list[int], groups: int, seed: int) -> None:
    dealt = deal(people, groups, {}, Random(seed))

    assert sorted(person for group in dealt for person in group) == sorted(people)
    assert sorted(map(len, dealt), reverse=True) == balanced_sizes(len(people), groups)


@given(data=st.data(), people=st.integers(min_value=1, max_value=60), groups=st.integers(min_value=1, max_value=12))
def test_pins_hold_and_the_rest_evens_out(data: st.DataObject, people: int, groups: int) -> None:
    everybody = list(range(1, people + 1))
    pins = data.draw(st.dictionaries(st.sampled_from(everybody), st.integers(min_value=0, max_value=groups + 2)))

    dealt = deal(everybody, groups, pins, Random(7))

    held = {person: index for person, index in pins.items() if index < groups}
    assert all(person in dealt[index] for person, index in held.items())
    assert sorted(person for group in dealt for person in group) == everybody
    forced = max([list(held.values()).count(index) for index in range(groups)], default=0)
    assert max(map(len, dealt)) <= max(forced, -(-people // groups), min(map(len, dealt)) + 1)


def test_a_shuffle_is_a_shuffle() -> None:
    everybody = list(range(40))

    assert deal(everybody, 8, {}, Random(1)) != deal(everybody, 8, {}, Random(2))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_a_latecomer_goes_to_the_smallest_living_group(groups: list[tuple[int, int]]) -> None:
    fillings = [Filling(n, n, members, members + past) for n, (members, past) in enumerate(groups, start=1)]

    chosen = place_for(fillings)

    living = [filling for filling in fillings if not filling.given_up]
    if chosen is None:
        assert living == []
    else:
        assert chosen.members == min(filling.members for filling in living)
        assert not chosen.given_up


def test_a_group_that_was_given_up_gets_nobody() -> None:
    assert place_for([Filling(1, 1, 4, 4), Filling(2, 2, 0, 5)]) == Filling(1, 1, 4, 4)


def test_a_new_group_begins_only_when_all_are_far_too_full() -> None:
    assert wants_new_group([], 5)
    assert not wants_new_group([Filling(1, 1, 7, 7)], 5)
    assert wants_new_group([Filling(1, 1, 8, 8)], 5)
    assert not wants_new_group([Filling(1, 1, 80, 80)], 0)
