"""Groups cost as many queries for 300 people in 60 groups as for 10 in two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Part, Workshop, fay, running
from workshop.kinds import ActivitySpec
from workshop.live.models import Group, GroupSet, Participant

pytestmark = pytest.mark.django_db
BOARD = ActivitySpec(
    kind="board", title="Ideas", key="board", config={"columns": ["Money", "Time"]}, group_set="teams",
    group_set_spec={"mode": "random", "size": 5},
)  # fmt: skip


def workshop(people: int) -> Workshop:
    """A board that so many people work at, in groups of five."""
    made = running(Part("Explore", (BOARD,)), people=["Ana"])
    Participant.objects.bulk_create(
        Participant(session=made.session, number=n, name=f"Person {n}", revision=1, seen_at=timezone.now())
        for n in range(2, people + 1)
    )
    made.fay("activity.open", a=made["board"].pk)
    return made


def page(address: str) -> Callable[[Workshop], None]:
    def look(made: Workshop) -> None:
        client = Client()
        client.force_login(fay())
        assert client.get(address.format(made.session.public_id, made["board"].pk)).status_code == 200

    return look


def slot(name: str) -> Callable[[Workshop], None]:
    def read(made: Workshop) -> None:
        assert made.slot(name.format(made["board"].pk), view="html", actor=made.facilitator)

    return read


def make(made: Workshop) -> None:
    made.fay("groups.make", set="teams", mode="random", size=5)


def move(made: Workshop) -> None:
    last = Group.objects.filter(group_set__key="teams").latest("number")
    made.fay("groups.move", set="teams", p=made.people["Ana"].row.pk, g=last.pk)


ACTS = {
    "page of groups": page("/groups/{}/"),
    "panel": page("/panel/{}/"),
    "wall": slot("wall:{}"),
    "panel slot": slot("panel"),
    "queue": slot("queue"),
    "groups slot": slot("groups:teams"),
    "move": move,
    "make anew": make,
}


@pytest.mark.parametrize("name", ACTS)
def test_as_many_queries_for_sixty_groups_as_for_two(name: str) -> None:
    asked = []
    for people in (10, 300):
        made = workshop(people)
        assert GroupSet.objects.get(session=made.session, key="teams").groups.count() == people // 5
        ACTS[name](made)
        with CaptureQueriesContext(connection) as queries:
            ACTS[name](made)
        # SQLite takes the rows of one INSERT in portions.
        asked.append([query["sql"][:200] for query in queries if not query["sql"].startswith("INSERT")])
    assert len(asked[1]) == len(asked[0]), [sql for sql in asked[1] if sql not in asked[0]][:5]
