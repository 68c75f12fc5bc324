"""Slots about groups: the set as staff see it, the tables that can be chosen, the people of one group."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from breakouts.queries import Crew, Member, SetView, members_of, view_sets
from workshop import numbers
from workshop.kinds import Json
from workshop.live.models import Group, Membership
from workshop.live.timing import epoch_ms
from workshop.realtime.heads import read_heads
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState, register

#: Making groups moves ``session``; joining, names and calls for help move ``people``.
HEADS = ("session", "people")


def number_of(session: int) -> tuple[int, int]:
    """``(epoch, revision)`` of what is numbered by both heads: read before any row."""
    heads = read_heads(session, HEADS)
    return sum(epoch for epoch, _ in heads.values()) - 1, sum(revision for _, revision in heads.values())


class GroupReader(SlotReader):
    """What the readers of groups share: both heads, and several slots of one session in a few queries."""

    def heads(self, name: str) -> tuple[str, ...]:
        del name
        return HEADS

    def read(self, request: SlotRequest) -> SlotState | None:
        return self.read_many([request])[0]

    def read_many(self, requests: Sequence[SlotRequest]) -> list[SlotState | None]:
        if not requests:
            return []
        epoch, revision = number_of(requests[0].session)
        found = self.data_of(requests[0].session, requests)
        return [None if data is None else SlotState(epoch, revision, data=data) for data in found]

    @abstractmethod
    def data_of(self, session: int, requests: Sequence[SlotRequest]) -> list[Json]:
        """What each slot holds; None for one that there is not."""


class GroupSets(GroupReader):
    """``groups:<set key>``: to staff everything, to learners the mode and, by table, how full the tables are."""

    prefix = "groups"
    counting = True
    audiences: ClassVar[tuple[str, ...]] = ("staff", "learner")

    def data_of(self, session: int, requests: Sequence[SlotRequest]) -> list[Json]:
        views = {view.key: view for view in view_sets(session, {request.rest for request in requests})}
        return [_data(views[each.rest], each.audience) if each.rest in views else None for each in requests]


def _data(view: SetView, audience: str) -> Json:
    if audience.startswith("staff"):
        return {
            "mode": view.mode,
            "size": view.size,
            "groups": [_crew(crew) for crew in view.groups],
            "loose": [_member(member) for member in view.loose],
        }
    if view.mode != "table":
        # Nothing that changes with every arrival: it would be sent to everybody each time.
        return {"mode": view.mode}
    tables = [
        {"id": crew.id, "number": crew.number, "label": crew.label, "n": len(crew.members)} for crew in view.groups
    ]
    return {"mode": view.mode, "size": view.size, "groups": tables}


def _crew(crew: Crew) -> dict[str, Json]:
    return {
        "id": crew.id,
        "number": crew.number,
        "label": crew.label,
        "help": epoch_ms(crew.help_at) if crew.help_at else None,
        "members": [_member(member) for member in crew.members],
    }


def _member(member: Member) -> dict[str, Json]:
    return {"p": member.id, "n": member.number, "label": member.label, "pinned": member.pinned}


class GroupMembers(GroupReader):
    """``members:<group id>``: who is in it, for its members and staff."""

    prefix = "members"
    by_language = False
    audiences: ClassVar[tuple[str, ...]] = ("staff", "group")

    def data_of(self, session: int, requests: Sequence[SlotRequest]) -> list[Json]:
        ids = [numbers.row(request.rest) for request in requests]
        groups = {group.pk: group for group in Group.objects.filter(group_set__session=session, pk__in=ids)}
        members = members_of(Membership.objects.filter(group__in=groups, until=None))
        return [_mates(groups[pk], members[pk]) if pk in groups else None for pk in ids]


def _mates(group: Group, members: Sequence[Member]) -> dict[str, Json]:
    return {
        "id": group.pk,
        "number": group.number,
        "name": group.name,
        "help": bool(group.help_at),
        # Seats by number: the words for a nameless one depend on the reader's language.
        "members": [[member.number, member.label if member.named else ""] for member in members],
    }


register(GroupSets())
register(GroupMembers())
