"""The session that a run is about: eight phases with a poll each, the second with a board; and who is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse

from tests.cast import Part, Workshop, running, user
from tests.faults.people import Pass
from workshop.accounts.models import User
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import cookies
from workshop.live.models import Membership, Participant, Session

PHASES = 8
CHOICES = "abcde"
OPTIONS = {"options": [{"id": each, "text": f"Choice {each}"} for each in CHOICES]}
GROUP_SIZE = 5


@dataclass
class Scene:
    """What the people of a run have to know. ``polls[i]`` is the activity of phase ``phases[i]``."""

    workshop: Workshop
    session: int
    public_id: str
    join_token: str
    phases: list[int]
    polls: list[int]
    board: int
    learners: list[Pass]
    staff: Pass
    screen: Pass
    #: Participant → group of the board.
    groups: dict[str, int] = field(default_factory=dict)

    def staff_as(self, view: str) -> Pass:
        return Pass(self.public_id, "staff", view, cookie=self.staff.cookie)

    def screen_as(self, view: str) -> Pass:
        return Pass(self.public_id, "screen", view, cookie=self.screen.cookie)


def poll(number: int) -> ActivitySpec:
    question = QuestionSpec("choice", f"Question {number}", OPTIONS, key="q1")
    return ActivitySpec(
        kind="poll", title=f"Poll {number}", key=f"poll{number}", questions=(question,), results="all", privacy="pseudonymous"
    )  # fmt: skip


def make(learners: int, *, on_board: bool = False) -> Scene:
    """Make the session in the default database, with its first poll open and shown everywhere. On a thread."""
    board = ActivitySpec(
        kind="board", title="Board", key="board", config={"columns": ["A", "B", "C"]}, group_set="tables"
    )
    parts = [Part(f"Phase {number}", (poll(number),)) for number in range(PHASES)]
    parts[0] = Part("Phase 0", (poll(0), board))
    owner = user(f"Fay-{uuid4().hex[:8]}", email=f"{uuid4().hex[:8]}@example.org")
    made = running(*parts, owner=owner)
    session = made.session
    people = Participant.objects.bulk_create(
        [Participant(session=session, number=i + 1, name=f"Learner {i}", revision=1) for i in range(learners)],
        batch_size=500,
    )
    polls = [made[f"poll{number}"].pk for number in range(PHASES)]
    if on_board:
        made.fay("groups.make", set="tables", mode="random", count=max(2, learners // GROUP_SIZE), seen=False)
        made.fay("activity.open", a=made["board"].pk, minutes=0)
    made.fay("activity.open", a=polls[0], minutes=0)
    made.fay("activity.show", a=polls[0], where="phones", on=True)
    seats = Membership.objects.filter(group_set__session=session, until=None).values_list("participant_id", "group_id")
    fresh = Session.objects.get(pk=session.pk)
    return Scene(
        workshop=made,
        session=session.pk,
        public_id=session.public_id,
        join_token=fresh.join_token,
        phases=[run.pk for run in made.phases],
        polls=polls,
        board=made["board"].pk,
        learners=[pass_of(session, person) for person in people],
        staff=Pass(session.public_id, "staff", "data", cookie=staff_cookie(owner), key=f"u:{owner.pk}"),
        screen=Pass(session.public_id, "screen", "data", cookie=screen_cookie(fresh)),
        groups={f"p:{person}": group for person, group in seats},
    )


def pass_of(session: Session, person: Participant) -> Pass:
    """The bearer token of a learner. Every second one reads HTML."""
    token = cookies.token_for(cookies.Proof(session.public_id, person.pk, cookies.new_secret()))
    view = "html" if person.number % 2 else "data"
    return Pass(session.public_id, "learner", view, token=token, key=person.key)


def staff_cookie(owner: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(owner.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def screen_cookie(session: Session) -> str:
    response = HttpResponse()
    cookies.set_screen(response, session.public_id, session.screen_token, secure=False)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in response.cookies.items())


def rows(statement: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """What the database says, without any of Plenary's code between."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return [tuple(row) for row in cursor.fetchall()]
