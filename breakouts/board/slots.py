"""Slots of boards: the cards of one group, and the wall of all groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.db.models import Count, Max, Q

from breakouts.board.desk import current_run
from breakouts.board.models import Card
from breakouts.queries import groups_of, set_key
from workshop.kinds import Json
from workshop.live.models import Participant
from workshop.live.timing import epoch_ms
from workshop.questions.authors import TAGGED
from workshop.realtime.heads import read_head, read_heads
from workshop.realtime.slots import Shape, SlotReader, SlotRequest, SlotState, register

#: A name on a card is cut to this many characters, which keeps a card's frame below 1 kB in any script.
NAME_ON_CARD = 20


def place_of(rest: str) -> tuple[int, int] | None:
    """``(activity, group)`` of ``31:7``."""
    activity, _colon, group = rest.partition(":")
    return (int(activity), int(group)) if activity.isdecimal() and group.isdecimal() else None


class BoardCards(SlotReader):
    """``board:<activity>:<group>``: ``{"7": {"c": column, "t": text, "o": order, "k": colour, "r", "n"?: seat, "by"?}}``.

    ``n`` and ``by`` stand there only where the activity's privacy lets the group know, and never on the screen.
    """

    prefix = "board"
    shape: ClassVar[Shape] = "collection"
    by_language = False
    audiences: ClassVar[tuple[str, ...]] = ("staff", "group", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        return (f"group:{name.partition(':')[2]}",)

    def read(self, request: SlotRequest) -> SlotState | None:
        place = place_of(request.rest)
        if place is None:
            return None
        epoch, revision = read_head(request.session, f"group:{request.rest}")
        run = current_run(request.session, place[0])
        if run is None:
            return None
        cards = Card.objects.filter(activity=place[0], group=place[1], group__group_set__session=request.session)
        since = request.since or 0
        cards = cards.filter(revision__gt=since) if since else cards.filter(removed=False)
        named = request.audience != "screen" and run.activity.privacy not in (*TAGGED, "own")
        items = items_of(cards, with_names=run.activity.privacy == "named", with_seats=named)
        return SlotState(epoch, revision, items=items, since=since)


def items_of(cards: Iterable[Card], *, with_names: bool, with_seats: bool) -> dict[str, Json]:
    """Cards as items of the collection; removed ones are None. One query for the names."""
    found = list(cards)
    people = _people(found) if with_seats else {}
    return {
        str(card.pk): None if card.removed else _item(card, people.get(card.author), with_names=with_names)
        for card in found
    }


def _people(cards: Iterable[Card]) -> Mapping[str, Participant]:
    ids = {int(card.author[2:]) for card in cards if card.author.startswith("p:")}
    return {person.key: person for person in Participant.objects.filter(pk__in=ids, erased_at=None)}


def _item(card: Card, person: Participant | None, *, with_names: bool) -> dict[str, Json]:
    item: dict[str, Json] = {
        "c": card.column,
        "t": card.text,
        "o": card.position,
        "k": card.colour,
        "r": card.revision,
    }
    if person is not None:
        item["n"] = person.number
        if with_names and person.name:
            item["by"] = person.name[:NAME_ON_CARD]
    return item


class Wall(SlotReader):
    """``wall:<activity>``: ``{"7": [cards, last change in server ms, waiting for help since]}`` by group, 0 for none."""

    prefix = "wall"
    counting = True
    by_language = False
    audiences: ClassVar[tuple[str, ...]] = ("staff",)

    def heads(self, name: str) -> tuple[str, ...]:
        return ("session", "people", f"group:{name.partition(':')[2]}:*")

    def read(self, request: SlotRequest) -> SlotState | None:
        if not request.rest.isdecimal():
            return None
        activity = int(request.rest)
        epoch, revision = _number(request.session, activity)
        run = current_run(request.session, activity)
        if run is None:
            return None
        exact = run.activity.privacy not in TAGGED
        counts = {
            row["group"]: (row["cards"], epoch_ms(row["last"]) if exact and row["last"] else 0)
            for row in Card.objects.filter(activity=activity)
            .values("group")
            .annotate(cards=Count("pk", filter=Q(removed=False)), last=Max("changed_at"))
        }
        groups = groups_of(request.session, set_key(run.activity))
        data = {
            str(group.pk): [*counts.get(group.pk, (0, 0)), epoch_ms(group.help_at) if group.help_at else 0]
            for group in groups
        }
        return SlotState(epoch, revision, data=data)


def _number(session: int, activity: int) -> tuple[int, int]:
    """Epoch and revision over ``session``, ``people`` and all boards of the activity; before any row is read."""
    heads = read_heads(session, ("session", "people"), f"group:{activity}:").values()
    return sum(epoch for epoch, _ in heads) - len(heads) + 1, sum(revision for _, revision in heads)


register(BoardCards())
register(Wall())
