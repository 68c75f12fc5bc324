"""What a learner's own page knows of questions: those they asked, those they voted for. And what is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from polls.qa.authors import own
from polls.qa.models import Enquiry, Upvote
from workshop.live import stages
from workshop.live.models import ActivityRun, Participant, Session
from workshop.live.takeaway import Keep, Line
from workshop.plans.models import Activity
from workshop.realtime import heads

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

#: Authors per query; both databases take this many values.
AUTHORS = 8_000


def own_enquiries(session: int, participants: list[Participant], actors: list[Any]) -> list[dict[str, Any]]:
    """``{"qa": {activity: {"mine": {id: [text, status]}, "votes": [ids], "n": {id: n}}}}`` for each participant.

    ``n`` is where the device goes on counting its words on a question; left out where it is 1 for a vote.

    Status is ``waiting`` or ``shown``; a hidden one is told as waiting: its author need not know that it was taken down,
    and one that was merged is told as shown. No more is read where no questions are asked.
    """
    activities = (
        heads.while_still(session, "asking", lambda: _activities(session)) if stages.holds(session, "qa") else []
    )
    found: list[dict[str, Any]] = [
        {"qa": {str(a): {"mine": {}, "votes": [], "n": {}} for a in activities}} if activities else {}
        for _each in participants
    ]
    if not activities:
        return found
    for asked, position in _rows(Enquiry, session, activities, participants, actors, "ask"):
        if asked.status != "withdrawn":
            status = "shown" if asked.status in ("shown", "merged") else "waiting"
            found[position]["qa"][str(asked.activity_id)]["mine"][str(asked.pk)] = [asked.text, status]
    for vote, position in _rows(Upvote, session, activities, participants, actors, "vote"):
        here = found[position]["qa"][str(vote.enquiry.activity_id)]
        if vote.on:
            here["votes"].append(vote.enquiry_id)
        if not vote.on or vote.n > 1:
            here["n"][str(vote.enquiry_id)] = vote.n
    return found


def keepsakes(session: Session, person: Participant, actor: Any) -> list[Keep]:
    """What a person asked, with the written answers, for their take-away."""
    keeps = []
    for activity in Activity.objects.filter(version=session.version_id, enquiries__isnull=False).distinct():
        mine = own(person.key, getattr(actor, "secret", b"") or b"", "ask", session.pk, activity.pk)
        rows = Enquiry.objects.filter(activity=activity, author__in=mine).exclude(status="withdrawn").order_by("pk")
        lines = tuple(Line(row.text, row.answer or _("Not answered in writing.")) for row in rows)
        keeps.append(Keep(activity.title, lines))
    return keeps


def remove(batch: Batch, session: Session, person: Participant) -> None:
    """Hide what a removed participant asked openly. The heads of all activities are locked."""
    rows = Enquiry.objects.filter(author=person.key, status__in=("waiting", "shown"))
    for activity in set(rows.values_list("activity", flat=True)):
        revision = batch.move(session.pk, f"activity:{activity}")
        rows.filter(activity=activity).update(status="hidden", revision=revision)


def _activities(session: int) -> list[int]:
    """Activities of the session where questions are, or were, asked."""
    runs = ActivityRun.objects.filter(session=session, activity__kind="qa").exclude(state="ready")
    return list(runs.values_list("activity", flat=True).distinct())


def _rows(
    model: Any, session: int, activities: Sequence[int], people: list[Participant], actors: list[Any], what: Any
) -> list[tuple[Any, int]]:
    """Rows of these people with the position of each one's author; a query per 8,000 authors."""
    owners: dict[str, int] = {}
    for position, (person, actor) in enumerate(zip(people, actors, strict=True)):
        secret = getattr(actor, "secret", b"") or b""
        for activity in activities:
            owners |= dict.fromkeys(own(person.key, secret, what, session, activity), position)
    authors = list(owners)
    rows: list[tuple[Any, int]] = []
    for at in range(0, len(authors), AUTHORS):
        chunk = model.objects.filter(author__in=authors[at : at + AUTHORS])
        if model is Upvote:
            chunk = chunk.filter(enquiry__activity__in=activities).select_related("enquiry")
        else:
            chunk = chunk.filter(activity__in=activities)
        rows += [(row, owners[row.author]) for row in chunk]
    return rows
