"""The questions of one activity as a writer sees them, read once a batch inside the lock of the activity's head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from polls.qa.authors import author_of, own
from polls.qa.config import MOST, MOST_OF_ONE, QAConfig
from polls.qa.models import Enquiry, Upvote
from workshop.kinds import Refused, activity_kinds
from workshop.live.models import ActivityRun
from workshop.live.timing import accepts
from workshop.questions.texts import fold

if TYPE_CHECKING:
    from workshop.live.access import Actor
    from workshop.realtime.inbox import Batch

#: Authors of questions that say no more who asked.
FORGOTTEN = ("", "x:")
#: Statuses in which a question still counts for whoever asked it.
STANDING = ("waiting", "shown")


def current_run(session: int, activity: int) -> ActivityRun | None:
    """The run of an activity's highest round in a session, with its activity and session."""
    runs = ActivityRun.objects.filter(session=session, activity=activity).select_related("activity", "session")
    return runs.order_by("-round").first()


def config_of(run: ActivityRun) -> QAConfig | None:
    """The config, None when the activity is of another kind."""
    config = activity_kinds.get(run.activity.kind).load(run.activity.config, run.activity.config_version)
    return config if isinstance(config, QAConfig) else None


@dataclass(slots=True)
class Desk:
    """All questions of an activity with what their writers check."""

    run: ActivityRun
    config: QAConfig
    rows: dict[int, Enquiry]
    _changed: set[int] = field(default_factory=set)

    @property
    def privacy(self) -> str:
        """The activity's level of privacy."""
        return self.run.activity.privacy

    def check_open(self, batch: Batch) -> None:
        """Refuse ``frozen`` and ``closed`` to learners' acts."""
        if self.run.state == "open" and self.run.frozen:
            raise Refused("frozen", _("Your facilitator has stopped the questions for a moment."))
        if not accepts(self.run, batch.now):
            raise Refused("closed", _("Questions are closed now."))

    def check_room(self, actor: Actor) -> None:
        """Refuse ``full`` and ``too_many``."""
        if len(self.rows) >= MOST:
            raise Refused("full", _("There are more questions than can be answered. Vote for one that is there."))
        mine = own(actor.key, actor.secret, "ask", self.run.session_id, self.run.activity_id)
        if sum(row.author in mine and row.status in STANDING for row in self.rows.values()) >= MOST_OF_ONE:
            raise Refused(
                "too_many", _("You have asked %(count)d questions. Let others ask too.") % {"count": MOST_OF_ONE}
            )

    def find(self, number: int, statuses: Iterable[str] = (*STANDING, "hidden", "merged")) -> Enquiry:
        """The question of that number. Refuses ``no_enquiry``."""
        row = self.rows.get(number)
        if row is None or row.status not in statuses:
            raise Refused("no_enquiry", _("This question is not there any more."))
        return row

    def by_op(self, op: UUID) -> Enquiry | None:
        """The question that this op asked already."""
        return next((row for row in self.rows.values() if row.op == op), None)

    def same(self, author: str, text: str) -> Enquiry | None:
        """The question that this person asked in the same words."""
        words = fold(text)
        mine = (row for row in self.rows.values() if row.author == author and row.status in STANDING)
        return next((row for row in mine if fold(row.text) == words), None)

    def is_own(self, actor: Actor, row: Enquiry) -> bool:
        """Whether the actor asked it."""
        return row.author in own(actor.key, actor.secret, "ask", self.run.session_id, self.run.activity_id)

    def author(self, actor: Actor, *, nameless: bool) -> str:
        """The author of a new question."""
        nameless = nameless and self.config.nameless
        return author_of(actor, "ask", self.privacy, self.run.activity_id, nameless=nameless)

    def save(self, batch: Batch, *rows: Enquiry) -> None:
        """Write questions under the next revision of the activity's head."""
        revision = batch.move(self.run.session_id, f"activity:{self.run.activity_id}")
        for row in rows:
            row.revision = revision
            row.save()
            self.rows[row.pk] = row

    def count(self, batch: Batch, *targets: Enquiry) -> None:
        """Count the votes of questions anew, those of merged ones among them, and save what changed."""
        wanted = {row.pk for row in targets}
        heirs = {row.pk: row.merged_into_id for row in self.rows.values() if row.status == "merged"}
        family = wanted | {pk for pk, into in heirs.items() if into in wanted}
        voters: dict[int, set[str]] = {pk: set() for pk in wanted}
        for pk, author in Upvote.objects.filter(enquiry__in=family, on=True).values_list("enquiry", "author"):
            voters[pk if pk in wanted else heirs[pk] or pk].add(author)
        askers: dict[int, list[str]] = {pk: [] for pk in wanted}
        for pk, into in heirs.items():
            if into in wanted:
                askers[into].append(self.rows[pk].author)
        moved = []
        for row in targets:
            votes = _people(row, voters[row.pk], askers[row.pk])
            if row.votes != votes:
                row.votes = votes
                moved.append(row)
        self.save(batch, *moved) if moved else None


def _people(row: Enquiry, voters: Iterable[str], askers: Iterable[str]) -> int:
    """How many people these are beside its asker: whoever asked the same and voted too is one of them.

    Of those who are forgotten nobody knows whether they are one.
    """
    known = {*voters, *(author for author in askers if author not in FORGOTTEN)}
    return len(known - {row.author}) + sum(author in FORGOTTEN for author in askers)


def open_desk(session: int, activity: int) -> Desk | Refused:
    """The questions of an activity, or ``no_activity``."""
    run = current_run(session, activity)
    config = config_of(run) if run else None
    if run is None or config is None:
        return Refused("no_activity", _("These questions are not part of the session."))
    return Desk(run, config, {row.pk: row for row in Enquiry.objects.filter(activity=activity)})
