"""Dividing people into groups: pure functions over ids, no database.

Everything here is decided by its arguments and the ``random.Random`` that is passed in, so that a test can repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

#: A set has at most this many groups: a wall of more is no wall, and a typo must not make 10,000 rows.
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Filling:
    """How full one group is.

    Args:
        group: its id.
        number: its number in the set, from 1.
        members: how many people are in it now.
        used: how many were in it ever. A group with a past and nobody in it has been given up.
    """

    group: int
    number: int
    members: int
    used: int

    @property
    def given_up(self) -> bool:
        """Whether people were here and all have gone: nobody is sent there alone."""
        return self.members == 0 and self.used > 0


def how_many(people: int, *, size: int = 0, count: int = 0) -> int:
    """The number of groups for so many people.

    A ``count`` is taken as it is. A ``size`` is met as nearly as equal groups can, without leaving anybody alone in a
    group: 24 people in fives are 5 groups (5 5 5 5 4), 5 people in pairs are 2 groups (3 2).
    """
    if count:
        return min(count, MOST_GROUPS)
    if people == 0 or size <= 0:
        return 0
    fewest = max(1, people // size)
    candidates = [fewest, fewest + 1] if people >= 2 * (fewest + 1) or size == 1 else [fewest]
    best = min(candidates, key=lambda groups: (abs(people / groups - size), groups))
    return min(best, people, MOST_GROUPS)


def balanced_sizes(people: int, groups: int) -> list[int]:
    """Sizes of ``groups`` groups that together hold ``people``; none differs from another by more than one."""
    least, larger = divmod(people, groups)
    return [least + 1] * larger + [least] * (groups - larger)


def deal(people: Sequence[int], groups: int, pins: Mapping[int, int], chance: Random) -> list[list[int]]:
    """Divide people at random into ``groups`` groups of balanced sizes.

    Args:
        people: ids, pinned ones included.
        groups: how many, at least 1.
        pins: id -> index of the group (from 0) in which that person stays; a pin beyond the last group is void.
        chance: where the randomness comes from.

    Sizes differ by at most one, unless pins alone fill a group further than that.
    """
    dealt: list[list[int]] = [[] for _ in range(groups)]
    loose: list[int] = []
    for person in people:
        place = pins.get(person, groups)
        (dealt[place] if place < groups else loose).append(person)
    chance.shuffle(loose)
    for person in loose:
        min(dealt, key=len).append(person)
    return dealt


def place_for(fillings: Sequence[Filling]) -> Filling | None:
    """The group for somebody who comes late: the smallest, the first of equals; None when there is none to go to."""
    living = [filling for filling in fillings if not filling.given_up]
    return min(living, key=lambda filling: (filling.members, filling.number), default=None)


def wants_new_group(fillings: Sequence[Filling], size: int) -> bool:
    """Whether one more person should begin a new group instead of joining the smallest.

    Only in sets that are made by size (``size`` 0 = a fixed number of groups), and only once the smallest group is half
    as large again as wanted: a latecomer alone in a new group is worse than a group of six.
    """
    if size <= 0 or len(fillings) >= MOST_GROUPS:
        return False
    smallest = place_for(fillings)
    return smallest is None or smallest.members >= size + (size + 1) // 2
