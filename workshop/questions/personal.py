"""The part of the slot ``you`` that holds a learner's own answers, anonymous ones included: their tags are made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from workshop.kinds import Json
from workshop.live import stages
from workshop.live.models import ActivityRun, Participant, Session
from workshop.live.takeaway import Keep, Line
from workshop.plans.models import Activity, Question
from workshop.questions.authors import SECRET_BYTES, TAGGED, tag
from workshop.questions.catalogue import of_activity
from workshop.questions.models import Response
from workshop.realtime import heads

#: Authors per query; PostgreSQL and SQLite both take this many values.
AUTHORS = 8_000


def own_answers(session: int, participants: list[Participant], actors: list[Any]) -> list[dict[str, Any]]:
    """``{"answers": {activity: {"round", "q": {key: {"n", "v", "status"}}}}}`` for each participant, in their order.

    Of the current phase and of what is open. A constant number of queries for a batch of up to 8,000 authors. A hidden
    answer is told as held: its author need not know that it was taken down.
    """
    rounds = heads.while_still(session, "rounds", lambda: _rounds(session))
    return [{"answers": answers} for answers in answers_in(session, rounds, participants, actors)]


def answers_in(
    session: int, rounds: Mapping[int, int], participants: Sequence[Participant], actors: Sequence[Any]
) -> list[dict[str, Json]]:
    """Own answers in the rounds ``{activity: round}``, one dict per participant."""
    owners = _owners(session, rounds, participants, actors)
    found: list[dict[str, Json]] = [
        {str(activity): {"round": round_, "q": {}} for activity, round_ in rounds.items()} for _person in participants
    ]
    for key, activity, round_, author, subject, n, value, status, weight in _rows(session, rounds, list(owners)):
        if rounds[activity] != round_:
            continue
        said = {"n": n, "v": value, "status": "held" if status == "hidden" else status}
        if weight > 1:
            said["w"] = weight
        found[owners[author]][str(activity)]["q"][f"{key}:{subject}" if subject else key] = said
    return found


def keepsakes(session: Session, person: Participant, actor: Any) -> list[Keep]:
    """Everything that a person answered, of all rounds and levels, for their own take-away."""
    activities = (
        Activity.objects.filter(version=session.version_id)
        .prefetch_related("questions")
        .order_by("phase__position", "position")
    )
    rounds = list(ActivityRun.objects.filter(session=session).values_list("activity_id", "round"))
    secret = getattr(actor, "secret", b"") or b""
    authors = [person.key]
    if len(secret) >= SECRET_BYTES:
        authors += [tag(secret, session.pk, activity, round_) for activity, round_ in rounds]
    said: dict[int, list[tuple[int, Json]]] = {}
    rows = Response.objects.filter(session_id=session.pk, author__in=authors).exclude(status="withdrawn")
    for question, round_, value in rows.order_by("round").values_list("question_id", "round", "value"):
        said.setdefault(question, []).append((round_, value))
    return [Keep(activity.title, _lines(activity, said)) for activity in activities]


def _lines(activity: Activity, said: Mapping[int, list[tuple[int, Json]]]) -> tuple[Line, ...]:
    return tuple(
        Line(asked.prompt, asked.kind.in_words(asked.config, value), round_)
        for asked in of_activity(activity)
        for round_, value in said.get(asked.id, ())
    )


def _rounds(session: int) -> dict[int, int]:
    """The current rounds on the learner's page. No query where the scene was read, which knows the newest rounds."""
    scene = stages.read_already(session)
    if scene is not None and not any(run.state == "ready" and run.round > 1 for run in scene.runs):
        return {run.activity_id: run.round for run in scene.for_staff() if run.state != "ready"}
    rows = (
        ActivityRun.objects.filter(session_id=session)
        .exclude(state="ready")
        .filter(Q(state="open") | Q(activity__phase=F("session__phase__phase")))
        .order_by("round")
        .values_list("activity_id", "round")
    )
    return dict(rows)


def _owners(
    session: int, rounds: Mapping[int, int], participants: Sequence[Participant], actors: Sequence[Any]
) -> dict[str, int]:
    """Position of the participant by every author name that the answers may stand under."""
    tagged = heads.while_still(session, f"tagged {sorted(rounds)}", lambda: _tagged(session, rounds))
    owners: dict[str, int] = {}
    for position, (participant, actor) in enumerate(zip(participants, actors, strict=True)):
        owners[participant.key] = position
        secret = getattr(actor, "secret", b"") or b""
        if len(secret) >= SECRET_BYTES:
            for activity in tagged:
                owners[tag(secret, session, activity, rounds[activity])] = position
    return owners


def _tagged(session: int, rounds: Mapping[int, int]) -> set[int]:
    """Activities with an anonymous or confidential question."""
    if not rounds:
        return set()
    scene = stages.read_already(session)
    if scene is not None:
        asking = {run.activity_id: run.activity for run in scene.runs}
        return {
            pk for pk in rounds if any((q.privacy or asking[pk].privacy) in TAGGED for q in asking[pk].questions.all())
        }
    by_question = Q(privacy__in=TAGGED) | Q(privacy="", activity__privacy__in=TAGGED)
    return set(Question.objects.filter(by_question, activity_id__in=rounds).values_list("activity_id", flat=True))


def _rows(session: int, rounds: Mapping[int, int], authors: list[str]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    if not rounds:
        return found
    for at in range(0, len(authors), AUTHORS):
        found += Response.objects.filter(
            session_id=session, author__in=authors[at : at + AUTHORS], activity_id__in=rounds
        ).values_list("question__key", "activity_id", "round", "author", "subject", "n", "value", "status", "weight")
    return found
