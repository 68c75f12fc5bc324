"""What happens by itself: timers run out, closes become final, signs of life are noted, practice learners answer.

No process leads. Every process that holds sockets of a session asks ``next_instant`` and calls ``meet`` then; whoever
comes first does it, by compare-and-set inside the batch, and the others find it done. Pages that show results call
``meet`` too, so that a session without sockets is not forgotten.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from workshop.kinds import Refused
from workshop.live import practice, timing
from workshop.live.access import Actor, system
from workshop.live.models import ActivityRun, Participant, Session
from workshop.realtime import clock
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call, Nothing

#: How often signs of life are written down while a session runs.
SEEN_EVERY = timedelta(seconds=60)
#: After the undo of a step is over, before something final is done because of it.
MARGIN = timedelta(seconds=1)

#: Where ``_noted`` keeps the time of the look at all sessions.
_ALL = 0

_lock = threading.Lock()
_heard: dict[int, set[int]] = {}
_noted: dict[int, datetime] = {}


def heard(session: int, actor: Actor) -> None:
    """A learner came in or acted: a sign of life, written down with the next note."""
    if actor.role == "learner":
        with _lock:
            _heard.setdefault(session, set()).add(actor.id)


def take_heard(session: int) -> set[int]:
    """The participants heard by this process since the last call."""
    with _lock:
        return _heard.pop(session, set())


def forget() -> None:
    """Forget what this process remembers of all sessions."""
    with _lock:
        _heard.clear()
        _noted.clear()


def next_instant(session: int) -> datetime | None:
    """The next instant at which something is to be done by itself, grace included; None when nothing is."""
    row = Session.objects.filter(pk=session, erased_at=None).first()
    if row is None:
        return None
    instants = [at for _run, at in closing(row)] + [at for _run, at in settling(row)]
    if row.state == "running":
        instants.append(_noted.setdefault(session, clock.instant()) + SEEN_EVERY)
        instants += practice.instants(row)
    return min(instants, default=None)


def meet(session: int) -> None:
    """Do what is due now, through the inbox. Never refuses: what is not due any more was done by somebody else."""
    row = Session.objects.filter(pk=session, erased_at=None).first()
    if row is None:
        return
    now = clock.instant()
    try:
        if any(at <= now for _run, at in (*closing(row), *settling(row))):
            submit(Call(session, system(session), "activity.tick", uuid4(), Nothing()))
        if row.state == "running" and _noted.get(session, now - SEEN_EVERY) + SEEN_EVERY <= now:
            _noted[session] = now
            submit(Call(session, system(session), "session.seen", uuid4(), Nothing()))
    except Refused:
        # Ended or erased meanwhile, or busy: the next deadline tries again.
        return
    if row.state == "running":
        practice.answer(row, now)


def meet_overdue(every: timedelta = timedelta(minutes=10)) -> int:
    """Do what is overdue in sessions that nobody looks at: after a restart, or when all left before the close was final.

    At most once in ``every`` by this process; returns how many sessions had something.
    """
    now = clock.instant()
    with _lock:
        if _noted.get(_ALL, now - every) + every > now:
            return 0
        _noted[_ALL] = now
    late = Q(state="open", closes_at__lt=now - timing.GRACE)
    late |= Q(state="closed", settled_at=None, closed_at__lt=now - timing.RESUME)
    runs = ActivityRun.objects.filter(late, session__erased_at=None)
    sessions = sorted(set(runs.values_list("session_id", flat=True)))
    for session in sessions:
        meet(session)
    return len(sessions)


def closing(session: Session, runs: Iterable[ActivityRun] | None = None) -> list[tuple[ActivityRun, datetime]]:
    """The open runs with a timer, each with the instant from which it takes nothing more."""
    if runs is None:
        runs = ActivityRun.objects.filter(session=session, state="open", closes_at__isnull=False)
    waiting = [run for run in runs if run.state == "open" and run.closes_at is not None]
    if not waiting:
        return []
    longer = Participant.objects.filter(session=session, extra_time=True, removed_at=None).exists()
    return [(run, timing.last_moment(run, extra_time=longer)) for run in waiting]


def settling(session: Session) -> list[tuple[ActivityRun, datetime]]:
    """The closed runs whose close is not final yet, each with the instant at which it will be.

    That is two minutes after the close; at once when *Resume* is impossible anyhow (another round was opened, the
    session has ended, or an anonymous result was shown) or when staff want what is only to be had of a final close
    (``state_data["final"]``), but never while the step can still be taken back.
    """
    rows = ActivityRun.objects.filter(session=session, state="closed", settled_at=None, closed_at__isnull=False)
    runs = list(rows.select_related("activity"))
    if not runs:
        return []
    newer = _newer_rounds(runs)
    return [(run, _settles_at(session, run, newer.get((run.activity_id, run.round + 1)))) for run in runs]


def _settles_at(session: Session, run: ActivityRun, next_opened: datetime | None) -> datetime:
    assert run.closed_at is not None  # as selected
    instants = [run.closed_at + timing.RESUME]
    if next_opened:
        instants.append(next_opened + timing.UNDO + MARGIN)
    if session.ended_at:
        instants.append(session.ended_at + timing.UNDO + MARGIN)
    if run.state_data.get("final") or (run.shown_at and run.activity.privacy in ("anonymous", "confidential")):
        instants.append(run.closed_at + timing.UNDO + MARGIN)
    return max(min(instants), run.closed_at + timing.UNDO + MARGIN)


def _newer_rounds(runs: Iterable[ActivityRun]) -> dict[tuple[int, int], datetime]:
    rows = ActivityRun.objects.filter(activity__in={run.activity_id for run in runs}, round__gt=1)
    values = rows.values_list("activity_id", "round", "opened_at")
    return {(activity, number): opened for activity, number, opened in values if opened}
