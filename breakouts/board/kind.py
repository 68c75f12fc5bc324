"""The board: sticky cards in columns, one board for each group."""

from __future__ import annotations

import json
from collections.abc import Iterable
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts.board.config import BoardConfig
from breakouts.board.editor import BoardEditor
from breakouts.board.models import COLOURS, TEXT_LIMIT, Card
from breakouts.board.proposals import proposals
from breakouts.queries import group_slots, groups_of, set_key
from workshop.kinds import (
    ActivityKind,
    ActivitySpec,
    Audience,
    Json,
    Part,
    PlanLine,
    Progress,
    Proposal,
    SlotUse,
    Table,
    Text,
)
from workshop.live.models import Group, Membership, Participant
from workshop.questions.authors import TAGGED

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun
    from workshop.plans.models import Activity
    from workshop.realtime.inbox import Batch

#: The screen shows this many boards beside each other, in letters that can be read; with more it goes through them.
GALLERY = 6
#: How often a practice learner that is asked writes a card.
PRACTICE = 0.5


class Board(ActivityKind):
    """Sticky cards of a group; see ``BoardConfig`` for what a plan can say."""

    slug = "board"
    label = gettext_lazy("Board")
    icon = "board"
    Config = BoardConfig
    Editor = BoardEditor
    per_group = True
    holds_activities = True
    modules = ("breakouts/groups.js", "board/board.js", "board/wall.js")
    styles = ("breakouts/groups.css", "board/board.css")

    def heads(self, run: ActivityRun) -> list[str]:
        """The boards of all groups: a close or a freeze must be ordered among their cards."""
        return [f"group:{run.activity_id}:{group.pk}" for group in self._groups(run)]

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        """The wall for staff, each group's cards for the group, and on the screen the boards that staff chose."""
        boards = {group.pk: f"board:{run.activity_id}:{group.pk}" for group in self._groups(run)}
        uses = [SlotUse(f"wall:{run.activity_id}", "staff"), *group_slots(run)]
        uses += [SlotUse(name, f"group:{group}") for group, name in boards.items()]
        uses += [SlotUse(boards[group.pk], "screen") for group in shown_groups(run)]
        return uses

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """See ``ActivityKind.stage``. Cards are not in it: they come as slots of their own."""
        config: BoardConfig = self.load(run.activity.config, run.activity.config_version)
        shown = shown_groups(run)
        context: dict[str, Any] = {
            "run": run,
            "activity": run.activity,
            "session": run.session,
            "config": config,
            "columns": list(enumerate(config.columns, start=1)),
            "columns_json": json.dumps(config.columns),
            "colours": COLOURS,
            "limit": TEXT_LIMIT,
            "set": set_key(run.activity),
            "writable": run.state == "open" and not run.frozen,
            "who_sees": who_sees(run.activity.privacy),
            "audience": audience,
            "shown": shown,
            "gallery": len(shown) > 1,
            "show": run.state_data.get("show"),
        }
        return Part(f"board/{audience}.html", context)

    def on_screen(self, run: ActivityRun, forward: bool) -> bool:  # noqa: FBT001 - the contract's
        """The clicker goes from group to group once staff have put a board on the screen."""
        groups = [group.pk for group in self._groups(run)]
        goal = _beside(run, groups, 1 if forward else -1)
        if goal is None:
            return False
        run.state_data = {**run.state_data, "show": goal}
        return True

    def next_step(self, run: ActivityRun) -> Text | None:
        """The next group's board, while boards are on the screen."""
        groups = {group.pk: group.label for group in self._groups(run)}
        goal = _beside(run, list(groups), 1)
        return _("Show %(group)s") % {"group": groups[goal]} if goal is not None else None

    def practise(
        self, run: ActivityRun, participant: Participant, chance: Random
    ) -> Iterable[tuple[str, dict[str, Json]]]:
        """A practice learner writes a card now and then on the board of its group."""
        config: BoardConfig = self.load(run.activity.config, run.activity.config_version)
        place = Membership.objects.filter(participant=participant, until=None, group__in=self._groups(run)).first()
        if place is None or config.add != "members" or chance.random() > PRACTICE:
            return
        column = chance.randrange(len(config.columns)) + 1
        text = _("%(column)s: idea %(number)s") % {
            "column": config.columns[column - 1],
            "number": chance.randrange(1, 100),
        }
        card = {"column": column, "text": text[:TEXT_LIMIT], "colour": COLOURS[(column - 1) % len(COLOURS)]}
        yield "card.add", {"a": run.activity_id, "g": place.group_id, **card}

    def closed(self, batch: Batch, run: ActivityRun) -> None:
        """Nothing to close: the heads of all boards were raised, and each checks the run inside its lock."""

    def settled(self, batch: Batch, run: ActivityRun) -> None:
        """Of anonymous cards, forget the marks and the op ids by which a device could show that it wrote them."""
        del batch
        if run.activity.privacy in TAGGED:
            cards = list(Card.objects.filter(activity=run.activity_id, author__startswith="x:").only("pk"))
            for card in cards:
                card.author, card.op = "x:", uuid4()
            Card.objects.bulk_update(cards, ["author", "op"], batch_size=200)

    def progress(self, run: ActivityRun) -> Progress | None:
        """Groups that have written something, and how many cards."""
        counts: dict[str, int] = {f"g:{group.pk}": 0 for group in self._groups(run)}
        for group in Card.objects.filter(activity=run.activity_id, removed=False).values_list("group_id", flat=True):
            counts[f"g:{group}"] = counts.get(f"g:{group}", 0) + 1
        by = {key: count for key, count in counts.items() if count}
        return Progress(done=len(by), total=len(counts), by=by)

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        """A board for breakout rooms, small groups, whiteboards and shared documents."""
        return proposals(line)

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """All cards of people by group and column; the author's seat only where names may be given."""
        config: BoardConfig = self.load(activity.config, activity.config_version)
        named = names and activity.privacy in ("named", "pseudonymous")
        columns = [_("Group"), _("Column"), _("Card"), *([_("Author")] if named else [])]
        found = Card.objects.filter(activity=activity, removed=False).select_related("group")
        sessions = found.values("group__group_set__session")
        practice = {person.key for person in Participant.objects.filter(session__in=sessions, simulated=True)}
        cards = [card for card in found if card.author not in practice]
        ordered = sorted(cards, key=lambda c: (c.group.number, config.column(c.column), c.position, c.pk))
        people = _labels(ordered, nameless=activity.privacy == "pseudonymous") if named else {}
        rows = [
            [
                c.group.label,
                config.columns[config.column(c.column) - 1],
                c.text,
                *([people.get(c.author, "")] if named else []),
            ]
            for c in ordered
        ]
        return [Table(activity.title, columns, rows)]

    def erase(self, participant: Participant) -> None:
        """The cards stay, as the group's work; nothing says any more who wrote them."""
        Card.objects.filter(author=participant.key).update(author="")

    def examples(self) -> list[ActivitySpec]:
        """For the contract tests and the gallery."""
        return [
            ActivitySpec(
                kind=self.slug,
                title=str(_("What pays off at work?")),
                config={
                    "prompt": str(_("One idea a card.")),
                    "columns": ["Saves money", "Saves time", "Leaves us cold"],
                },
                group_set="teams",
                group_set_spec={"mode": "random", "size": 5},
                privacy="named",
            ),
            ActivitySpec(kind=self.slug, title=str(_("Ideas")), config={"columns": ["Ideas"]}, privacy="anonymous"),
        ]

    def _groups(self, run: ActivityRun) -> list[Group]:
        return groups_of(run.session_id, set_key(run.activity))


