"""One group's board as a writer sees it, read once a batch inside the lock of its head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from breakouts.board import authors, order
from breakouts.board.config import BoardConfig
from breakouts.board.models import Card
from breakouts.queries import groups_of, set_key
from workshop.kinds import Refused, activity_kinds
from workshop.live.models import ActivityRun, Membership
from workshop.live.timing import accepts

if TYPE_CHECKING:
    from workshop.live.access import Actor
    from workshop.realtime.inbox import Batch

#: Stands behind the numbers of all cards: for those that have none yet.
LAST = 2**63
#: What a card can change.
CHANGING = ("column", "text", "colour", "position", "revision", "removed", "changed_at")
#: Tombstones count too: adding and removing in a loop must end somewhere.
ROWS_A_CARD = 4


def current_run(session: int, activity: int) -> ActivityRun | None:
    """The run of an activity's highest round in a session, with its activity."""
    runs = ActivityRun.objects.filter(session=session, activity=activity).select_related("activity")
    return runs.order_by("-round").first()


def group_ids(run: ActivityRun) -> set[int]:
    """Ids of the groups that have a board in this run."""
    return {group.pk for group in groups_of(run.session_id, set_key(run.activity))}


@dataclass(slots=True)
class Desk:
    """A board with everything that its writers check. ``cards`` holds tombstones too."""

    session: int
    activity: int
    group: int
    config: BoardConfig
    privacy: str
    opened_at: datetime | None
    members: set[int]
    cards: dict[int, Card] = field(default_factory=dict)
    #: Cards added in this batch, which have no number before they are written; and those that it changed.
    added: list[Card] = field(default_factory=list)
    changed: dict[int, Card] = field(default_factory=dict)

    def check_member(self, actor: Actor) -> None:
        """Refuse ``not_yours`` to learners of other groups."""
        if actor.role == "learner" and actor.id not in self.members:
            raise Refused("not_yours", _("This is the board of another group."))

    def check(self, actor: Actor, who: str, card: Card | None = None) -> None:
        """Refuse ``not_allowed`` unless the rule ``who`` (members, own, staff) lets the actor act on the card."""
        if actor.role != "learner" or who == "members":
            return
        if who == "staff":
            raise Refused("not_allowed", _("On this board your facilitator does that."))
        if card is not None and not authors.is_author(actor, card.author, self.activity):
            raise Refused("not_allowed", _("Only whoever wrote a card may change it."))

    def check_room(self) -> None:
        """Refuse ``full`` when the board has all the cards it may have."""
        everything = [*self.cards.values(), *self.added]
        living = sum(not card.removed for card in everything)
        if living >= self.config.max_cards or len(everything) >= self.config.max_cards * ROWS_A_CARD:
            message = _("This board has %(count)d cards, and that is as many as it holds. Please remove one first.")
            raise Refused("full", message % {"count": living})

    def find(self, card: int, *, removed: bool = False) -> Card:
        """The card of that number. Refuses ``no_card`` when it is not here or, unless ``removed``, was taken away."""
        found = self.cards.get(card)
        if found is None or (found.removed and not removed):
            raise Refused("no_card", _("Somebody has removed this card."))
        return found

    def by_op(self, op: UUID) -> Card | None:
        """The card that this op added already."""
        return next((card for card in (*self.cards.values(), *self.added) if card.op == op), None)

    def text_changed_after(self, card: Card, revision: int) -> bool:
        """Whether the card may have got other words since the writer saw it. A move counts too: it is told apart by
        nobody, and asking once more is better than losing words."""
        return card.revision > revision

    def author_for(self, actor: Actor, salt: str) -> str:
        """The author of a new card, as the board's privacy wants it."""
        return authors.sign(actor, self.privacy, salt, self.activity)

    def column(self, number: int) -> list[Card]:
        """The living cards of a column, in order."""
        everything = (*self.cards.values(), *self.added)
        cards = [c for c in everything if not c.removed and self.config.column(c.column) == number]
        return sorted(cards, key=lambda card: (card.position, card.pk or LAST))

    def place(self, column: int, before: int | None, without: int | None = None) -> str:
        """A position in a column in front of the card ``before``, or at the end."""
        cards = [card for card in self.column(column) if card.pk != without]
        index = next((i for i, card in enumerate(cards) if card.pk == before), len(cards))
        if not cards:
            return order.first()
        if index == len(cards):
            return order.after(cards[-1].position)
        if index == 0:
            return order.ahead(cards[0].position)
        return order.between(cards[index - 1].position, cards[index].position)

    def is_there(self, card: Card, column: int, before: int | None) -> bool:
        """Whether a card stands at that place already: a move that is sent again changes nothing."""
        cards = self.column(column)
        index = next((i for i, each in enumerate(cards) if each.pk == card.pk), None)
        if index is None:
            return False
        behind = cards[index + 1].pk if index + 1 < len(cards) else None
        return behind == (before if any(each.pk == before for each in cards) else None)

    def put(self, card: Card, column: int, before: int | None) -> list[Card]:
        """Place a card. Returns the other cards that had to be numbered anew (hardly ever any)."""
        card.position = self.place(column, before, without=card.pk)
        card.column = column
        if len(card.position) <= order.LONGEST:
            return []
        cards = self.column(column)
        for each, position in zip(cards, order.fresh(len(cards)), strict=True):
            each.position = position
        return [each for each in cards if each.pk != card.pk]

    def add(self, batch: Batch, card: Card) -> None:
        """Have a new card written, see ``write``; until then it has no number."""
        self._stamp(batch, card)
        self.added.append(card)

    def save(self, batch: Batch, *changed: Card) -> None:
        """Have changed cards written."""
        for card in changed:
            self._stamp(batch, card)
            self.changed[card.pk] = card

    def _stamp(self, batch: Batch, card: Card) -> None:
        """The next revision of the board's head, and when."""
        card.revision = batch.move(self.session, f"group:{self.activity}:{self.group}")
        # No time finer than the opening: it would tell who wrote what.
        card.changed_at = batch.now if self.privacy in ("named", "pseudonymous") else self.opened_at or batch.now


