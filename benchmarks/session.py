"""Make sessions in the database of DATABASE_URL; prints them as one JSON line.

    python benchmarks/session.py '{"learners": 1000, "phases": [["poll"]]}'

The one argument has the fields of ``Wanted``.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from workshop.accounts.models import Organisation  # noqa: E402
from workshop.kinds import ActivitySpec, QuestionSpec, activity_kinds  # noqa: E402
from workshop.live import access, cookies  # noqa: E402
from workshop.live.models import Participant, Session  # noqa: E402
from workshop.live.start import LIVE_AT_ONCE, start_session  # noqa: E402
from workshop.plans.models import Plan, Question  # noqa: E402
from workshop.plans.rows import store_document  # noqa: E402
from workshop.plans.text.document import PhaseDoc, PlanDocument  # noqa: E402
from workshop.realtime import inbox, ops  # noqa: E402
from workshop.realtime.ops import Call  # noqa: E402

OPTIONS = ["Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"]
PHASES = ("engage", "explore", "explain", "elaborate", "evaluate")


@dataclass
class Wanted:
    """What to make.

    Args:
        phases: for each phase the kinds of its activities; polls have one question.
        open: whether the activities of the first phase are opened.
        show: whether results are shown on phones.
        start: whether the session has left the lobby.
    """

    learners: int
    sessions: int = 1
    phases: list[list[str]] = field(default_factory=lambda: [["poll"]])
    open: bool = True
    show: bool = True
    start: bool = True


def main(wanted: Wanted) -> None:
    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="Benchmark")
    made = []
    for number in range(wanted.sessions):
        if number % LIVE_AT_ONCE == 0:
            # One person may have twenty sessions at once.
            name = uuid4().hex[:8]
            user = get_user_model().objects.create(
                username=f"fay-{name}", email=f"{name}@example.org", organisation=organisation
            )
            cookie = signed_in(user)
        made.append(make(user, cookie, wanted, number))
    print(json.dumps(made))


def make(user: Any, cookie: str, wanted: Wanted, number: int) -> dict[str, object]:
    session = planned(user, wanted, number)
    if wanted.start:
        act(session, "session.start")
    runs = list(session.activity_runs.select_related("activity__phase").order_by("activity__phase__position", "pk"))
    first = [run for run in runs if run.activity.phase_id == runs[0].activity.phase_id]
    for run in first if wanted.open and wanted.start else ():
        act(session, "activity.open", a=run.activity_id, minutes=0)
        if wanted.show and run.activity.kind == "poll":
            act(session, "activity.show", a=run.activity_id, where="phones", on=True)
    people = join(session, wanted.learners)
    keys = dict(Question.objects.filter(activity__in=[r.activity_id for r in runs]).values_list("activity_id", "key"))
    tokens = [cookies.token_for(cookies.Proof(session.public_id, person.pk, cookies.new_secret())) for person in people]
    return {
        "public_id": session.public_id,
        "code": session.code,
        "path": f"/ws/session/{session.public_id}/",
        "tokens": tokens,
        "activities": [run.activity_id for run in runs],
        "questions": [keys.get(run.activity_id, "") for run in runs],
        "phases": list(session.phase_runs.order_by("phase__position").values_list("pk", flat=True)),
        "staff_cookie": cookie,
        "learner_cookies": [f"p.{session.public_id}={token}" for token in tokens[:500]],
    }


def planned(user: Any, wanted: Wanted, number: int) -> Session:
    """A session of a new plan with these phases."""
    title = f"Benchmark {number}"
    phases = tuple(
        PhaseDoc(
            title=f"Phase {i + 1}",
            kind=PHASES[i % len(PHASES)],
            minutes=15,
            activities=tuple(activity(kind, f"{i + 1}.{j + 1}", show=wanted.show) for j, kind in enumerate(kinds)),
        )
        for i, kinds in enumerate(wanted.phases)
    )
    plan = Plan.objects.create(organisation_id=user.organisation_id, owner=user, title=title, listed=False)
    store_document(plan, PlanDocument(title=title, language="en", phases=phases), user)
    return start_session(plan, user)


def activity(kind: str, number: str, *, show: bool) -> ActivitySpec:
    """A poll with one question, or the first example of any other kind."""
    if kind != "poll":
        return activity_kinds.get(kind).examples()[0]
    options = [{"id": chr(97 + i), "text": text} for i, text in enumerate(OPTIONS)]
    question = QuestionSpec(kind="choice", prompt=f"Question {number}: what do you think?", config={"options": options})
    return ActivitySpec(kind="poll", title=f"Poll {number}", questions=(question,), results="all" if show else "staff")


def join(session: Session, count: int) -> list[Participant]:
    people = [Participant(session=session, number=i + 1, name=f"Learner {i}") for i in range(count)]
    return Participant.objects.bulk_create(people, batch_size=1_000)


def signed_in(user: Any) -> str:
    """The cookie of a signed-in person."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def act(session: Session, name: str, **payload: object) -> None:
    spec = ops.get(name)
    inbox.submit(Call(session.pk, access.system(session.pk), name, uuid4(), spec.payload(**payload)))


if __name__ == "__main__":
    main(Wanted(**json.loads(sys.argv[1])))
