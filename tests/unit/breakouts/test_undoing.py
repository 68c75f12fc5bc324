"""Groups that were made by mistake are taken back: everybody sits where they sat before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Workshop, refusal
from tests.unit.breakouts.test_groups import group_of, sizes, workshop
from workshop.live.models import Group, GroupSet, Membership

pytestmark = pytest.mark.django_db


def seats(made: Workshop) -> list[tuple[Any, ...]]:
    """All seats, present and past, as they stand in the rows."""
    rows = Membership.objects.filter(group_set__session=made.session, group_set__key="teams")
    return sorted(rows.values_list("participant_id", "group_id", "pinned", "since", "until"), key=str)


def test_a_set_that_was_just_made_is_gone_again() -> None:
    made = workshop()
    made.fay("groups.make", set="teams", mode="random", size=5)
    assert sizes(made) == [5, 5]

    assert made.fay("session.undo") == {"op": "groups.make"}

    assert not GroupSet.objects.exists()
    assert refusal(made.fay, "session.undo").code == "too_late"


@pytest.mark.parametrize("wanted", [{"size": 2}, {"size": 10}, {"count": 3, "keep": False}])
def test_groups_made_anew_by_mistake_are_as_they_were(wanted: dict[str, Any]) -> None:
    made = workshop(size=4)
    made.fay("groups.make", set="teams", mode="random", size=4)
    made.fay("groups.rename", g=group_of(made, "Ana"), name="Owls")
    groups = list(Group.objects.order_by("pk").values())
    before = seats(made)

    made.fay("groups.make", set="teams", mode="random", **wanted)
    made.fay("session.undo")

    assert list(Group.objects.order_by("pk").values()) == groups
    assert seats(made) == before
    assert GroupSet.objects.get().size == 4


def test_who_came_in_between_keeps_a_seat() -> None:
    made = workshop()
    made.fay("groups.make", set="teams", mode="random", size=5)
    made.fay("groups.make", set="teams", mode="random", size=2)
    made.join("Mallory")

    made.fay("session.undo")

    assert sorted(sizes(made)) == [5, 6]
    assert group_of(made, "Mallory")


def test_everybody_placed_by_mistake_is_loose_again() -> None:
    made = workshop(mode="hand", count=2)
    made.fay("groups.make", set="teams", mode="hand", count=2)
    made.fay("groups.fill", set="teams")

    made.fay("session.undo")

    assert sizes(made) == [0, 0]


def test_groups_in_which_something_was_written_stay() -> None:
    made = workshop()
    made.fay("activity.open", a=made["board"].pk)
    made.fay("groups.make", set="teams", mode="random", size=2)
    new = Group.objects.order_by("-pk")[0]
    member = next(name for name in made.people if group_of(made, name) == new.pk)
    made.people[member]("card.add", a=made["board"].pk, g=new.pk, text="Mine")

    assert refusal(made.fay, "session.undo").code == "written"
    assert sizes(made) == [2] * 5


def test_an_opening_that_is_taken_back_takes_its_groups_along() -> None:
    made = workshop()
    made.fay("activity.open", a=made["board"].pk)
    made.fay("session.undo")

    assert made.run("board").state == "ready"
    assert not GroupSet.objects.exists()


def test_an_opening_is_taken_back_and_leaves_groups_that_were_written_in() -> None:
    made = workshop()
    made.fay("activity.open", a=made["board"].pk)
    made.people["Ana"]("card.add", a=made["board"].pk, g=group_of(made, "Ana"), text="Mine")
    made.fay("session.undo")

    assert made.run("board").state == "ready"
    assert sizes(made) == [5, 5]
