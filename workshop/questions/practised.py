"""The answers of practice learners: they count for the one who tries things out, and in nothing that is taken away.

Nor in a confidential total that stands for anybody: who knows what twelve of them said would know the one real answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from workshop.live import practice
from workshop.live.models import ActivityRun, Participant
from workshop.questions.authors import tag


def authors_of(session: int, people: Iterable[Participant]) -> list[str]:
    """All authors under which these practice learners may have answered.

    A practice learner has no device: its secret is the server's, so its tags can be made again here.
    """
    rounds = list(ActivityRun.objects.filter(session_id=session).values_list("activity_id", "round"))
    found: list[str] = []
    for person in people:
        secret = practice.secret_of(person)
        found += [person.key, *(tag(secret, session, activity, round_) for activity, round_ in rounds)]
    return found


def authors_of_round(session: int, activity: int, round_: int) -> frozenset[str]:
    """The same in one round, for all practice learners that a session ever had; one query."""
    people = Participant.objects.filter(session_id=session, simulated=True)
    tags = ((person.key, tag(practice.secret_of(person), session, activity, round_)) for person in people)
    return frozenset(author for both in tags for author in both)


def authors_in(session: int) -> set[str]:
    """The same for all practice learners that a session ever had."""
    return set(authors_of(session, Participant.objects.filter(session_id=session, simulated=True)))
