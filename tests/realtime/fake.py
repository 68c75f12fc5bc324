"""A small world for the realtime core, so that it is tested without the real packages above it.

Sessions are numbers and their public id is ``s<number>``. Who somebody is stands in the bearer token (or the cookie
``who``): ``p:7``, ``u:1`` or ``screen``. Staff drive, everybody else counts, lays cards and keeps a text of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from tests.realtime.tables import Card, Counter, Person, Stage
from workshop.kinds import Json, Refused
from workshop.realtime import door, inbox, ops, slots
from workshop.realtime.batches import Batch
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.heads import read_head, read_heads
from workshop.realtime.ops import Call, Payload, Result
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState

MISSING_SESSION = 404


@dataclass(frozen=True, slots=True)
class Somebody:
    key: str
    session: int


class FakeDoor:
    def known(self, heads: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
        return set(heads)

    def admit(self, handshakes: Sequence[Handshake]) -> list[Ticket | Refused]:
        wanted = [(h, _session_of(h), h.bearer or h.cookies.get("who", "")) for h in handshakes]
        people = _people({session for _, session, _ in wanted})
        return [self._admit(h, session, who, people) for h, session, who in wanted]

    def _admit(
        self, handshake: Handshake, session: int, who: str, people: Mapping[tuple[int, str], Person]
    ) -> Ticket | Refused:
        if session == MISSING_SESSION:
            return Refused("no_session", "There is no such session.")
        family = {"learner": "p:", "staff": "u:", "screen": "screen"}[handshake.right]
        if not who.startswith(family):
            return Refused("not_joined", "Please join first.")
        return _ticket(Somebody(who, session), people.get((session, who)))

    def refresh(self, session: int, tickets: Sequence[Ticket]) -> list[Ticket | Refused]:
        people = _people({session})
        return [_ticket(ticket.actor, people.get((session, ticket.actor.key))) for ticket in tickets]

    def catalogue(self, session: int) -> Mapping[str, tuple[str, ...]]:
        stage = Stage.objects.filter(session=session).first()
        extra = tuple(stage.slots) if stage else ()
        return {
            "staff": ("stage", "counter", "cards", *extra),
            "learner": ("stage", "counter", "cards", *extra),
            "screen": ("stage", "counter"),
            "group:1": ("secret:1",),
            "person": ("you",),
        }

    def may(self, actor: Any, permission: str) -> bool:
        return actor.key.startswith("u:") or permission != "drive"

    def check(self, calls: Sequence[Call[Any]]) -> list[Refused | None]:
        people = _people({call.session for call in calls})
        gone = {place for place, person in people.items() if person.removed}
        return [
            Refused("removed", "You were removed.") if (call.session, call.author) in gone else None for call in calls
        ]

    def may_watch(self, actor: Any, slot: str) -> bool:
        return actor.key.startswith("u:") or slot.startswith("stream:")

    def deadline(self, session: int) -> datetime | None:
        rows = Counter.objects.filter(session=session, closed=False).values_list("closes_at", flat=True)
        found: datetime | None = rows.first()
        return found

    def due(self, session: int) -> None:
        from uuid import uuid4

        inbox.submit(Call(session, Somebody("u:system", session), "close", uuid4(), ops.Nothing()))


def _session_of(handshake: Handshake) -> int:
    number = handshake.public_id.removeprefix("s")
    return int(number) if number.isdigit() else MISSING_SESSION


def _people(sessions: set[int]) -> dict[tuple[int, str], Person]:
    return {(p.session, p.key): p for p in Person.objects.filter(session__in=sessions)}


def _ticket(actor: Somebody, person: Person | None) -> Ticket | Refused:
    if person is not None and person.removed:
        return Refused("removed", "You were removed.")
    family = {"p": "learner", "u": "staff"}.get(actor.key.partition(":")[0], "screen")
    extra = tuple(person.audiences) if person is not None else ()
    return Ticket(actor.session, actor, (family, *extra, f"person:{actor.key}"), "en", {"key": actor.key})


# ── slots ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class CounterSlot(SlotReader):
    prefix = "counter"
    counting = True
    reads = 0

    def heads(self, name: str) -> tuple[str, ...]:
        return ("activity:1",)

    def read(self, request: SlotRequest) -> SlotState | None:
        CounterSlot.reads += 1
        epoch, revision = read_head(request.session, "activity:1")
        counter = Counter.objects.filter(session=request.session).first()
        return SlotState(
            epoch, revision, {"n": counter.n if counter else 0, "closed": bool(counter and counter.closed)}
        )


class StageSlot(SlotReader):
    prefix = "stage"

    def heads(self, name: str) -> tuple[str, ...]:
        return ("session",)

    def read(self, request: SlotRequest) -> SlotState | None:
        epoch, revision = read_head(request.session, "session")
        stage = Stage.objects.filter(session=request.session).first()
        text = stage.text if stage else ""
        if text == "hidden":
            return None
        return SlotState(epoch, revision, {"text": text}, html=f"<p>{text}</p>" if request.view == "html" else None)


class SecretSlot(SlotReader):
    prefix = "secret"

    def heads(self, name: str) -> tuple[str, ...]:
        return ("session", "group:9:*")

    def read(self, request: SlotRequest) -> SlotState | None:
        heads = read_heads(request.session, ["session", "group:9:1"])
        return SlotState(1, sum(revision for _, revision in heads.values()), {"canary": f"only {request.audience}"})


class CardsSlot(SlotReader):
    prefix = "cards"
    shape = "collection"
    by_language = False

    def heads(self, name: str) -> tuple[str, ...]:
        return ("group:1:1",)

    def read(self, request: SlotRequest) -> SlotState | None:
        epoch, revision = read_head(request.session, "group:1:1")
        rows = Card.objects.filter(session=request.session)
        if request.since is None:
            items: dict[str, Json] = {str(c.number): _card(c) for c in rows.filter(removed=False)}
            return SlotState(epoch, revision, items=items)
        changed = rows.filter(revision__gt=request.since)
        items = {str(c.number): None if c.removed else _card(c) for c in changed}
        return SlotState(epoch, revision, items=items, since=request.since)


def _card(card: Card) -> Json:
    return {"text": card.text, "r": card.revision}


class YouSlot(SlotReader):
    prefix = "you"
    personal = True

    def heads(self, name: str) -> tuple[str, ...]:
        return ("people",)

    def read(self, request: SlotRequest) -> SlotState | None:
        return self.read_many([request])[0]

    def read_many(self, requests: Sequence[SlotRequest]) -> list[SlotState | None]:
        epoch, revision = read_head(requests[0].session, "people")
        texts = dict(
            Person.objects.filter(session=requests[0].session, key__in=[r.actor.key for r in requests]).values_list(
                "key", "text"
            )
        )
        return [SlotState(epoch, revision, {"text": texts.get(r.actor.key, "")}) for r in requests]


# ── ops ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Count(Payload):
    by: int = 1


class Put(Payload):
    card: int
    text: str


class Text(Payload):
    text: str


class Show(Payload):
    slots: list[str]


class Who(Payload):
    key: str
    audiences: list[str] = []
    removed: bool = False


class Time(Payload):
    milliseconds: int


UNLUCKY, UNWANTED = 13, 14
TEST_RATE: Any = "answer"


def count(batch: Batch, calls: Sequence[Call[Count]]) -> list[Result]:
    results: list[Result] = []
    for call in calls:
        if call.payload.by == UNLUCKY:
            message = "an unlucky number"
            raise ValueError(message)
        if call.payload.by == UNWANTED:
            results.append(Refused("unwanted", "Not this number."))
            continue
        counter, _ = Counter.objects.get_or_create(session=call.session)
        if counter.closed:
            results.append(Refused("closed", "It is closed."))
            continue
        Counter.objects.filter(pk=counter.pk).update(n=F("n") + call.payload.by)
        results.append({"r": batch.move(call.session, "activity:1")})
    return results


def put_card(batch: Batch, call: Call[Put]) -> dict[str, Json]:
    revision = batch.move(call.session, "group:1:1")
    Card.objects.update_or_create(
        session=call.session,
        number=call.payload.card,
        defaults={"text": call.payload.text, "revision": revision, "removed": call.payload.text == ""},
    )
    return {"r": revision}


def say(batch: Batch, call: Call[Text]) -> dict[str, Json]:
    Stage.objects.update_or_create(session=call.session, defaults={"text": call.payload.text})
    return {"r": batch.move(call.session, "session")}


def show(batch: Batch, call: Call[Show]) -> dict[str, Json]:
    Stage.objects.update_or_create(session=call.session, defaults={"slots": call.payload.slots})
    return {"r": batch.move(call.session, "session")}


def mine(batch: Batch, call: Call[Text]) -> dict[str, Json]:
    revision = batch.move(call.session, "people")
    Person.objects.update_or_create(session=call.session, key=call.author, defaults={"text": call.payload.text})
    batch.touch_person(call.session, call.author)
    return {"r": revision}


def place(batch: Batch, call: Call[Who]) -> dict[str, Json]:
    Person.objects.update_or_create(
        session=call.session,
        key=call.payload.key,
        defaults={"audiences": call.payload.audiences, "removed": call.payload.removed},
    )
    return {"r": batch.move(call.session, "people")}


def half(batch: Batch, call: Call[Text]) -> dict[str, Json]:
    Stage.objects.update_or_create(session=call.session, defaults={"text": "half written"})
    raise Refused("too_late", "Refused after writing.")


def rewrite(batch: Batch, call: Call[ops.Nothing]) -> dict[str, Json]:
    Card.objects.filter(session=call.session).update(text="rewritten")
    return {"e": batch.new_epoch(call.session, "group:1:1")}


def set_timer(batch: Batch, call: Call[Time]) -> dict[str, Json]:
    closes_at = batch.now + timedelta(milliseconds=call.payload.milliseconds)
    Counter.objects.update_or_create(session=call.session, defaults={"closes_at": closes_at, "closed": False})
    return {"r": batch.move(call.session, "activity:1")}


def close(batch: Batch, call: Call[ops.Nothing]) -> dict[str, Json]:
    Counter.objects.filter(session=call.session, closes_at__lte=batch.now).update(closed=True)
    return {"r": batch.move(call.session, "activity:1")}


def _head(name: str) -> Any:
    return lambda call: (name,)


def _both(call: Call[Any]) -> tuple[str, ...]:
    # Named against the order of locks on purpose.
    return ("group:1:1", "activity:1", "session")


def both(batch: Batch, call: Call[Count]) -> dict[str, Json]:
    Counter.objects.get_or_create(session=call.session)
    Counter.objects.filter(session=call.session).update(n=F("n") + call.payload.by)
    return {name: batch.move(call.session, name) for name in _both(call)}


def open_world() -> None:
    """Register the fake door, slots and ops (once), in place of whatever stands there."""
    door.use(FakeDoor())
    for reader in (CounterSlot(), StageSlot(), SecretSlot(), CardsSlot(), YouSlot()):
        slots._readers[reader.prefix] = reader
    for name in (
        "count",
        "card.put",
        "card.move",
        "say",
        "show",
        "mine",
        "place",
        "half",
        "rewrite",
        "timer",
        "close",
        "both",
    ):
        ops._ops.pop(name, None)
    ops.op("count", Count, permission="respond", heads=_head("activity:1"), rate="answer", once=False, many=True)(count)
    ops.op("card.put", Put, permission="card", heads=_head("group:1:1"), rate="act")(put_card)
    ops.op("card.move", Put, permission="card", heads=_head("group:1:1"), rate="save", once=False)(put_card)
    ops.op("say", Text, permission="drive")(say)
    ops.op("show", Show, permission="drive")(show)
    ops.op("mine", Text, permission="respond", heads=_head("people"))(mine)
    ops.op("place", Who, permission="drive", heads=_head("people"))(place)
    ops.op("half", Text, permission="respond")(half)
    ops.op("rewrite", ops.Nothing, permission="drive", heads=_head("group:1:1"))(rewrite)
    ops.op("timer", Time, permission="drive", heads=_head("activity:1"))(set_timer)
    ops.op("close", ops.Nothing, permission="drive", heads=_head("activity:1"), public=False)(close)
    ops.op("both", Count, permission="respond", heads=_both)(both)


def now() -> datetime:
    return datetime.now(UTC)
