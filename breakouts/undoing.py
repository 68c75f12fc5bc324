"""Taking groups back that were made a moment ago. Who sat where before is known from the history of seats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from breakouts import sets
from workshop.kinds import Refused
from workshop.live import timing
from workshop.live.models import Group, GroupSet, Membership, Session
from workshop.questions.models import Response

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

#: What this package calls its part of a step.
PART = "groups"


@dataclass(frozen=True, slots=True)
class Before:
    """A set as it was before a step, as plain JSON.

    Args:
        key: of the set.
        at: the instant of the step: seats taken and left in it bear it.
        mode: of the set; '' when there was none.
        size: of the set.
        groups: those that there were: ``[id, number, name, help_at]``.
        seats: people of groups that the step deleted, with their history: ``[participant, group, role, pinned, since]``.
        part: ``PART``.
    """

    key: str
    at: str
    mode: str = ""
    size: int = 0
    groups: list[list[Any]] | None = None
    seats: list[list[Any]] | None = None
    part: str = PART


class Memory:
    """Remembers one set while a step changes it."""

    def __init__(self, batch: Batch, session: int, key: str) -> None:
        self._at, self._key = batch.now.isoformat(), key
        self._set = GroupSet.objects.filter(session=session, key=key).first()
        self._groups = list(self._set.groups.all()) if self._set else []
        self._seats = list(Membership.objects.filter(group__in=self._groups, until=None))

    def before(self) -> dict[str, Any]:
        """What is needed to take the step back. Called after it."""
        if self._set is None:
            return asdict(Before(self._key, self._at))
        left = set(Group.objects.filter(group_set=self._set).values_list("pk", flat=True))
        groups = [[each.pk, each.number, each.name, _text(each.help_at)] for each in self._groups]
        seats = [
            [each.participant_id, each.group_id, each.role, each.pinned, each.since.isoformat()]
            for each in self._seats
            if each.group_id not in left
        ]
        return asdict(Before(self._key, self._at, self._set.mode, self._set.size, groups, seats))


def offer(batch: Batch, session: int, op: str, memory: Memory) -> None:
    """Let this step be taken back for ten seconds (``session.undo``)."""
    row = Session.objects.get(pk=session)
    until = (batch.now + timing.UNDO).isoformat()
    row.undo = {
        "op": op, "title": "", "until": until, "session": {}, "phases": {}, "runs": {}, "made": [],
        "prepared": [memory.before()],
    }  # fmt: skip
    row.save(update_fields=["undo"])


def taken_back(batch: Batch, session: Session, step: Mapping[str, Any]) -> Callable[[], None] | None:
    """For ``live.hooks.undoings``: what puts the sets of a step back.

    Refuses ``written`` when something was written in groups that the step has made. Groups that were made because an
    activity opened stay in that case: it is the opening that is taken back.
    """
    parts = [Before(**each) for each in step.get("prepared", ()) if each.get("part") == PART]
    writing = [part for part in parts if _written(session, part)]
    if writing and step["op"].startswith("groups."):
        raise Refused("written", _("Something was written in these groups already."))
    rest = [part for part in parts if part not in writing]
    return (lambda: _put_back(batch, session, rest)) if rest else None


def _written(session: Session, part: Before) -> bool:
    """Whether anything hangs on the groups that the step made, beside the seats: cards, answers of or in a group."""
    made = _made(session, part)
    if not made:
        return False
    # Answers bear the number of their author's group where the activity works in this set.
    numbers = Group.objects.filter(pk__in=made).values_list("number", flat=True)
    in_them = Q(activity__group_set=part.key, group__in=[str(number) for number in numbers])
    by_them = Q(author__in=[f"g:{pk}" for pk in made])
    if Response.objects.filter(in_them | by_them, session_id=session.pk).exists():
        return True
    hanging = Q()
    for relation in Group._meta.related_objects:  # noqa: SLF001 - Django's documented way to ask a model
        if relation.related_model is not Membership:
            hanging |= Q(**{f"{relation.name}__isnull": False})
    return bool(hanging) and Group.objects.filter(hanging, pk__in=made).exists()


def _made(session: Session, part: Before) -> list[int]:
    known = [each[0] for each in part.groups or ()]
    here = Group.objects.filter(group_set__session=session, group_set__key=part.key)
    return list(here.exclude(pk__in=known).values_list("pk", flat=True))


def _put_back(batch: Batch, session: Session, parts: list[Before]) -> None:
    for part in parts:
        group_set = GroupSet.objects.filter(session=session, key=part.key).first()
        if group_set is not None:
            _put_set_back(batch, group_set, part)
    sets.note(batch, session.pk)


def _put_set_back(batch: Batch, group_set: GroupSet, part: Before) -> None:
    at = datetime.fromisoformat(part.at)
    seats = Membership.objects.filter(group_set=group_set)
    moved = set(seats.filter(Q(since__gte=at) | Q(until__gte=at)).values_list("participant_id", flat=True))
    came = set(seats.filter(since__gt=at).values_list("participant_id", flat=True))
    seats.filter(since__gte=at).delete()
    seats.filter(until__gte=at).update(until=None)
    if part.mode:
        _put_groups_back(group_set, part)
        moved |= {each[0] for each in part.seats or ()}
        _seat_again(batch, group_set, came)
    else:
        group_set.delete()
    for participant in moved:
        batch.touch_person(group_set.session_id, f"p:{participant}")


def _put_groups_back(group_set: GroupSet, part: Before) -> None:
    """The groups and seats that the step deleted, without those that it made."""
    Group.objects.filter(pk__in=_made(group_set.session, part)).delete()
    group_set.mode, group_set.size = part.mode, part.size
    group_set.save(update_fields=["mode", "size"])
    here = set(group_set.groups.values_list("pk", flat=True))
    Group.objects.bulk_create(
        Group(pk=pk, group_set=group_set, number=number, name=name, help_at=_instant(help_at))
        for pk, number, name, help_at in part.groups or ()
        if pk not in here
    )
    Membership.objects.bulk_create(
        Membership(
            group_set=group_set, group_id=group, participant_id=person, role=role, pinned=pinned,
            since=datetime.fromisoformat(since),
        )
        for person, group, role, pinned, since in part.seats or ()
    )  # fmt: skip


def _seat_again(batch: Batch, group_set: GroupSet, came: set[int]) -> None:
    """Whoever came after the step keeps a seat, where seats are dealt."""
    seated = Membership.objects.filter(group_set=group_set, until=None).values_list("participant_id", flat=True)
    if group_set.mode == "random":
        for participant in sorted(came - set(seated)):
            sets.add_latecomer(batch, group_set, participant)


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
