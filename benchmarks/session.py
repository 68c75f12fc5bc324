"""Make sessions with open polls and learners in the database of DATABASE_URL; prints them as one JSON line.

    python benchmarks/session.py LEARNERS POLLS SESSIONS SHOW

SHOW 1 puts the results on phones.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from workshop.accounts.models import Organisation  # noqa: E402
from workshop.kinds import ActivitySpec, QuestionSpec  # noqa: E402
from workshop.live import access, cookies  # noqa: E402
from workshop.live.models import Participant, Session  # noqa: E402
from workshop.live.start import quick_session  # noqa: E402
from workshop.realtime import inbox, ops  # noqa: E402
from workshop.realtime.ops import Call  # noqa: E402

OPTIONS = ["Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"]


def main(learners: int, polls: int, sessions: int, show: int) -> None:
    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="Benchmark")
    user = get_user_model().objects.create(
        username=f"fay-{uuid4().hex[:8]}", email=f"{uuid4().hex[:8]}@example.org", organisation=organisation
    )
    print(json.dumps([make(user, learners, polls, number, show=bool(show)) for number in range(sessions)]))


def make(user: object, learners: int, polls: int, number: int, *, show: bool) -> dict[str, object]:
    session = quick_session(user, f"Benchmark {number}", activities=tuple(poll(i, show=show) for i in range(polls)))  # type: ignore[arg-type]
    if number % 10 == 9:
        # A facilitator has at most 20 live sessions; the benchmark's own user starts more than that.
        Session.objects.filter(owner=user).update(state="running")
    act(session, "session.start")
    runs = list(session.activity_runs.select_related("activity").order_by("pk"))
    for run in runs:
        act(session, "activity.open", a=run.activity_id, minutes=0)
        if show:
            act(session, "activity.show", a=run.activity_id, where="phones", on=True)
    people = Participant.objects.bulk_create(
        [Participant(session=session, number=i + 1, name=f"Learner {i}") for i in range(learners)], batch_size=1_000
    )
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store.create()
    questions = [run.activity.questions.get().key for run in runs]
    return {
        "path": f"/ws/session/{session.public_id}/",
        "tokens": [
            cookies.token_for(cookies.Proof(session.public_id, person.pk, cookies.new_secret())) for person in people
        ],
        "activity": runs[0].activity_id,
        "question": questions[0],
        "activities": [run.activity_id for run in runs],
        "questions": questions,
        "staff_cookie": f"{settings.SESSION_COOKIE_NAME}={store.session_key}",
    }


def poll(number: int, *, show: bool) -> ActivitySpec:
    options = [{"id": chr(97 + i), "text": text} for i, text in enumerate(OPTIONS)]
    question = QuestionSpec(kind="choice", prompt=f"Question {number}: what do you think?", config={"options": options})
    return ActivitySpec(kind="poll", title=f"Poll {number}", questions=(question,), results="all" if show else "staff")


def act(session: Session, name: str, **payload: object) -> None:
    spec = ops.get(name)
    inbox.submit(Call(session.pk, access.system(session.pk), name, uuid4(), spec.payload(**payload)))


if __name__ == "__main__":
    main(*(int(part) for part in sys.argv[1:]))
