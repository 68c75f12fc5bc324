"""Boards without script: a learner's own board with forms, and all boards for staff to read and print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from breakouts.board import authors
from breakouts.board.config import BoardConfig
from breakouts.board.desk import current_run
from breakouts.board.kind import Board, who_sees
from breakouts.board.models import TEXT_LIMIT, Card
from breakouts.board.slots import items_of
from breakouts.queries import SetView, set_key, view_set
from workshop import numbers
from workshop.kinds import Refused
from workshop.live.access import Actor
from workshop.live.door import learner_actor, staff_actor
from workshop.live.models import ActivityRun, Session
from workshop.live.panel.acting import act
from workshop.realtime import door


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as this reader sees it."""

    id: int
    text: str
    colour: str
    by: str
    mine: bool
    edits: bool
    moves: bool


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of one group, by columns."""

    group: int
    label: str
    members: str
    help: bool
    columns: list[tuple[int, str, list[CardView]]]


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the boards of an activity."""

    actor: Actor
    session: Session
    run: ActivityRun
    config: BoardConfig

    @property
    def own(self) -> bool:
        """Whether this reader writes on a board of their own."""
        return self.actor.role == "learner"


def _seat(request: HttpRequest, public_id: str, activity: int) -> Seat:
    """Who asks; 404 for all who may not."""
    session = Session.objects.filter(public_id=public_id, erased_at=None).first()
    # Numbers of rows have 64 bits; a database refuses to look for others.
    run = current_run(session.pk, activity) if session and activity < 2**63 else None
    if session is None or run is None or run.activity.kind != Board.slug:
        raise Http404
    config = Board().load(run.activity.config, run.activity.config_version)
    staff = staff_actor(session, request.user)
    # Who hears a board by socket may read its page, and nobody else.
    if staff is not None and door.current().may_watch(staff, f"board:{activity}"):
        return Seat(staff, session, run, config)
    known = learner_actor(session, request.COOKIES)
    if known is None or run.state == "ready":
        raise Http404
    return Seat(known[0], session, run, config)


@require_safe
def page(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """The learner's own board, or all boards for staff."""
    seat = _seat(request, public_id, activity)
    key = set_key(seat.run.activity)
    found = view_set(seat.session.pk, key)
    context: dict[str, Any] = {
        "session": seat.session,
        "activity": seat.run.activity,
        "config": seat.config,
        "set": key,
        "columns": list(enumerate(seat.config.columns, start=1)),
        "boards": _boards(seat, found) if found else [],
        "writable": seat.own and seat.run.state == "open" and not seat.run.frozen,
        "adds": seat.config.add == "members",
        "who_sees": who_sees(seat.run.activity.privacy),
        "limit": TEXT_LIMIT,
        "tables": found.groups if found and found.mode == "table" else (),
        "own": seat.own,
    }
    return render(request, "board/page.html", context)


def _boards(seat: Seat, found: SetView) -> list[BoardView]:
    groups = [
        crew for crew in found.groups if not seat.own or any(member.id == seat.actor.id for member in crew.members)
    ]
    cards = Card.objects.filter(activity=seat.run.activity_id, group__in=[crew.id for crew in groups], removed=False)
    by_group: dict[int, list[Card]] = {crew.id: [] for crew in groups}
    for card in cards:
        by_group[card.group_id].append(card)
    return [
        BoardView(
            crew.id,
            crew.label,
            ", ".join(member.label for member in crew.members),
            crew.help_at is not None,
            _columns(seat, by_group[crew.id]),
        )
        for crew in groups
    ]


def _columns(seat: Seat, cards: list[Card]) -> list[tuple[int, str, list[CardView]]]:
    privacy = seat.run.activity.privacy
    known = privacy in ("named", "pseudonymous")
    items = items_of(cards, with_names=privacy == "named", with_seats=known)
    ordered = sorted(cards, key=lambda card: (card.position, card.pk))
    found: list[tuple[int, str, list[CardView]]] = [
        (number, title, []) for number, title in enumerate(seat.config.columns, start=1)
    ]
    for card in ordered:
        found[seat.config.column(card.column) - 1][2].append(_card(seat, card, items[str(card.pk)]))
    return found


def _card(seat: Seat, card: Card, item: Mapping[str, Any]) -> CardView:
    mine = seat.own and authors.is_author(seat.actor, card.author, seat.run.activity_id)
    by = item.get("by") or (_("Seat %(number)s") % {"number": item["n"]} if "n" in item else "")
    allowed = {"members": True, "own": mine, "staff": False}
    return CardView(card.pk, card.text, card.colour, by, mine, allowed[seat.config.edit], allowed[seat.config.move])


#: Forms of the page: fields of the form -> op and its fields.
Form = Mapping[str, str]


def _add(post: Form) -> tuple[str, dict[str, Any]]:
    column = _number(post, "column") or 1
    return "card.add", {"column": column, "text": post.get("text", ""), "colour": "abcd"[(column - 1) % 4]}


_ACTS: dict[str, Callable[[Form], tuple[str, dict[str, Any]]]] = {
    "add": _add,
    "edit": lambda post: (
        "card.edit",
        {"card": _number(post, "card"), "text": post.get("text", ""), "colour": post.get("colour", "a")},
    ),
    "move": lambda post: (
        "card.move",
        {"card": _number(post, "card"), "column": _number(post, "column"), "before": None},
    ),
    "remove": lambda post: ("card.remove", {"card": _number(post, "card"), "on": True}),
}
_ABOUT_GROUPS: dict[str, Callable[[Form], tuple[str, dict[str, Any]]]] = {
    "help": lambda post: ("group.help", {"g": _number(post, "g"), "on": post.get("on") == "1"}),
    "join": lambda post: ("groups.join", {"set": post.get("set", ""), "g": _number(post, "g")}),
    "enter": lambda post: ("groups.enter", {"set": post.get("set", "")}),
}


@require_POST
def do(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """One act of the page's forms; the op checks who may do it."""
    seat = _seat(request, public_id, activity)
    post = request.POST.dict()
    name = post.get("act", "")
    try:
        if name in _ACTS:
            op, fields = _ACTS[name](post)
            act(seat.actor, op, {"a": activity, "g": _number(post, "g"), **fields})
        elif name in _ABOUT_GROUPS:
            act(seat.actor, *_ABOUT_GROUPS[name](post))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("board:page", public_id, activity)


def _number(post: Form, name: str) -> int:
    return numbers.field(post.get(name, ""))
