"""What people do with groups: make, shuffle, move, choose, rename, ask for help.

All of it locks the heads ``session`` and ``people``: whoever joins holds ``people``, so nobody is placed into a group
that is being dealt anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from breakouts import sets, undoing
from breakouts.allocation import MOST_GROUPS
from workshop.kinds import Json, Refused
from workshop.live.access import grant
from workshop.live.models import Audit, Group, GroupSet, Membership, Participant, Session
from workshop.questions.texts import clean
from workshop.realtime.ops import Call, Payload, op

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

SetKey = Annotated[str, StringConstraints(min_length=1, max_length=80)]
NAME_LIMIT = 60

grant("groups.choose", "learner")
grant("groups.help", "learner")


def group_heads(call: Call[Any]) -> tuple[str, ...]:
    """Heads of every act on groups."""
    del call
    return ("session", "people")


class MakeGroups(Payload):
    """``size`` or ``count`` (0 = not given; with neither, groups of five). In mode ``table`` the size is the number of
    seats a table has, 0 for no limit."""

    set: SetKey
    mode: Literal["random", "table", "hand"]
    size: int = Field(default=0, ge=0, le=MOST_GROUPS)
    count: int = Field(default=0, ge=0, le=MOST_GROUPS)
    keep: bool = True
    seen: bool = True


@op("groups.make", MakeGroups, permission="groups.edit", heads=group_heads)
def make_groups(batch: Batch, call: Call[MakeGroups]) -> dict[str, Json]:
    """Make the groups of a set, or make them anew.

    Mode ``random`` deals everybody (``seen``: who gave a sign of life in the last ten minutes) into groups; ``table``
    and ``hand`` have ``count`` groups and leave everybody where they are. For ten seconds it can be taken back. Refuses
    ``ended`` and ``no_count``.
    """
    wanted = call.payload
    running(call.session)
    if wanted.mode != "random" and not wanted.count:
        raise Refused("no_count", _("How many groups shall there be?"))
    size = wanted.size if wanted.count or wanted.size else sets.DEFAULT_SIZE
    memory = undoing.Memory(batch, call.session, wanted.set)
    group_set = sets.set_of(call.session, wanted.set, mode=wanted.mode, size=size)
    if wanted.mode == "random":
        people = _who(call.session, batch, seen=wanted.seen)
        groups = sets.shuffle(batch, group_set, people, count=wanted.count, keep=wanted.keep)
    else:
        groups = sets.resize(batch, group_set, wanted.count)
    undoing.offer(batch, call.session, call.op, memory)
    return _done(batch, call, wanted.set, groups=len(groups))


def _who(session: int, batch: Batch, *, seen: bool) -> list[int]:
    if seen:
        return sets.seen_lately(session, batch.now)
    return list(sets.everybody(session).values_list("pk", flat=True))


class FillGroups(Payload):
    """Whom: everybody without a group."""

    set: SetKey


@op("groups.fill", FillGroups, permission="groups.edit", heads=group_heads)
def fill_groups(batch: Batch, call: Call[FillGroups]) -> dict[str, Json]:
    """Seat everybody who has no group in the smallest ones. Refuses ``no_set``, ``ended``."""
    running(call.session)
    group_set = find_set(call.session, call.payload.set)
    memory = undoing.Memory(batch, call.session, call.payload.set)
    seated = Membership.objects.filter(group_set=group_set, until=None).values("participant_id")
    loose = sets.everybody(call.session).exclude(pk__in=seated)
    for participant in loose:
        sets.add_latecomer(batch, group_set, participant.pk)
    undoing.offer(batch, call.session, call.op, memory)
    return _done(batch, call, call.payload.set, placed=len(loose))


class MovePerson(Payload):
    """``g`` null: out of all groups of the set."""

    set: SetKey
    p: int
    g: int | None


@op("groups.move", MovePerson, permission="groups.edit", heads=group_heads)
def move_person(batch: Batch, call: Call[MovePerson]) -> dict[str, Json]:
    """Move somebody by hand; they stay there when the groups are shuffled. Refuses ``no_person``, ``no_group``."""
    wanted = call.payload
    running(call.session)
    group_set = find_set(call.session, wanted.set)
    if not sets.everybody(call.session).filter(pk=wanted.p).exists():
        raise Refused("no_person", _("This person is not in the session any more."))
    if wanted.g is None:
        sets.unseat(batch, group_set, participant=wanted.p)
        return _done(batch, call, wanted.set)
    group = find_group(group_set, wanted.g)
    sets.seat(batch, group_set, {wanted.p: group.pk}, pinned=True)
    return _done(batch, call, wanted.set, group=group.number)


class ChooseTable(Payload):
    """``g``: the group (id) whose table the learner sits at."""

    set: SetKey
    g: int


@op("groups.join", ChooseTable, permission="groups.choose", heads=group_heads)
def choose_table(batch: Batch, call: Call[ChooseTable]) -> dict[str, Json]:
    """A learner says at which table they sit. Refuses ``not_by_table``, ``no_group``, ``full``."""
    wanted = call.payload
    running(call.session)
    group_set = find_set(call.session, wanted.set)
    if group_set.mode != "table":
        raise Refused("not_by_table", _("Your facilitator makes these groups."))
    group = find_group(group_set, wanted.g)
    others = Membership.objects.filter(group=group, until=None, participant__removed_at=None)
    if group_set.size and others.exclude(participant=call.actor.id).count() >= group_set.size:
        raise Refused("full", _("This table is full. Please choose another, or ask your facilitator."))
    sets.seat(batch, group_set, {call.actor.id: group.pk})
    sets.note(batch, call.session)
    return {"group": group.number, "id": group.pk}


class EnterGroups(Payload):
    """Whoever came back after the groups were made."""

    set: SetKey


@op("groups.enter", EnterGroups, permission="groups.choose", heads=group_heads)
def enter_groups(batch: Batch, call: Call[EnterGroups]) -> dict[str, Json]:
    """A learner without a group goes to the smallest one of a set made at random. Refuses ``no_set``, ``by_staff``."""
    running(call.session)
    group_set = find_set(call.session, call.payload.set)
    held = Membership.objects.filter(group_set=group_set, participant=call.actor.id, until=None).first()
    if held is not None:
        return {"id": held.group_id}
    if group_set.mode != "random":
        raise Refused("by_staff", _("Please ask your facilitator which group is yours."))
    group = sets.add_latecomer(batch, group_set, call.actor.id)
    sets.note(batch, call.session)
    return {"id": group.pk}


class RenameGroup(Payload):
    """An empty name brings "Group 3" back."""

    g: int
    name: str = Field(max_length=400)


@op("groups.rename", RenameGroup, permission="groups.edit", heads=group_heads)
def rename_group(batch: Batch, call: Call[RenameGroup]) -> dict[str, Json]:
    """Give a group a name. Refuses ``no_group``, ``bad_text``, ``too_long``."""
    name = clean(call.payload.name, NAME_LIMIT)
    group = Group.objects.filter(group_set__session=call.session, pk=call.payload.g).first()
    if group is None:
        raise _no_group()
    group.name = name
    group.save(update_fields=["name"])
    _touch_members(batch, group)
    return _done(batch, call, f"group:{group.pk}")


def _touch_members(batch: Batch, group: Group) -> None:
    people = Membership.objects.filter(group=group, until=None).values_list("participant_id", "group_set__session_id")
    for participant, session in people:
        batch.touch_person(session, f"p:{participant}")


class GroupHelp(Payload):
    """``on``: ask, or say that it is no longer needed."""

    g: int
    on: bool


@op("group.help", GroupHelp, permission="groups.help", heads=group_heads)
def ask_for_help(batch: Batch, call: Call[GroupHelp]) -> dict[str, Json]:
    """A member asks the facilitator to come to the group. Refuses ``not_yours``."""
    group = Group.objects.filter(
        Q(memberships__participant=call.actor.id, memberships__until=None),
        pk=call.payload.g,
        group_set__session=call.session,
    ).first()
    if group is None:
        raise Refused("not_yours", _("You are not in this group any more."))
    if bool(group.help_at) != call.payload.on:
        # The first call counts: who asks again does not go to the end of the queue.
        group.help_at = batch.now if call.payload.on else None
        group.save(update_fields=["help_at"])
        _touch_members(batch, group)
        sets.note(batch, call.session)
    return {"help": call.payload.on}


def running(session: int) -> None:
    """Refuse ``ended`` once the session is over."""
    if Session.objects.filter(pk=session, state="ended").exists():
        raise Refused("ended", _("This session has ended."))


def find_set(session: int, key: str) -> GroupSet:
    """The set of that key. Refuses ``no_set``."""
    found = GroupSet.objects.filter(session=session, key=key).first()
    if found is None:
        raise Refused("no_set", _("These groups have not been made yet."))
    return found


def find_group(group_set: GroupSet, group: int) -> Group:
    """A group of the set. Refuses ``no_group``."""
    found = group_set.groups.filter(pk=group).first()
    if found is None:
        raise _no_group()
    return found


def _no_group() -> Refused:
    return Refused("no_group", _("There is no such group any more."))


def _done(batch: Batch, call: Call[Any], target: str, **result: Json) -> dict[str, Json]:
    Audit.objects.create(session_id=call.session, actor=call.author, act=call.op, target=target, at=batch.now)
    sets.note(batch, call.session)
    return result


def place_arrival(batch: Batch, session: Session, participant: Participant) -> None:
    """Whoever comes late goes to the smallest group of every set that was dealt at random.

    Sets by hand are staff's to fill, and a table is asked for on the phone.
    """
    for group_set in GroupSet.objects.filter(session=session, mode="random").order_by("pk"):
        sets.add_latecomer(batch, group_set, participant.pk)
        sets.note(batch, session.pk)
