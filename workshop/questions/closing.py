"""What happens to answers when an activity closes, and when its close is final. Inside the batch of the op."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from workshop.kinds import Refused, question_kinds
from workshop.live.models import ActivityRun, Participant, Session
from workshop.questions import practised, situation
from workshop.questions.authors import TAGGED
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import fresh
from workshop.questions.models import KeptCount, Response
from workshop.realtime.inbox import Batch


def hand_in(batch: Batch, run: ActivityRun) -> None:
    """Complete drafts of the round become answers; incomplete ones stay drafts, seen by their authors alone.

    So do those of people who were removed, and what was hidden before waits for staff.
    """
    asks = {asked.id: asked for asked in of_activity(run.activity)}
    drafts = Response.objects.filter(activity_id=run.activity_id, round=run.round, status="draft")
    complete: dict[str, list[int]] = {"given": [], "held": []}
    gone = _removed(run.session_id)
    for pk, author, question, value, was_hidden in drafts.values_list(
        "pk", "author", "question_id", "value", "was_hidden"
    ):
        asked = asks.get(question)
        if asked is not None and author not in gone and _complete(asked, value):
            complete["held" if was_hidden or asked.kind.holds(asked.config) else "given"].append(pk)
    for status, ids in complete.items():
        if ids:
            revision = batch.move(run.session_id, f"activity:{run.activity_id}")
            for some in _chunks(ids):
                Response.objects.filter(pk__in=some).update(status=status, revision=revision)


def _removed(session: int) -> set[str]:
    rows = Participant.objects.filter(session=session, removed_at__isnull=False)
    return {f"p:{pk}" for pk in rows.values_list("pk", flat=True)}


def settle(batch: Batch, session: Session, run: ActivityRun) -> None:
    """The close is final: of off-the-record rounds only counts stay, anonymous answers are rewritten.

    Both void what clients and processes hold of the round (a new epoch). For ``live.hooks.settlings``.
    """
    del session
    if not of_activity(run.activity):
        return
    if run.activity.off_record:
        _keep_counts(run)
    elif not _rewrite(batch, run):
        return
    batch.new_epoch(run.session_id, f"activity:{run.activity_id}")


def _keep_counts(run: ActivityRun) -> None:
    """Numbers alone, of people alone: the kind's guarded form has nobody's words in it.

    Where nobody but practice learners answered there is nothing to keep and nothing to forget.
    """
    asks = of_activity(run.activity)
    by_id = {asked.id: asked for asked in asks}
    rows = Response.objects.filter(activity_id=run.activity_id, round=run.round)
    practice = practised.authors_of_round(run.session_id, run.activity_id, run.round)
    if practice and rows.exists() and not rows.exclude(author__in=practice).exists():
        return
    answers: dict[int, list[tuple[Any, int]]] = {}
    given = rows.filter(status="given").exclude(author__in=practice)
    for question, value, weight in given.values_list("question_id", "value", "weight"):
        answers.setdefault(question, []).append((value, weight))
    for question, counted in fresh(asks, answers).items():
        data = by_id[question].kind.guarded(by_id[question].config, counted, 1)
        KeptCount.objects.update_or_create(
            activity_id=run.activity_id, question_id=question, round=run.round, defaults={"data": data}
        )
    rows.delete()


def _rewrite(batch: Batch, run: ActivityRun) -> bool:
    """Give anonymous and confidential rows new ids in random order, one revision, one time, no counter and no op.

    Returns whether there were any.
    """
    tagged = [asked.id for asked in of_activity(run.activity) if asked.level in TAGGED]
    rows = list(Response.objects.filter(activity_id=run.activity_id, round=run.round, question_id__in=tagged))
    if not rows:
        return False
    revision = batch.move(run.session_id, f"activity:{run.activity_id}")
    start = _phase_start(run)
    secrets.SystemRandom().shuffle(rows)
    for some in _chunks([row.pk for row in rows]):
        Response.objects.filter(pk__in=some).delete()
    for row in rows:
        row.pk = None
        row.n, row.op, row.revision, row.answered_at, row.group = 0, "", revision, start, ""
    Response.objects.bulk_create(rows, batch_size=1_000)
    return True


def _phase_start(run: ActivityRun) -> datetime:
    place = (run.session_id, run.activity.phase_id)
    return situation.phase_starts({place})[place]


def _complete(asked: Asked, value: Any) -> bool:
    try:
        asked.parse(value)
    except Refused:
        return False
    return True


def remove(batch: Batch, session: Session, participant: Participant) -> None:
    """Staff removed somebody: their open answers leave the wall, a practice learner's answers are gone altogether.

    For ``live.hooks.removals``. Anonymous answers of a real person stay: nobody can say which they are.
    """
    if participant.simulated:
        _delete(batch, session.pk, practised.authors_of(session.pk, [participant]))
        return
    open_kinds = [kind.slug for kind in question_kinds if kind.held]
    rows = Response.objects.filter(
        session_id=session.pk, author=participant.key, question__kind__in=open_kinds, status__in=("given", "held")
    )
    for activity in set(rows.values_list("activity_id", flat=True)):
        revision = batch.move(session.pk, f"activity:{activity}")
        rows.filter(activity_id=activity).update(status="hidden", was_hidden=True, revision=revision)


def _delete(batch: Batch, session: int, authors: list[str]) -> None:
    rows = Response.objects.filter(session_id=session, author__in=authors)
    activities = set(rows.values_list("activity_id", flat=True))
    rows.delete()
    for activity in activities:
        batch.new_epoch(session, f"activity:{activity}")


def erase(participant: Participant) -> None:
    """Delete what a person answered under their own key. Their anonymous answers cannot be found: nobody can.

    For ``live.hooks.erasures``; the op that erases voids what clients and tallies hold.
    """
    Response.objects.filter(session_id=participant.session_id, author=participant.key).delete()


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
