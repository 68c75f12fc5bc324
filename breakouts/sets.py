"""Writers of group sets: make, resize, fill, seat. All run inside a batch that holds the head ``people`` or ``session``.

Membership is history: a move ends the old row (``until``) and begins a new one, so that an answer given at 9:50 still
belongs to the group of 9:50.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from breakouts.allocation import Filling, deal, how_many, place_for, wants_new_group
from workshop.live.models import ActivityRun, Group, GroupSet, Membership, Participant
from workshop.realtime import presence

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

SEEN_WITHIN = timedelta(minutes=10)
DEFAULT_SIZE = 5


def note(batch: Batch, session: int) -> None:
    """Move the heads that number everything about groups, those of them that this batch holds."""
    for head in ("session", "people"):
        if (session, head) in batch.heads:
            batch.move(session, head)


def everybody(session: int) -> QuerySet[Participant]:
    """The people of a session: neither removed nor erased, in the order of their seats."""
    return Participant.objects.filter(session=session, removed_at=None, erased_at=None).order_by("number")


def seen_lately(session: int, now: datetime) -> list[int]:
    """Ids of those who gave a sign of life in the last ten minutes; of all when nobody did (a session driven by
    commands)."""
    heard = {int(key[2:]) for key in presence.seen(session) if key.startswith("p:")}
    since = now - SEEN_WITHIN
    people = list(everybody(session).values_list("pk", "seen_at", "joined_at"))
    lately = [pk for pk, seen, joined in people if pk in heard or joined >= since or (seen and seen >= since)]
    return lately or [pk for pk, _seen, _joined in people]


def set_of(session: int, key: str, *, mode: str, size: int) -> GroupSet:
    """The set of that key with this mode and size, made when the session has none yet."""
    group_set, made = GroupSet.objects.get_or_create(session_id=session, key=key, defaults={"mode": mode, "size": size})
    if not made and (group_set.mode, group_set.size) != (mode, size):
        group_set.mode, group_set.size = mode, size
        group_set.save(update_fields=["mode", "size"])
    return group_set


def resize(batch: Batch, group_set: GroupSet, count: int) -> list[Group]:
    """Have ``count`` groups, numbered from 1, and return them.

    Surplus groups are emptied. They are deleted as long as no activity has used the set; afterwards they stay, because
    their cards do.
    """
    groups = list(group_set.groups.order_by("number"))
    known = {group.number for group in groups}
    missing = [Group(group_set=group_set, number=number) for number in range(1, count + 1) if number not in known]
    surplus = [group for group in groups if group.number > count]
    if surplus:
        unseat(batch, group_set, group__in=surplus)
        if not used(group_set):
            Group.objects.filter(pk__in=[group.pk for group in surplus]).delete()
    Group.objects.bulk_create(missing)
    return list(group_set.groups.filter(number__lte=count).order_by("number"))


def used(group_set: GroupSet) -> bool:
    """Whether an activity that works in these groups has been open."""
    return ActivityRun.objects.filter(
        session_id=group_set.session_id, activity__group_set=group_set.key, opened_at__isnull=False
    ).exists()


def unseat(batch: Batch, group_set: GroupSet, **which: object) -> None:
    """End the present memberships of a set that match ``which``."""
    present = Membership.objects.filter(group_set=group_set, until=None, **which)
    for participant in present.values_list("participant_id", flat=True):
        batch.touch_person(group_set.session_id, f"p:{participant}")
    present.update(until=batch.now)


def seat(batch: Batch, group_set: GroupSet, places: Mapping[int, int], *, pinned: bool = False) -> int:
    """Seat people: ``places`` maps participants to groups (ids). Those who sit there already keep their row.

    Returns how many moved.
    """
    here = dict(
        Membership.objects.filter(group_set=group_set, until=None, participant__in=places).values_list(
            "participant_id", "group_id"
        )
    )
    movers = {person: group for person, group in places.items() if here.get(person) != group}
    if pinned:
        stay = [person for person in places if person not in movers]
        Membership.objects.filter(group_set=group_set, until=None, participant__in=stay).update(pinned=True)
    unseat(batch, group_set, participant__in=[person for person in movers if person in here])
    Membership.objects.bulk_create(
        Membership(group_set=group_set, group_id=group, participant_id=person, pinned=pinned, since=batch.now)
        for person, group in movers.items()
    )
    for person in movers:
        batch.touch_person(group_set.session_id, f"p:{person}")
    return len(movers)


def shuffle(
    batch: Batch,
    group_set: GroupSet,
    people: Iterable[int],
    *,
    count: int = 0,
    keep: bool = True,
    chance: Random | None = None,
) -> list[Group]:
    """Divide these people at random into groups of the set's size, or into ``count`` groups.

    ``keep``: people whom staff moved by hand stay where they are. Whoever is not among ``people`` is in no group
    afterwards.
    """
    crowd = list(people)
    groups = resize(batch, group_set, how_many(len(crowd), size=group_set.size, count=count))
    unseat(batch, group_set, **({"pinned": False} if keep else {}))
    pins = _pins(group_set, groups) if keep else {}
    if groups:
        dealt = deal(crowd, len(groups), pins, chance or SystemRandom())
        seat(batch, group_set, {person: groups[i].pk for i, crew in enumerate(dealt) for person in crew})
    return groups


def _pins(group_set: GroupSet, groups: list[Group]) -> dict[int, int]:
    index = {group.pk: position for position, group in enumerate(groups)}
    present = Membership.objects.filter(group_set=group_set, until=None, pinned=True)
    return {
        person: index[group] for person, group in present.values_list("participant_id", "group_id") if group in index
    }


def fillings(group_set: GroupSet) -> list[Filling]:
    """How full the groups of a set are, in one query."""
    here = Count("memberships", filter=Q(memberships__until=None, memberships__participant__removed_at=None))
    groups = group_set.groups.annotate(here=here, ever=Count("memberships")).order_by("number")
    return [Filling(group.pk, group.number, group.here, group.ever) for group in groups]


def add_latecomer(batch: Batch, group_set: GroupSet, participant: int) -> Group:
    """Seat somebody who comes late in the smallest group, or in a new one when all are far too full."""
    full = fillings(group_set)
    smallest = place_for(full)
    if smallest is None or wants_new_group(full, group_set.size):
        number = max((filling.number for filling in full), default=0) + 1
        group = Group.objects.create(group_set=group_set, number=number)
    else:
        group = Group.objects.get(pk=smallest.group)
    seat(batch, group_set, {participant: group.pk})
    return group