def _beside(run: ActivityRun, groups: list[int], by: int) -> int | None:
    """The group before or after the one on the screen; None while no board is on it, and at either end."""
    now = run.state_data.get("show")
    if now is None:
        return None
    goal = (groups.index(now) if now in groups else -1) + by
    return groups[goal] if 0 <= goal < len(groups) else None


def shown_groups(run: ActivityRun) -> list[Group]:
    """The groups whose boards are on the screen: one, the first six, or none."""
    wanted = run.state_data.get("show")
    if wanted is None:
        return []
    groups = groups_of(run.session_id, set_key(run.activity))
    if wanted == 0:
        return groups[:GALLERY]
    return [group for group in groups if group.pk == wanted]


def who_sees(privacy: str) -> str:
    """The line that tells a learner who sees what they write, before they write it."""
    if privacy in TAGGED:
        return _("Anonymous: nobody can see who wrote a card.")
    if privacy == "named":
        return _("Your group and your facilitator see your name on your cards.")
    return _("Your group and your facilitator see your seat number on your cards.")


def _labels(cards: list[Card], *, nameless: bool) -> dict[str, str]:
    ids = {int(card.author[2:]) for card in cards if card.author.startswith("p:")}
    people = Participant.objects.filter(pk__in=ids, erased_at=None)
    seat = _("Seat %(number)s")
    return {p.key: seat % {"number": p.number} if nameless or not p.name else p.name for p in people}
