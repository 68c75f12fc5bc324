"""A session with real rows, for tests of answers: activities that are open, people with secrets, ops through the inbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone

from tests.cast import refusal
from workshop.accounts.models import Organisation, User
from workshop.kinds import ActivitySpec, Json, QuestionSpec
from workshop.live.access import Actor, system
from workshop.live.models import ActivityRun, Participant, PhaseRun, Session, Staff
from workshop.plans.models import Activity, Phase, Plan, PlanVersion, Question
from workshop.questions.operations import Respond, Withdraw
from workshop.questions.slots import AnswersReader, TallyReader
from workshop.realtime.inbox import submit
from workshop.realtime.models import Head
from workshop.realtime.ops import Call, Nothing, get
from workshop.realtime.slots import SlotRequest, SlotState

__all__ = ["BEGIN", "Person", "Room", "make", "poll", "refusal"]

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())


@dataclass
class Person:
    """A learner with the secret that only the own device has."""

    row: Participant
    secret: bytes

    @property
    def actor(self) -> Actor:
        return Actor(self.row.session_id, "learner", self.row.key, self.row.pk, self.row.profile, self.secret)


@dataclass
class Room:
    """A running session in its one phase."""

    session: Session
    phase: Phase
    fay: Actor
    people: dict[str, Person] = field(default_factory=dict)

    def join(self, name: str, profile: str = "", **more: Any) -> Person:
        number = len(self.people) + 1
        row = Participant.objects.create(session=self.session, number=number, name=name, profile=profile, **more)
        self.people[name] = Person(row, secrets.token_bytes(16))
        return self.people[name]

    def open(self, spec: ActivitySpec, **run: Any) -> ActivityRun:
        """The activity of a spec, open now."""
        activity = Activity.objects.create(
            version=self.phase.version,
            phase=self.phase,
            key=spec.key or f"a{Activity.objects.count()}",
            position=Activity.objects.count(),
            kind=spec.kind,
            title=spec.title,
            config=dict(spec.config),
            privacy=spec.privacy,
            pace=spec.pace,
            off_record=spec.off_record,
            group_set=spec.group_set,
        )
        for position, asked in enumerate(spec.questions):
            Question.objects.create(
                activity=activity,
                key=asked.key or f"q{position + 1}",
                position=position,
                kind=asked.kind,
                prompt=asked.prompt,
                config=dict(asked.config),
                privacy=asked.privacy,
                required=asked.required,
            )
        made = ActivityRun.objects.create(
            session=self.session, activity=activity, **{"state": "open", "opened_at": timezone.now(), **run}
        )
        return ActivityRun.objects.select_related("activity", "session").get(pk=made.pk)

    def ask(
        self, kind: str, config: Mapping[str, Json] | None = None, privacy: str = "pseudonymous", **run: Any
    ) -> ActivityRun:
        """One question, as a poll."""
        return self.open(poll(kind, config, privacy), **run)

    def say(self, name: str, run: ActivityRun, value: Json, n: int = 1, **more: Any) -> dict[str, Json]:
        """One answer through the inbox. Raises Refused."""
        return submit(self.call(name, run, value, n, **more))

    def call(
        self, name: str, run: ActivityRun, value: Json, n: int = 1, op_id: UUID | None = None, **more: Any
    ) -> Call[Any]:
        payload = Respond(**{"a": run.activity_id, "q": "q1", "round": run.round, "n": n, "v": value, **more})
        return Call(self.session.pk, self.people[name].actor, "respond", op_id or uuid4(), payload)

    def withdraw(self, name: str, run: ActivityRun, n: int) -> dict[str, Json]:
        payload = Withdraw(a=run.activity_id, q="q1", round=run.round, n=n)
        return submit(Call(self.session.pk, self.people[name].actor, "withdraw", uuid4(), payload))

    def staff(self, op: str, **payload: Json) -> dict[str, Json]:
        """An op of Fay's."""
        return submit(Call(self.session.pk, self.fay, op, uuid4(), get(op).payload(**payload)))

    def tally(self, run: ActivityRun, audience: str = "staff", view: str = "data") -> SlotState | None:
        name = f"tally:{run.activity_id}"
        return TallyReader().read(SlotRequest(self.session.pk, name, audience, view=view))

    def counts(self, run: ActivityRun, q: str = "q1", audience: str = "staff") -> Json:
        """The data of one question, None where it is absent."""
        state = self.tally(run, audience)
        return None if state is None else state.data["questions"].get(q)

    def answers(self, run: ActivityRun, since: int | None = None) -> SlotState:
        name = f"answers:{run.activity_id}"
        state = AnswersReader().read(SlotRequest(self.session.pk, name, "staff:people", since=since))
        assert state is not None
        return state

    def close(self, run: ActivityRun, *, final: bool = False) -> ActivityRun:
        """Fay closes it; ``final``: and the time in which it could be resumed passes."""
        self.staff("activity.close", a=run.activity_id)
        if final:
            self.settle(run)
        run.refresh_from_db()
        return run

    def settle(self, run: ActivityRun) -> None:
        """Two minutes and more go by after the close."""
        ActivityRun.objects.filter(pk=run.pk).update(closed_at=timezone.now() - timedelta(minutes=3))
        submit(Call(self.session.pk, system(self.session.pk), "activity.tick", uuid4(), Nothing()))
        run.refresh_from_db()

    def set(self, run: ActivityRun, **columns: Any) -> ActivityRun:
        """Change the run as ``live`` does, head included."""
        ActivityRun.objects.filter(pk=run.pk).update(**columns)
        Head.objects.filter(session=self.session.pk, name=f"activity:{run.activity_id}").update(
            revision=F("revision") + 1
        )
        run.refresh_from_db()
        return run


def poll(
    kind: str, config: Mapping[str, Json] | None = None, privacy: str = "pseudonymous", **more: Any
) -> ActivitySpec:
    question = QuestionSpec(kind=kind, prompt=more.pop("prompt", "What now?"), config=dict(config or {}))
    return ActivitySpec(kind="poll", title="What now?", questions=(question,), privacy=privacy, **more)


def make(people: Sequence[str] = ("Ana", "Ben")) -> Room:
    """A session that runs since nine o'clock, with Fay at the panel."""
    organisation = Organisation.objects.create(name="Halden")
    user = User.objects.create(username=f"fay{User.objects.count()}", organisation=organisation)
    plan = Plan.objects.create(organisation=organisation, owner=user, title="Plan")
    token = secrets.token_urlsafe(12)
    version = PlanVersion.objects.create(plan=plan, lineage=token, number=1, document={})
    phase = Phase.objects.create(
        version=version, key="explore", position=0, title="Explore", kind="explore", minutes=45
    )
    session = Session.objects.create(
        public_id=token, organisation=organisation, owner=user, version=version, title="Session",
        join_token=f"j{token}", screen_token=f"s{token}", state="running", started_at=BEGIN,
    )  # fmt: skip
    run = PhaseRun.objects.create(session=session, phase=phase, minutes=45, started_at=BEGIN + timedelta(minutes=30))
    Session.objects.filter(pk=session.pk).update(phase=run, created_at=BEGIN - timedelta(days=1))
    session.refresh_from_db()
    Staff.objects.create(session=session, user=user, role="facilitator")
    room = Room(session, phase, Actor(session.pk, "facilitator", f"u:{user.pk}", user.pk))
    for name in people:
        room.join(name)
    return room
