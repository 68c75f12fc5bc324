"""Load the demonstration: a plan and three sessions, made by the same ops that people use, then moved in time.

The words are in ``plan.md``, ``levers.pdf`` and ``story.py``. Nothing here knows a kind: answers go through ``respond``,
cards through the op that boards register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.forms import FileField
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from workshop.accounts.models import User
from workshop.config.demonstration import story, talk
from workshop.kinds import Refused, activity_kinds
from workshop.live import cookies, deadlines, door
from workshop.live.access import Actor
from workshop.live.models import ActivityRun, Attendance, Group, Membership, Participant, PhaseRun, Session
from workshop.live.start import start_session
from workshop.plans.models import Activity, Plan, Question
from workshop.plans.operations import create_plan
from workshop.plans.rows import document_from_rows, store_document
from workshop.plans.text import read_plan
from workshop.questions.models import Response
from workshop.realtime import ops
from workshop.realtime.inbox import submit

FOLDER = Path(__file__).parent
#: Minutes that each phase of the finished and of the running session took.
FINISHED = (27, 42, 15, 36, 47, 18)
RUNNING = (28, 43, 16)
MINUTE_NOW = 95
SET = "tables"


@dataclass
class Troupe:
    """A session of the demonstration with its people, and the acts that they do."""

    session: Session
    owner: User
    people: list[Actor]

    def act(self, op: str, actor: Actor | None = None, **payload: Any) -> dict[str, Any]:
        """Do one op as the facilitator or as one of the people. Raises Refused."""
        spec = ops.get(op)
        call = ops.Call(self.session.pk, actor or self.lead, op, uuid4(), spec.payload.model_validate(payload))
        return submit(call)

    @property
    def lead(self) -> Actor:
        """The facilitator."""
        actor = door.staff_actor(self.session, self.owner)
        assert actor is not None  # the owner leads
        return actor

    def activity(self, key: str) -> Activity:
        """An activity of this session by its key."""
        return Activity.objects.get(version=self.session.version_id, key=key)

    def join(self, names: list[str], backgrounds: list[str]) -> None:
        """Let people in, with names and backgrounds."""
        for number, name in enumerate(names):
            place = story.BACKGROUNDS[number % len(story.BACKGROUNDS)]
            profile = backgrounds[place] if place is not None and place < len(backgrounds) else ""
            secret = cookies.new_secret()
            done = self.act("session.join", door.visitor(self.session, uuid4().hex), name=name, profile=profile)
            person = Participant.objects.get(pk=done["p"])
            self.people.append(door.learner(self.session, person, secret))

    def answer(self, key: str, people: int | None = None) -> None:
        """Let people answer all questions of an open activity."""
        activity = self.activity(key)
        questions = list(activity.questions.all())
        for question in questions:
            self.answer_one(activity, question, people, key if len(questions) == 1 else "")

    def answer_one(self, activity: Activity, question: Question, people: int | None = None, key: str = "") -> None:
        """Let people answer one question; ``key`` is what the story knows it by, if not by its own."""
        for number, actor in enumerate(self.people[:people]):
            value = story.value_for(key or question.key, number, _options(question))
            if value is not None:
                self.act("respond", actor, a=activity.pk, q=question.key, round=1, n=1, v=value)

    def fill(self, key: str, per_group: int) -> None:
        """Put cards on the boards of all groups."""
        activity = self.activity(key)
        groups = Group.objects.filter(group_set__session=self.session, group_set__key=SET)
        for group in groups.order_by("number"):
            members = Membership.objects.filter(group=group, until=None).values_list("participant_id", flat=True)
            writers = [actor for actor in self.people if actor.id in set(members)]
            cards = story.CARDS[key]
            count = min(len(cards), 2 + (group.number * per_group) % (len(cards) - 1))
            for place in range(count if writers else 0):
                column, text = cards[(place + group.number) % len(cards)]
                writer = writers[place % len(writers)]
                self.act("card.add", writer, a=activity.pk, g=group.pk, column=column + 1, text=text, colour="a")

    def show(self, key: str) -> None:
        """Show what is held, then the result on screen and phones."""
        activity = self.activity(key)
        if Response.objects.filter(activity=activity, status="held").exists():
            self.act("answers.show", a=activity.pk, ids=None)
        self.act("activity.show", a=activity.pk, where="screen", on=True)

    def play(self, key: str, people: int | None = None, *, show: bool = True, close: bool = True) -> None:
        """Open an activity, let people do it, show and close it."""
        activity = self.activity(key)
        current = ActivityRun.objects.filter(session=self.session, activity=activity).order_by("-round").first()
        if current is None or current.state != "open":
            self.act("activity.open", a=activity.pk)
        if key in story.CARDS:
            self.fill(key, 3)
        elif key == "questions":
            talk.ask(self, key, over=close)
        elif key == "pace":
            talk.tap(self, key, people or len(self.people))
        elif key == "check":
            talk.lead(self, key, people or len(self.people))
        elif activity.questions.exists():
            self.answer(key, people)
            if show:
                self.show(key)
        if close:
            self.act("activity.close", a=activity.pk)

    def next(self) -> None:
        """Go to the next phase."""
        self.session.refresh_from_db()
        here: dict[str, Any] = {"from": self.session.phase_id}
        self.act("session.next", None, **here)

    def was_there(self, people: int) -> None:
        """Note a sign of life of the first ``people`` in the phase that runs."""
        self.session.refresh_from_db()
        phase = self.session.phase
        rows = [Attendance(participant_id=actor.id, phase_run=phase) for actor in self.people[:people]]
        Attendance.objects.bulk_create(rows, ignore_conflicts=True)


def load(owner: User) -> Session:
    """Load the plan and the three sessions for ``owner``. Returns the one in the lobby."""
    with transaction.atomic():
        plan = _plan(owner)
        _finished(start_session(plan, owner, demonstration=True), owner)
        _running(start_session(plan, owner, demonstration=True), owner)
        return _lobby(start_session(plan, owner, demonstration=True), owner)


def offer(owner: User) -> None:
    """Load it for somebody who asks for it in the library."""
    load(owner)


def loaded(owner: User) -> Session | None:
    """The lobby session of a demonstration that is there already, or the newest that has not ended."""
    rows = Session.objects.filter(organisation=owner.organisation_id, demonstration=True).exclude(state="ended")
    return rows.order_by("state", "-pk").first()


def _plan(owner: User) -> Plan:
    plan = create_plan(owner, read_plan((FOLDER / "plan.md").read_bytes()).document, demonstration=True)
    assert plan.current is not None  # just made
    for activity in plan.current.activities.all():
        file = FOLDER / str(activity.config.get("name") or "plan.md")
        if file.suffix == ".pdf" and file.is_file():
            _bring(plan, activity, file)
    store_document(plan, document_from_rows(plan.current), owner)
    plan.refresh_from_db()
    return plan


def _bring(plan: Plan, activity: Activity, file: Path) -> None:
    """Fill in the file of an activity in the form that staff use for it."""
    editor = activity_kinds.get(activity.kind).Editor
    field = next(name for name, each in editor.base_fields.items() if isinstance(each, FileField))
    files: MultiValueDict[str, UploadedFile] = MultiValueDict(
        {field: [SimpleUploadedFile(file.name, file.read_bytes())]}
    )
    form = editor(editor.initial_for(activity.config), files)
    if not form.is_valid():
        message = f"{file.name}: {form.errors.as_text()}"
        raise ValueError(message)
    form.keep(plan)
    activity.config = form.config()
    activity.save(update_fields=["config"])


def _backgrounds(session: Session) -> list[str]:
    return [profile["label"] for profile in session.version.document.get("profiles") or []]


def _lobby(session: Session, owner: User) -> Session:
    Troupe(session, owner, []).act("session.door", open=True)
    Session.objects.filter(pk=session.pk).update(planned_start=timezone.now() + timedelta(minutes=20))
    return session


def _finished(session: Session, owner: User) -> None:
    troupe = Troupe(session, owner, [])
    troupe.act("session.door", open=True)
    troupe.join(list(story.PEOPLE[:36]), _backgrounds(session))
    troupe.act("session.start")
    parts: tuple[tuple[str, ...], ...] = (
        ("driver", "surprise"), ("sort", "worth"), (), ("pace", "questions", "lever", "open"),
        ("plan", "trust"), ("check", "stand"),
    )  # fmt: skip
    for number, keys in enumerate(parts):
        troupe.was_there(36 - number // 2)
        for key in keys:
            troupe.play(key, 36 - number)
        if number + 1 < len(parts):
            troupe.next()
    troupe.act("session.end")
    begin = (timezone.now() - timedelta(days=7)).replace(hour=9, minute=2, second=0, microsecond=0)
    move_in_time(session, begin, FINISHED, ended=True)
    deadlines.meet(session.pk)


def _running(session: Session, owner: User) -> None:
    troupe = Troupe(session, owner, [])
    troupe.act("session.door", open=True)
    troupe.join(list(story.PEOPLE[:38]), _backgrounds(session))
    troupe.act("session.start")
    for keys in (("driver", "surprise"), ("sort", "worth"), ()):
        troupe.was_there(38)
        for key in keys:
            troupe.play(key, 37)
        troupe.next()
    troupe.join([story.ARABIC, "M"], _backgrounds(session))
    Participant.objects.filter(pk=troupe.people[-1].id).update(name=story.LONG)
    troupe.was_there(40)
    troupe.play("pace", 30, close=False)
    troupe.play("questions", close=False)
    troupe.play("levers", close=False)
    _page(session, 4)
    troupe.play("open", 12, show=False, close=False)
    question = troupe.activity("open")
    held = list(Response.objects.filter(activity=question, status="held").order_by("pk").values_list("pk", flat=True))
    troupe.act("answers.show", a=question.pk, ids=held[:4])
    troupe.act("respond", troupe.people[1], a=question.pk, q=question.questions.get().key, round=1, n=1, v=story.RUDE)
    troupe.act("hand", troupe.people[0], up=True)
    now = timezone.now()
    move_in_time(session, now - timedelta(minutes=MINUTE_NOW), RUNNING, ended=False)
    group = Group.objects.filter(group_set__session=session, group_set__key=SET, number=4).first()
    if group:
        Group.objects.filter(pk=group.pk).update(help_at=now - timedelta(minutes=2))
    Participant.objects.filter(session=session).update(seen_at=now)


def _page(session: Session, page: int) -> None:
    """Turn to a page of what stands on the screen, with the clicker."""
    troupe = Troupe(session, session.owner, [])
    for _step in range(1, page):
        try:
            troupe.act("screen.step", forward=True)
        except Refused:
            return


def move_in_time(session: Session, begin: datetime, minutes: tuple[int, ...], *, ended: bool) -> None:
    """Set the times of a session as if its phases had begun at ``begin`` and taken ``minutes`` each."""
    session.refresh_from_db()
    at = begin
    for number, run in enumerate(PhaseRun.objects.filter(session=session).order_by("phase__position")):
        if run.started_at is None:
            continue
        over = number < len(minutes)
        until = at + timedelta(minutes=minutes[number]) if over else None
        PhaseRun.objects.filter(pk=run.pk).update(started_at=at, ended_at=until)
        _move_activities(session, run, at, until)
        at = until or at
    Session.objects.filter(pk=session.pk).update(
        started_at=begin, planned_start=begin, created_at=begin - timedelta(days=2), undo={},
        ended_at=at if ended else None,
        retain_until=(at + timedelta(days=30)).date() if ended else session.retain_until,
    )  # fmt: skip
    Participant.objects.filter(session=session).update(joined_at=begin - timedelta(minutes=3))
    Membership.objects.filter(group_set__session=session, until=None).update(
        since=begin + timedelta(minutes=minutes[0])
    )


def _move_activities(session: Session, phase: PhaseRun, at: datetime, until: datetime | None) -> None:
    runs = ActivityRun.objects.filter(session=session, activity__phase=phase.phase_id, opened_at__isnull=False)
    step = ((until or timezone.now()) - at) / (runs.count() + 1)
    for number, run in enumerate(runs.order_by("activity__position")):
        opened = at + step * number + timedelta(minutes=1)
        closed = opened + step * 0.8 if run.closed_at else None
        settled = closed + timedelta(minutes=2) if closed and run.settled_at else None
        ActivityRun.objects.filter(pk=run.pk).update(opened_at=opened, closed_at=closed, settled_at=settled)
        talk.move(run, opened, closed or timezone.now())
        answers = Response.objects.filter(activity=run.activity_id, round=run.round)
        # Anonymous answers carry no time finer than their phase.
        answers.filter(author__startswith="x:").update(answered_at=at)
        answers.exclude(author__startswith="x:").update(answered_at=opened + step * 0.4)


def _options(question: Question) -> int:
    """1 where one thing may be chosen, else how many."""
    options = len(question.config.get("options") or [""])
    return int(question.config.get("max") or options) if question.config.get("multiple") else 1
