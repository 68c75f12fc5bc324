"""Hands counted in the room, as answers: one row for each ballot, by whoever counted, standing for so many people.

What was counted stands with the round (``display``); these rows follow it, also when *Undo* takes a count back.
"""

from __future__ import annotations

import hashlib

import orjson

from workshop.kinds import Json, Refused
from workshop.live.models import ActivityRun
from workshop.questions.catalogue import of_activity
from workshop.questions.display import display_of
from workshop.questions.models import Response
from workshop.realtime.inbox import Batch

#: With what the author of hands begins: somebody of the staff.
STAFF = "u:"


def write(batch: Batch, run: ActivityRun, author: str = "") -> None:
    """Make the rows of hands what the round says; one that stands for nobody any more is withdrawn.

    Args:
        batch: in which the activity's head is held.
        run: its round.
        author: ``u:<id>`` of who counted; '' when the rows only follow what was counted before.
    """
    wanted = _wanted(run)
    rows = Response.objects.filter(activity=run.activity_id, round=run.round, author__startswith=STAFF)
    known = {(row.question_id, row.subject): row for row in rows}
    if not wanted and not known:
        return
    revision = batch.move(run.session_id, f"activity:{run.activity_id}")
    for place, (value, people) in wanted.items():
        row = known.pop(place, None) or _row(run, place, author or _counter(known))
        row.value, row.weight, row.status = value, people, "given"
        row.revision, row.answered_at = revision, batch.now
        row.save()
    Response.objects.filter(pk__in=[row.pk for row in known.values()]).update(status="withdrawn", revision=revision)


def _wanted(run: ActivityRun) -> dict[tuple[int, str], tuple[Json, int]]:
    """By question and ballot: the value to store, and for how many. A ballot that is no answer any more is left out."""
    found: dict[tuple[int, str], tuple[Json, int]] = {}
    counted = display_of(run).hands
    for asked in of_activity(run.activity):
        for raw, people in counted.get(asked.key, ()):
            try:
                found[asked.id, _ballot(raw)] = (asked.parse(raw), people)
            except Refused:
                continue
    return found


def _ballot(raw: Json) -> str:
    """The same for the same raw answer, short enough for ``subject``."""
    return "hands:" + hashlib.sha256(orjson.dumps(raw)).hexdigest()[:32]


def _counter(known: dict[tuple[int, str], Response]) -> str:
    return next((row.author for row in known.values()), f"{STAFF}0")


def _row(run: ActivityRun, place: tuple[int, str], author: str) -> Response:
    question, subject = place
    return Response(
        session_id=run.session_id, activity_id=run.activity_id, question_id=question, round=run.round,
        author=author, subject=subject, n=1,
    )  # fmt: skip
