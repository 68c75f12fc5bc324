"""Groups as people make them: made when needed, by table, by hand; latecomers; help; history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from breakouts.queries import view_set
from tests.cast import Part, Workshop, refusal, running
from workshop.kinds import ActivitySpec
from workshop.live.models import Audit, Group, GroupSet, Membership, Participant

pytestmark = pytest.mark.django_db

PEOPLE = ["Ana", "Ben", "Chidi", "Dora", "Emre", "Fen", "Gil", "Hana", "Ida", "Jon"]


def boards(mode: str = "random", **spec: int) -> Part:
    first = ActivitySpec(
        kind="board", title="What pays off?", key="board", group_set="teams", group_set_spec={"mode": mode, **spec}
    )
    second = ActivitySpec(kind="board", title="Plan", key="plan", group_set="teams")
    return Part("Explore", (first, second))


def workshop(*people: str, mode: str = "random", **spec: int) -> Workshop:
    return running(boards(mode, **spec), people=people or PEOPLE)


def sizes(made: Workshop, key: str = "teams") -> list[int]:
    view = view_set(made.session.pk, key)
    return [len(crew.members) for crew in view.groups] if view else []


def group_of(made: Workshop, name: str) -> int | None:
    place = Membership.objects.filter(participant=made.people[name].row, group_set__key="teams", until=None).first()
    return place.group_id if place else None


def test_opening_the_first_activity_makes_its_groups() -> None:
    made = workshop(size=5)

    made.fay("activity.open", a=made["board"].pk)

    assert sizes(made) == [5, 5]


def test_the_next_activity_keeps_the_groups() -> None:
    made = workshop(size=5)
    made.fay("activity.open", a=made["board"].pk)
    before = {name: group_of(made, name) for name in PEOPLE}

    made.fay("activity.open", a=made["plan"].pk)

    assert {name: group_of(made, name) for name in PEOPLE} == before


def test_a_latecomer_goes_to_the_smallest_group() -> None:
    made = workshop(*PEOPLE[:5], count=2)
    made.fay("activity.open", a=made["board"].pk)
    assert sorted(sizes(made)) == [2, 3]

    made.join("Late")

    assert sizes(made) == [3, 3]


def test_groups_made_before_anybody_is_there_fill_as_people_come() -> None:
    made = running(boards(size=4))
    made.fay("activity.open", a=made["board"].pk)
    assert sizes(made) == []

    for number in range(12):
        made.join(f"Late {number}")

    assert sum(sizes(made)) == 12
    assert 2 <= len(sizes(made)) <= 3


def test_only_people_seen_lately_are_placed_and_the_others_when_they_return() -> None:
    made = workshop(size=5)
    asleep = Participant.objects.filter(pk=made.people["Jon"].row.pk)
    long_ago = asleep.get().joined_at - timedelta(hours=1)
    asleep.update(joined_at=long_ago, seen_at=long_ago)

    made.fay("groups.make", set="teams", mode="random", size=3)
    assert sum(sizes(made)) == 9
    assert group_of(made, "Jon") is None

    made.people["Jon"]("groups.enter", set="teams")
    assert sum(sizes(made)) == 10


def test_who_was_moved_by_hand_stays_when_groups_are_made_anew() -> None:
    made = workshop()
    made.fay("groups.make", set="teams", mode="random", count=3)
    third = Group.objects.get(group_set__key="teams", number=3)
    for name in ("Ana", "Ben", "Chidi"):
        made.fay("groups.move", set="teams", p=made.people[name].row.pk, g=third.pk)

    for _ in range(3):
        made.fay("groups.make", set="teams", mode="random", count=3)

    assert {group_of(made, name) for name in ("Ana", "Ben", "Chidi")} == {third.pk}
    assert sorted(sizes(made)) == [3, 3, 4]

    made.fay("groups.make", set="teams", mode="random", count=3, keep=False)
    assert sorted(sizes(made)) == [3, 3, 4]


def test_membership_is_history() -> None:
    made = workshop()
    made.fay("groups.make", set="teams", mode="hand", count=2)
    one, two = Group.objects.filter(group_set__key="teams").order_by("number")
    ana = made.people["Ana"].row

    made.fay("groups.move", set="teams", p=ana.pk, g=one.pk)
    made.fay("groups.move", set="teams", p=ana.pk, g=two.pk)
    made.fay("groups.move", set="teams", p=ana.pk, g=None)

    rows = Membership.objects.filter(participant=ana).order_by("pk")
    assert [row.group_id for row in rows] == [one.pk, two.pk]
    assert all(row.until is not None and row.until >= row.since for row in rows)


def test_surplus_groups_go_while_nothing_was_done_in_them_and_stay_afterwards() -> None:
    made = workshop()
    made.fay("groups.make", set="teams", mode="random", count=5)
    made.fay("groups.make", set="teams", mode="random", count=3)
    assert sizes(made)
    assert len(sizes(made)) == 3

    made.fay("activity.open", a=made["board"].pk)
    made.fay("groups.make", set="teams", mode="random", count=2)
    assert len(sizes(made)) == 3

    # Nobody is sent alone into the group that was given up.
    late = made.join("Late")
    place = Membership.objects.get(participant=late.row, until=None)
    assert place.group.number < 3


def test_learners_choose_their_table_and_change_it() -> None:
    made = workshop("Ana", "Ben", mode="table", count=3)
    made.fay("activity.open", a=made["board"].pk)
    assert sizes(made) == [0, 0, 0]
    tables = list(Group.objects.filter(group_set__key="teams").order_by("number"))

    made.people["Ana"]("groups.join", set="teams", g=tables[0].pk)
    made.people["Ana"]("groups.join", set="teams", g=tables[2].pk)

    assert sizes(made) == [0, 0, 1]


def test_a_full_table_takes_nobody_but_those_who_sit_there() -> None:
    made = workshop("Ana", "Ben")
    made.fay("groups.make", set="teams", mode="table", count=2, size=1)
    table = Group.objects.filter(group_set__key="teams").order_by("number").first()
    assert table
    made.people["Ana"]("groups.join", set="teams", g=table.pk)

    assert refusal(made.people["Ben"], "groups.join", set="teams", g=table.pk).code == "full"
    assert made.people["Ana"]("groups.join", set="teams", g=table.pk)["group"] == 1


def test_groups_made_at_random_are_not_chosen() -> None:
    made = workshop(size=5)
    made.fay("activity.open", a=made["board"].pk)
    group = Group.objects.first()
    assert group

    assert refusal(made.people["Ana"], "groups.join", set="teams", g=group.pk).code == "not_by_table"


def test_a_learner_makes_no_groups() -> None:
    made = workshop("Ana")

    assert refusal(made.people["Ana"], "groups.make", set="teams", mode="random", size=2).code == "not_allowed"
    assert not GroupSet.objects.exists()


def test_only_members_ask_for_help_and_the_first_call_counts() -> None:
    made = workshop("Ana", "Ben")
    made.fay("groups.make", set="teams", mode="hand", count=2)
    one, two = Group.objects.filter(group_set__key="teams").order_by("number")
    made.fay("groups.move", set="teams", p=made.people["Ana"].row.pk, g=one.pk)
    made.fay("groups.move", set="teams", p=made.people["Ben"].row.pk, g=two.pk)

    made.people["Ana"]("group.help", g=one.pk, on=True)
    first = Group.objects.get(pk=one.pk).help_at
    made.people["Ana"]("group.help", g=one.pk, on=True)

    assert first
    assert Group.objects.get(pk=one.pk).help_at == first
    assert refusal(made.people["Ben"], "group.help", g=one.pk, on=True).code == "not_yours"
    queue = made.slot("queue")
    assert queue
    assert queue.items
    assert f"g:{one.pk}" in queue.items

    made.fay("help.done", g=one.pk)
    assert Group.objects.get(pk=one.pk).help_at is None


def test_a_name_with_control_characters_is_refused() -> None:
    made = workshop("Ana")
    made.fay("groups.make", set="teams", mode="hand", count=1)
    group = Group.objects.get()

    assert refusal(made.fay, "groups.rename", g=group.pk, name="a\x00b").code == "bad_text"
    made.fay("groups.rename", g=group.pk, name="  The   sceptics ")
    assert Group.objects.get().label == "The sceptics"


def test_what_staff_do_with_groups_is_noted_without_names() -> None:
    made = workshop("Ana")
    made.fay("groups.make", set="teams", mode="hand", count=1)
    made.fay("groups.move", set="teams", p=made.people["Ana"].row.pk, g=Group.objects.get().pk)

    lines = Audit.objects.filter(act__startswith="groups.").values_list("act", "target")
    assert list(lines) == [("groups.make", "teams"), ("groups.move", "teams")]


def test_staff_see_names_and_learners_see_no_names() -> None:
    made = workshop("Ana", "Ben", mode="table", count=2)
    made.fay("activity.open", a=made["board"].pk)
    table = Group.objects.filter(number=1).get()
    made.people["Ana"]("groups.join", set="teams", g=table.pk)

    staff, learner = made.slot("groups:teams"), made.slot("groups:teams", "learner")
    mates = made.slot(f"members:{table.pk}", f"group:{table.pk}")

    assert staff
    assert "Ana" in str(staff.data)
    assert "Ben" in str(staff.data)
    assert learner
    assert "Ana" not in str(learner.data)
    assert "Ben" not in str(learner.data)
    assert mates
    assert mates.data["members"] == [[1, "Ana"]]


def test_a_removed_person_is_in_no_group_any_more() -> None:
    made = workshop("Ana", "Ben", count=1)
    made.fay("activity.open", a=made["board"].pk)

    made.fay("person.remove", p=made.people["Ben"].row.pk)

    assert sizes(made) == [1]
    assert "Ben" not in str(made.slot("groups:teams"))


def test_everybody_together_without_a_group_set() -> None:
    made = running(Part("Explore", (ActivitySpec(kind="board", title="All", key="all"),)), people=["Ana", "Ben"])
    made.fay("activity.open", a=made["all"].pk)

    assert sizes(made, "everyone") == [2]
    made.join("Late")
    assert sizes(made, "everyone") == [3]
