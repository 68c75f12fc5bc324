"""What people do with cards. Every act holds the head of its group's board and checks there whether it is open."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from breakouts.board import desk
from breakouts.board.desk import Desk
from breakouts.board.models import TEXT_LIMIT, Card
from workshop.kinds import Json, Refused
from workshop.live.access import LEADS, grant
from workshop.live.models import ActivityRun, Audit
from workshop.questions.texts import clean
from workshop.realtime.ops import Call, Payload, Result, op

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

grant("card.write", "learner", *LEADS)
grant("board.show", *LEADS, "presenter")

Colour = Literal["a", "b", "c", "d"]


class CardPayload(Payload):
    """``a``: the activity, ``g``: the group (id)."""

    a: int
    g: int


def board_head(call: Call[Any]) -> tuple[str, ...]:
    """The head of one group's board."""
    return (f"group:{call.payload.a}:{call.payload.g}",)


#: Returns the card that it is about.
Act = Callable[["Batch", Call[Any], Desk], Card]


def on_its_board(act: Act) -> Callable[[Batch, Sequence[Call[Any]]], list[Result]]:
    """A writer of many calls that reads and writes all their boards at once."""

    def write(batch: Batch, calls: Sequence[Call[Any]]) -> list[Result]:
        desks = _desks(batch, calls)
        tried = [_attempt(act, batch, call, desks[_place(call)]) for call in calls]
        desk.write(board for board in desks.values() if isinstance(board, Desk))
        # New cards have their numbers only now.
        return [card if isinstance(card, Refused) else {"card": card.pk} for card in tried]

    return write


def _place(call: Call[Any]) -> tuple[int, int, int]:
    return call.session, call.payload.a, call.payload.g


def _desks(batch: Batch, calls: Sequence[Call[Any]]) -> dict[tuple[int, int, int], Desk | Refused]:
    groups: dict[tuple[int, int], set[int]] = {}
    for call in calls:
        groups.setdefault((call.session, call.payload.a), set()).add(call.payload.g)
    return {
        (*activity, group): board
        for activity, wanted in groups.items()
        for group, board in desk.open_desks(*activity, wanted, batch.now).items()
    }


def _attempt(act: Act, batch: Batch, call: Call[Any], board: Desk | Refused) -> Card | Refused:
    if isinstance(board, Refused):
        return board
    try:
        board.check_member(call.actor)
        return act(batch, call, board)
    except Refused as refusal:
        return refusal


class AddCard(CardPayload):
    """A new card goes to the end of its column."""

    column: int = Field(default=1, ge=1, le=100)
    text: str = Field(max_length=4_000)
    colour: Colour = "a"


@op("card.add", AddCard, permission="card.write", heads=board_head, rate="create", once=False, many=True)
@on_its_board
def add_card(batch: Batch, call: Call[Any], board: Desk) -> Card:
    """Add a card. A repeat of the same op adds none. Refuses ``closed``, ``frozen``, ``not_yours``, ``empty``, ``full``."""
    known = board.by_op(call.id)
    if known is not None:
        return known
    board.check(call.actor, board.config.add)
    text = _text(call.payload.text)
    board.check_room()
    column = board.config.column(call.payload.column)
    author = board.author_for(call.actor, secrets.token_hex(8))
    card = Card(
        activity_id=board.activity,
        group_id=board.group,
        column=column,
        text=text,
        colour=call.payload.colour,
        author=author,
        position=board.place(column, None),
        op=call.id,
    )
    board.add(batch, card)
    return card


class EditCard(CardPayload):
    """``r``: the revision of the card that the writer saw."""

    card: int
    text: str = Field(max_length=4_000)
    colour: Colour = "a"
    r: int = Field(default=0, ge=0)


@op("card.edit", EditCard, permission="card.write", heads=board_head, rate="save", once=False, many=True)
@on_its_board
def edit_card(batch: Batch, call: Call[Any], board: Desk) -> Card:
    """Change a card's words or colour. Refuses ``stale`` (with the present text) when somebody else was faster."""
    card = board.find(call.payload.card)
    board.check(call.actor, board.config.edit, card)
    text = _text(call.payload.text)
    if (card.text, card.colour) == (text, call.payload.colour):
        return card
    if call.payload.r and card.text != text and board.text_changed_after(card, call.payload.r):
        message = _("Somebody changed this card while you were writing. Please look at it again.")
        raise Refused("stale", message, text=card.text)
    card.text, card.colour = text, call.payload.colour
    board.save(batch, card)
    return card


class MoveCard(CardPayload):
    """``before``: the card it goes in front of; null for the end of the column."""

    card: int
    column: int = Field(ge=1, le=100)
    before: int | None = None


@op("card.move", MoveCard, permission="card.write", heads=board_head, rate="save", once=False, many=True)
@on_its_board
def move_card(batch: Batch, call: Call[Any], board: Desk) -> Card:
    """Put a card elsewhere. A card to go in front of that has gone meanwhile means the end of the column."""
    card = board.find(call.payload.card)
    board.check(call.actor, board.config.move, card)
    column = board.config.column(call.payload.column)
    if call.payload.before != card.pk and not board.is_there(card, column, call.payload.before):
        crowded = board.put(card, column, call.payload.before)
        board.save(batch, card, *crowded)
    return card


class RemoveCard(CardPayload):
    """``on`` false brings a removed card back: the way to undo it."""

    card: int
    on: bool = True


@op("card.remove", RemoveCard, permission="card.write", heads=board_head, rate="save", once=False, many=True)
@on_its_board
def remove_card(batch: Batch, call: Call[Any], board: Desk) -> Card:
    """Take a card from the board, or bring it back. It stays in the database until the session is erased."""
    card = board.find(call.payload.card, removed=True)
    board.check(call.actor, board.config.edit, card)
    if card.removed != call.payload.on:
        if card.removed:
            board.check_room()
        card.removed = call.payload.on
        board.save(batch, card)
    return card


class ShowBoard(Payload):
    """What the screen shows: a group (id), ``0`` for all of them, null for the question alone."""

    a: int
    g: int | None


def show_heads(call: Call[Any]) -> tuple[str, ...]:
    """The session's head too: which slots the screen hears changes."""
    return ("session", f"activity:{call.payload.a}")


@op("board.show", ShowBoard, permission="board.show", heads=show_heads)
def show_board(batch: Batch, call: Call[ShowBoard]) -> dict[str, Json]:
    """Choose whose board the screen shows. Refuses ``no_activity``, ``no_group``."""
    run = desk.current_run(call.session, call.payload.a)
    if run is None:
        raise Refused("no_activity", _("This board is not part of the session."))
    if call.payload.g and call.payload.g not in desk.group_ids(run):
        raise Refused("no_group", _("There is no such group any more."))
    show(batch, run, call.payload.g)
    Audit.objects.create(
        session_id=call.session, actor=call.author, act=call.op, target=f"activity:{call.payload.a}", at=batch.now
    )
    return {}


def show(batch: Batch, run: ActivityRun, group: int | None) -> None:
    """Show a group's board, all boards (0) or none on the screen; the batch holds ``session`` and the activity's head."""
    run.state_data = {**run.state_data, "show": group}
    run.changed = batch.move(run.session_id, f"activity:{run.activity_id}")
    batch.move(run.session_id, "session")
    run.save(update_fields=["state_data", "changed"])


def _text(raw: str) -> str:
    text = clean(raw, TEXT_LIMIT, lines=True)
    if not text:
        raise Refused("empty", _("Please write something on the card first."))
    return text
