"""The cast of all tests: Fay facilitates, Olga organises, Ana and Ben learn, Mallory attacks. Factories on real rows.

workshop = running(Part("Engage", ask("Which?")), Part("Explore"))
ana = workshop.join("Ana")
workshop.fay("activity.open", a=workshop["which"].pk)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from workshop.accounts.models import Organisation, User
from workshop.kinds import ActivitySpec, Json, Refused
from workshop.live import cookies, door
from workshop.live.access import Actor
from workshop.live.models import ActivityRun, Participant, PhaseRun, Session
from workshop.live.start import start_session
from workshop.plans.models import Activity, Plan, PlanVersion
from workshop.plans.rows import store_document
from workshop.plans.text.document import Concept, PhaseDoc, PlanDocument, ProfileDoc
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.models import Head
from workshop.realtime.ops import Call
from workshop.realtime.slots import SlotRequest, SlotState, reader_for


@dataclass(frozen=True)
class Part:
    """A phase of a plan."""

    title: str
    activities: tuple[ActivitySpec, ...] = ()
    minutes: int = 30
    kind: str = "other"


def organisation(name: str = "Halden") -> Organisation:
    return Organisation.objects.get_or_create(name=name)[0]


def user(name: str, **more: Any) -> User:
    """A member of staff, made once."""
    place = more.pop("organisation", None) or organisation()
    found = User.objects.filter(username=name.lower()).first()
    return found or User.objects.create(username=name.lower(), first_name=name, organisation=place, **more)


def fay() -> User:
    return user("Fay")


def olga() -> User:
    return user("Olga", is_organiser=True)


def plan(*parts: Part, title: str = "FinOps for AI", owner: User | None = None, **document: Any) -> Plan:
    """A plan with these phases; a plan without any gets Engage and Explore."""
    owner = owner or fay()
    row = Plan.objects.create(organisation=owner.organisation, owner=owner, title=title)
    phases = parts or (Part("Engage", kind="engage"), Part("Explore", kind="explore", minutes=45))
    store_document(row, plan_document(*phases, title=title, **document), owner)
    return row


def plan_document(*parts: Part, title: str = "FinOps for AI", **document: Any) -> PlanDocument:
    """A plan as values, with two backgrounds and two terms."""
    phases = tuple(PhaseDoc(each.title, each.kind, each.minutes, activities=tuple(each.activities)) for each in parts)
    document.setdefault("profiles", (ProfileDoc("Finance", "More on AI"), ProfileDoc("AI practice", "More on money")))
    document.setdefault("key_concepts", (Concept("Unit cost", "The cost of one answer"), Concept("Tag")))
    return PlanDocument(title=title, phases=phases, **document)


@dataclass
class Learner:
    """Somebody with the secret that only their own device has."""

    row: Participant
    secret: bytes
    session: Session

    @property
    def proof(self) -> cookies.Proof:
        return cookies.Proof(self.session.public_id, self.row.pk, self.secret)

    @property
    def actor(self) -> Actor:
        return door.learner(self.session, Participant.objects.get(pk=self.row.pk), self.secret)

    @property
    def cookie(self) -> dict[str, str]:
        """The cookies of this learner's browser."""
        return {f"p.{self.session.public_id}": cookies.token_for(self.proof)}

    def __call__(self, op: str, op_id: Any = None, **payload: Any) -> dict[str, Json]:
        """Do something. Raises Refused."""
        return submit(Call(self.session.pk, self.actor, op, op_id or uuid4(), ops.get(op).payload(**payload)))


@dataclass
class Workshop:
    """A session and its people. ``workshop["which"]`` is the activity of that key."""

    session: Session
    people: dict[str, Learner] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Activity:
        return Activity.objects.get(version=self.fresh.version_id, key=key)

    @property
    def fresh(self) -> Session:
        """The session as it is now."""
        return Session.objects.get(pk=self.session.pk)

    @property
    def version(self) -> PlanVersion:
        return self.fresh.version

    @property
    def phases(self) -> list[PhaseRun]:
        return list(PhaseRun.objects.filter(session=self.session).select_related("phase").order_by("phase__position"))

    def run(self, key: str) -> ActivityRun:
        """The current round of an activity."""
        runs = ActivityRun.objects.filter(session=self.session, activity=self[key]).select_related("activity")
        found = runs.order_by("-round").first()
        assert found is not None
        return found

    @property
    def facilitator(self) -> Actor:
        owner = self.session.owner
        return Actor(self.session.pk, "facilitator", f"u:{owner.pk}", owner.pk)

    def fay(self, op: str, op_id: Any = None, **payload: Any) -> dict[str, Json]:
        """An op of Fay's. Raises Refused."""
        return self.do(self.facilitator, op, op_id, **payload)

    def do(self, actor: Actor, op: str, op_id: Any = None, **payload: Any) -> dict[str, Json]:
        """An op of anybody's. Raises Refused."""
        shape = ops.get(op).payload
        return submit(Call(self.session.pk, actor, op, op_id or uuid4(), shape.model_validate(payload)))

    def next(self) -> dict[str, Json]:
        """On to the next phase, from the present one."""
        return self.fay("session.next", **{"from": self.fresh.phase_id})

    def join(self, name: str = "", **about: Json) -> Learner:
        """Somebody joins through the inbox, as the join page does it. Raises Refused."""
        attempt = uuid4()
        payload = ops.get("session.join").payload.model_validate({"name": name, **about})
        visitor = door.visitor(self.session, attempt.hex)
        result = submit(Call(self.session.pk, visitor, "session.join", attempt, payload))
        learner = Learner(Participant.objects.get(pk=result["p"]), cookies.new_secret(), self.session)
        self.people[name or str(result["number"])] = learner
        return learner

    def slot(self, name: str, audience: str = "staff", actor: Any = None, **more: Any) -> SlotState | None:
        """A slot as a reader gives it now."""
        request = SlotRequest(self.session.pk, name, audience, actor=actor, **{"view": "data", **more})
        return reader_for(name).read(request)

    def revision(self, head: str) -> int:
        """The revision of a head."""
        return Head.objects.get(session=self.session.pk, name=head).revision


def lobby(*parts: Part, owner: User | None = None, open_door: bool = True, **document: Any) -> Workshop:
    """A session in the lobby, with its door open."""
    made = Workshop(start_session(plan(*parts, owner=owner, **document), owner or fay()))
    if open_door:
        made.fay("session.door", open=True)
    return made


def running(*parts: Part, people: Sequence[str] = (), **document: Any) -> Workshop:
    """A session in its first phase, with these people in it."""
    made = lobby(*parts, **document)
    for name in people:
        made.join(name)
    made.fay("session.start")
    return made


def refusal(act: Any, *arguments: Any, **named: Any) -> Refused:
    """The refusal of an act that must be refused."""
    try:
        act(*arguments, **named)
    except Refused as refused:
        return refused
    message = "it was not refused"
    raise AssertionError(message)
