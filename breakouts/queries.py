"""Reading groups: every multi-row read, as typed dataclasses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from breakouts.sets import everybody
from workshop.kinds import SlotUse, activity_kinds
from workshop.live.models import ActivityRun, Group, GroupSet, Membership, Session
from workshop.plans.models import Activity

#: Key of the set that a per-group activity without a set of its own works in: one group of all.
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group."""

    id: int
    number: int
    label: str
    pinned: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """A group with the people in it now."""

    id: int
    number: int
    label: str
    name: str
    help_at: datetime | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class SetView:
    """A group set as staff see it."""

    key: str
    title: str
    mode: str
    size: int
    groups: tuple[Crew, ...]
    loose: tuple[Member, ...]

    @property
    def people(self) -> int:
        """How many have a group."""
        return sum(len(group.members) for group in self.groups)


def set_key(activity: Activity) -> str:
    """Key of the set an activity works in; '' when it has no copies per group."""
    if activity.group_set:
        return activity.group_set
    return EVERYONE if activity.kind in activity_kinds and activity_kinds.get(activity.kind).per_group else ""


def groups_of(session: int, key: str) -> list[Group]:
    """The groups of a set, by number."""
    return list(Group.objects.filter(group_set__session=session, group_set__key=key).order_by("number"))


def group_slots(run: ActivityRun) -> list[SlotUse]:
    """The slots about its groups that an activity with copies per group keeps on the stage, beside its own."""
    key = set_key(run.activity)
    uses = [SlotUse(f"groups:{key}", "staff"), SlotUse(f"groups:{key}", "learner")]
    return uses + [SlotUse(f"members:{group.pk}", f"group:{group.pk}") for group in groups_of(run.session_id, key)]


def view_set(session: int, key: str) -> SetView | None:
    """One set with its people; None when the session has not made it."""
    return next(iter(view_sets(session, [key])), None)


def view_sets(session: int, keys: Iterable[str] | None = None) -> list[SetView]:
    """The sets of a session (or those of the given keys) with their people, in four queries."""
    found = GroupSet.objects.filter(session=session).order_by("pk")
    sets = list(found if keys is None else found.filter(key__in=list(keys)))
    crews = defaultdict(list)
    members = members_of(Membership.objects.filter(group_set__in=sets, until=None))
    for group in Group.objects.filter(group_set__in=sets).order_by("number"):
        crew = Crew(group.pk, group.number, group.label, group.name, group.help_at, tuple(members[group.pk]))
        crews[group.group_set_id].append(crew)
    people = [Member(p.pk, p.number, p.label, named=bool(p.name)) for p in everybody(session)]
    return [_view(each, crews[each.pk], people) for each in sets]


def _view(group_set: GroupSet, crews: list[Crew], people: list[Member]) -> SetView:
    seated = {member.id for crew in crews for member in crew.members}
    return SetView(
        key=group_set.key,
        title=group_set.title or title_of(group_set),
        mode=group_set.mode,
        size=group_set.size,
        groups=tuple(crews),
        loose=tuple(person for person in people if person.id not in seated),
    )


def title_of(group_set: GroupSet) -> str:
    """What a set without a title is called."""
    return _("Everybody together") if group_set.key == EVERYONE else group_set.key.replace("-", " ").capitalize()


def members_of(memberships: QuerySet[Membership]) -> defaultdict[int, list[Member]]:
    """``{group: its members by seat}`` of these memberships, without people who were removed; one query."""
    found: defaultdict[int, list[Member]] = defaultdict(list)
    rows = memberships.select_related("participant").filter(participant__removed_at=None, participant__erased_at=None)
    for row in rows.order_by("participant__number"):
        person = row.participant
        found[row.group_id].append(Member(person.pk, person.number, person.label, row.pinned, bool(person.name)))
    return found


def set_keys(session: Session) -> dict[str, list[str]]:
    """``{key: titles of the activities that use it}`` of all sets that the session's plan names, in plan order."""
    found: dict[str, list[str]] = {}
    for activity in Activity.objects.filter(version=session.version_id).order_by("phase__position", "position"):
        key = set_key(activity)
        if key:
            found.setdefault(key, []).append(activity.title)
    return found