def write(desks: Iterable[Desk]) -> None:
    """Write what was saved on these boards: one statement for all new cards, one for all that changed."""
    desks = list(desks)
    added = [card for board in desks for card in board.added]
    changed = [card for board in desks for card in board.changed.values()]
    if added:
        Card.objects.bulk_create(added)
    if changed:
        # They are all there: their group's head is held, and cards are never deleted while a session runs.
        Card.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=CHANGING)


def open_desks(session: int, activity: int, groups: Iterable[int], now: datetime) -> dict[int, Desk | Refused]:
    """The boards of these groups, or why nothing may be written there: ``no_activity``, ``no_group``, ``closed``,
    ``frozen``. Four queries, however many groups."""
    groups = set(groups)
    run = current_run(session, activity)
    config = _config(run) if run else None
    if run is None or config is None:
        return dict.fromkeys(groups, Refused("no_activity", _("This board is not part of the session.")))
    if run.state == "open" and run.frozen:
        return dict.fromkeys(groups, Refused("frozen", _("Your facilitator has stopped the boards for a moment.")))
    if not accepts(run, now):
        return dict.fromkeys(groups, Refused("closed", _("This board is closed.")))
    here = groups & group_ids(run)
    found: dict[int, Desk | Refused] = dict.fromkeys(
        groups - here, Refused("no_group", _("There is no such group any more."))
    )
    desks = {
        group: Desk(session, activity, group, config, run.activity.privacy, run.opened_at, set()) for group in here
    }
    seats = Membership.objects.filter(group__in=here, until=None)
    for group, person in seats.values_list("group_id", "participant_id"):
        desks[group].members.add(person)
    for card in Card.objects.filter(activity=activity, group__in=here):
        desks[card.group_id].cards[card.pk] = card
    return found | desks


def _config(run: ActivityRun) -> BoardConfig | None:
    """The board's config, None when the activity is of another kind."""
    config = activity_kinds.get(run.activity.kind).load(run.activity.config, run.activity.config_version)
    return config if isinstance(config, BoardConfig) else None
