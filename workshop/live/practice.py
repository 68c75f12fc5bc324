"""Practice learners: simulated, marked, removable. They answer what is open so that a facilitator can try everything.

When a practice learner answers is computed, not stored: a delay after the opening that depends on the learner and the
round alone. So every process comes to the same result, and a repeat is refused as stale.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from django.conf import settings
from pydantic import ValidationError

from workshop.kinds import Json, Refused, question_kinds
from workshop.live.access import Actor
from workshop.live.models import ActivityRun, Participant, Session
from workshop.live.stages import current_runs, kind_of
from workshop.plans.models import Question
from workshop.realtime import ops, presence
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

#: The first answers come after this many seconds, the last after that many.
FIRST_SECONDS, LAST_SECONDS = 1.5, 20.0
#: How many answers one round of work sends at most, so that it never holds up a deadline.
AT_ONCE = 60

#: ``(round, participant)`` that this process has seen to.
_done: set[tuple[int, int]] = set()


def secret_of(participant: Participant) -> bytes:
    """The secret of a practice learner: there is no device that could keep one."""
    message = f"plenary.practice:{participant.session_id}:{participant.pk}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)[:16]


def actor_of(participant: Participant) -> Actor:
    """A practice learner as an actor."""
    return Actor(
        session=participant.session_id,
        role="learner",
        key=participant.key,
        id=participant.pk,
        profile=participant.profile,
        secret=secret_of(participant),
        simulated=True,
    )


def instants(session: Session) -> list[datetime]:
    """When practice learners answer next, in this session."""
    return [at for _run, _person, at in _waiting(session)]


def answer(session: Session, now: datetime) -> int:
    """Let those answer whose time has come; returns how many did."""
    due = [(run, person) for run, person, at in _waiting(session) if at <= now][:AT_ONCE]
    for run, person in due:
        _done.add((run.pk, person.pk))
        for op, payload in acts(run, person):
            do(person, op, payload)
    return len(due)


def acts(run: ActivityRun, person: Participant) -> Iterator[tuple[str, dict[str, Json]]]:
    """What a practice learner does in a round: an answer to each question, and what the kind adds."""
    chance = Random(f"{run.pk}:{person.pk}")  # noqa: S311 - pretended answers
    for question in Question.objects.filter(activity=run.activity_id).order_by("position"):
        kind = question_kinds.get(question.kind)
        raw = kind.sample(kind.load(question.config, question.config_version), chance)
        if raw is not None:
            yield "respond", {"a": run.activity_id, "q": question.key, "round": run.round, "n": 1, "v": raw}
    activity_kind = kind_of(run)
    if activity_kind is not None:
        yield from activity_kind.practise(run, person, chance)


def do(person: Participant, op: str, payload: dict[str, Json]) -> None:
    """One op of a practice learner; a refusal (closed, stale, too fast) is nobody's business."""
    try:
        checked = ops.get(op).payload.model_validate(payload)
        submit(Call(person.session_id, actor_of(person), op, uuid4(), checked))
    except (Refused, ValidationError):
        return


def forget() -> None:
    """Forget what this process has seen to; repeats are refused as stale."""
    _done.clear()


def _waiting(session: Session) -> list[tuple[ActivityRun, Participant, datetime]]:
    people = list(Participant.objects.filter(session=session, simulated=True, removed_at=None, erased_at=None))
    if not people or session.paused_at:
        return []
    # Those of a rehearsal have sockets and answer by them.
    online = presence.online(session.pk)
    people = [person for person in people if person.key not in online]
    runs = [run for run in current_runs(session.pk) if run.state == "open" and not run.frozen and run.opened_at]
    return [
        (run, person, run.opened_at + _delay(run, person))
        for run in runs
        for person in people
        if run.opened_at and (run.pk, person.pk) not in _done
    ]


def _delay(run: ActivityRun, person: Participant) -> timedelta:
    chance = Random(f"delay:{run.pk}:{person.pk}")  # noqa: S311 - pretended answers
    return timedelta(seconds=chance.uniform(FIRST_SECONDS, LAST_SECONDS))
