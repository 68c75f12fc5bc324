"""Many people at once: seats at a table, cards on a board, arrivals while groups are dealt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from breakouts.board.models import Card
from tests.cast import Part, Workshop, running
from workshop.kinds import ActivitySpec, Refused
from workshop.live.models import Group, Membership, Participant

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 12


def together(acts: Iterable[Callable[[], Any]]) -> Counter[str]:
    """Run acts in parallel threads, each on a connection of its own; how they ended."""

    def run(act: Callable[[], Any]) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, acts))


def workshop(people: int, mode: str, **spec: int) -> Workshop:
    board = ActivitySpec(
        kind="board", title="Board", key="board", group_set="teams", group_set_spec={"mode": mode, **spec}
    )
    return running(Part("Explore", (board,)), people=[f"P{n}" for n in range(people)])


def test_two_hundred_claims_for_five_seats_seat_five() -> None:
    made = workshop(40, "table", count=2)
    made.fay("groups.make", set="teams", mode="table", count=2, size=5)
    table = Group.objects.get(number=1)
    people = [learner for learner in made.people.values() for _ in range(5)]

    ended = together(lambda who=who: who("groups.join", set="teams", g=table.pk) for who in people)

    assert sum(ended.values()) == 200
    assert Membership.objects.filter(group=table, until=None).count() == 5
    # Who sits there may say so again; everybody else is told that it is full.
    assert set(ended) == {"ok", "full"}


def test_nobody_is_in_two_groups_or_none_when_people_come_while_groups_are_dealt() -> None:
    made = workshop(20, "random", size=4)
    made.fay("activity.open", a=made["board"].pk)
    arrivals = [lambda n=n: made.join(f"Late {n}") for n in range(30)]
    deals = [lambda: made.fay("groups.make", set="teams", mode="random", size=4, keep=False) for _ in range(10)]

    ended = together([act for pair in zip(arrivals, [*deals, *deals, *deals], strict=True) for act in pair])

    assert ended == {"ok": 60}
    places = Counter(Membership.objects.filter(until=None).values_list("participant", flat=True))
    assert set(places.values()) == {1}
    assert len(places) == Participant.objects.count() == 50


def test_cards_written_at_the_same_time_all_stand_in_one_order() -> None:
    made = workshop(10, "random", count=1)
    made.fay("activity.open", a=made["board"].pk)
    group, board = Group.objects.get(), made["board"].pk
    people = list(made.people.values())

    ended = together(
        lambda n=n: people[n % 10]("card.add", a=board, g=group.pk, text=f"card {n}", column=1) for n in range(100)
    )

    assert ended == {"ok": 100}
    positions = list(Card.objects.values_list("position", flat=True))
    assert len(set(positions)) == 100
    revisions = Counter(Card.objects.values_list("revision", flat=True))
    assert sum(revisions.values()) == 100
    assert max(revisions) == made.revision(f"group:{board}:{group.pk}")


def test_a_card_is_before_the_close_or_refused_after_it() -> None:
    made = workshop(10, "random", count=1)
    made.fay("activity.open", a=made["board"].pk)
    group, board = Group.objects.get(), made["board"].pk
    people = list(made.people.values())
    acts: list[Callable[[], Any]] = [
        lambda n=n: people[n % 10]("card.add", a=board, g=group.pk, text=f"card {n}", column=1) for n in range(60)
    ]
    acts.insert(30, lambda: made.fay("activity.close", a=board))

    ended = together(acts)

    assert ended["ok"] - 1 == Card.objects.count()
    assert ended["closed"] + Card.objects.count() == 60
    run = made.run("board")
    assert run.closed_at is not None
    assert all(card.changed_at <= run.closed_at for card in Card.objects.all())
