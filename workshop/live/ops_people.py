"""Ops on people: joining, what learners do for themselves, what staff do with the list of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.kinds import Json, Refused, activity_kinds
from workshop.live import hooks, names, profiles
from workshop.live.desk import all_heads, audit
from workshop.live.models import Group, Membership, Note, Participant, Session
from workshop.live.seats import About, Room, staff_names
from workshop.realtime.inbox import Batch
from workshop.realtime.models import Op
from workshop.realtime.ops import Call, Nothing, Payload, Result, op

MAX_ID = 2**53
MAX_NOTE = 20_000
MAX_PRACTICE = 1_000


class Up(Payload):
    """The hand is up or down."""

    up: bool


class On(Payload):
    """On or off."""

    on: bool


class NoteText(Payload):
    """Own notes with the writer's own counter."""

    text: str = Field(max_length=MAX_NOTE)
    n: int = Field(ge=1, le=MAX_ID)


class Leave(Payload):
    """``erase``: forget what was said here too."""

    erase: bool = False


class Person(Payload):
    """A participant by number."""

    p: int = Field(ge=1, le=MAX_ID)


class Helped(Payload):
    """A participant ``p`` or a group ``g``."""

    p: int | None = Field(default=None, ge=1, le=MAX_ID)
    g: int | None = Field(default=None, ge=1, le=MAX_ID)


class Rename(Person):
    """Another name, '' for the seat alone."""

    name: str


class ExtraTime(Person):
    """More time for timed activities."""

    on: bool


class Practice(Payload):
    """How many practice learners to add."""

    count: int = Field(ge=1, le=100)


def people_head(call: Call[Any]) -> tuple[str, ...]:
    """The head that orders joins, names, hands and removals."""
    del call
    return ("people",)


def own_head(call: Call[Any]) -> tuple[str, ...]:
    """The head of what only a person's own devices hear."""
    del call
    return ("own",)


def session_and_people(call: Call[Any]) -> tuple[str, ...]:
    """For what changes when something is due: every process asks again when the session has moved."""
    del call
    return ("session", "people")


def all_heads_and_people(call: Call[Any]) -> tuple[str, ...]:
    """For what touches a person's answers too."""
    return (*all_heads(call), "own")


@op("session.join", About, permission="session.join", heads=people_head, many=True, public=False)
def join(batch: Batch, calls: Sequence[Call[About]]) -> list[Result]:
    """Let people in, each on the next seat; a session's wave costs the same few queries as one person.

    A repeat gets the same seat. Each result is ``{"p", "number"}`` (it is kept, so it has no name in it) or Refused:
    ``not_open``, ``ended``, ``full``, ``busy`` when too many come at once, ``name_needed``, a refusal of
    ``names.clean_name``, ``bad_choice``.
    """
    results: list[Result] = []
    rooms: dict[int, Room] = {}
    for call in calls:
        try:
            room = rooms.get(call.session) or rooms.setdefault(call.session, Room(call.session, batch.now))
            results.append(room.seat(call.payload))
        except Refused as refusal:
            results.append(refusal)
    for number, room in rooms.items():
        if room.seated:
            room.write(batch, batch.move(number, "people"))
    for position, result in enumerate(results):
        if isinstance(result, Participant):
            results[position] = {"p": result.pk, "number": result.number}
    return results


@op("hand", Up, permission="learner.self", heads=people_head)
def raise_hand(batch: Batch, call: Call[Up]) -> dict[str, Json]:
    """Raise or lower one's own hand."""
    person = _own(call)
    person.hand_at = (person.hand_at or batch.now) if call.payload.up else None
    return _saved(batch, person, "hand_at")


@op("help", On, permission="learner.self", heads=people_head)
def ask_for_help(batch: Batch, call: Call[On]) -> dict[str, Json]:
    """Ask for help, or no longer."""
    person = _own(call)
    person.help_at = (person.help_at or batch.now) if call.payload.on else None
    return _saved(batch, person, "help_at")


@op("profile", About, permission="learner.self", heads=people_head)
def change_profile(batch: Batch, call: Call[About]) -> dict[str, Json]:
    """Change one's own name, background, familiarity or language. Answers given keep the background they had."""
    person, said = _own(call), call.payload
    session = Session.objects.select_related("version").get(pk=call.session)
    options = profiles.options_of(session.version)
    profile = person.profile if said.profile is None else said.profile
    familiarity = person.familiarity if said.familiarity is None else said.familiarity
    if (profile, familiarity) != (person.profile, person.familiarity):
        person.profile, person.familiarity = profiles.checked(options, profile, familiarity)
    if said.name is not None and session.names != "none":
        person.name = _free_name(session, person, said.name)
    if said.language is not None:
        person.language = said.language
    return _saved(batch, person, "name", "profile", "familiarity", "language")


@op("note", NoteText, permission="learner.self", heads=own_head, rate="save", once=False)
def write_note(batch: Batch, call: Call[NoteText]) -> dict[str, Json]:
    """Keep one's own notes. Refused ``stale`` with the stored text where a newer one is kept, ``bad_text``."""
    person, said = _own(call), call.payload
    text = _storable(said.text)
    note = Note.objects.filter(participant=person).first() or Note(participant=person)
    if note.pk and said.n <= note.n:
        if said.n == note.n and text == note.text:
            return {"n": note.n}
        raise Refused("stale", _("These notes were changed on another device."), n=note.n, v=note.text)
    note.text, note.n = text, said.n
    note.save()
    batch.move(call.session, "own")
    batch.touch_person(call.session, person.key)
    return {"n": note.n}


@op("leave", Leave, permission="learner.self", heads=all_heads_and_people)
def leave(batch: Batch, call: Call[Leave]) -> dict[str, Json]:
    """Leave the session on all devices; with ``erase`` what one said is forgotten too.

    What was said anonymously stays: nobody can say which it is.
    """
    person = _own(call)
    person.hand_at = person.help_at = None
    if not call.payload.erase:
        return _saved(batch, person, "hand_at", "help_at")
    erase(batch, person)
    return {"erased": True}


def erase(batch: Batch, person: Participant) -> None:
    """Forget a participant; heads of the session, its activities and people are locked. What clients hold is void."""
    Note.objects.filter(participant=person).delete()
    Op.objects.filter(session=person.session_id, author=person.key).delete()
    # The digest of the op that let them in is one of their name.
    Op.objects.filter(session=person.session_id, author__startswith="v:", result__p=person.pk).delete()
    for forget in hooks.erasures:
        forget(person)
    for kind in activity_kinds:
        kind.erase(person)
    person.name = person.profile = person.language = ""
    person.familiarity, person.erased_at = {}, batch.now
    for session, head in list(batch.heads):
        if session == person.session_id and head.startswith(("activity:", "group:")):
            batch.new_epoch(session, head)
    _saved(batch, person, "name", "profile", "language", "familiarity", "erased_at", "hand_at", "help_at")


@op("person.rename", Rename, permission="people.edit", heads=people_head)
def rename(batch: Batch, call: Call[Rename]) -> dict[str, Json]:
    """Give a participant another name, or take it away. Refused as by ``names.clean_name``."""
    person = _someone(call)
    session = Session.objects.get(pk=call.session)
    person.name = _free_name(session, person, call.payload.name)
    audit(batch, call, person.key)
    # The name is not told: results are kept beside the op's id, also when the person is erased.
    return _saved(batch, person, "name")


@op("person.remove", Person, permission="people.edit", heads=all_heads_and_people)
def remove(batch: Batch, call: Call[Person]) -> dict[str, Json]:
    """Send a participant away, on all devices; what they said openly is hidden, they cannot come back with it."""
    person = _someone(call)
    session = Session.objects.get(pk=call.session)
    _remove(batch, session, person)
    audit(batch, call, person.key)
    return {}


@op("person.extra_time", ExtraTime, permission="people.edit", heads=session_and_people)
def give_extra_time(batch: Batch, call: Call[ExtraTime]) -> dict[str, Json]:
    """Give a participant a quarter more time in timed activities, or not."""
    person = _someone(call)
    person.extra_time = call.payload.on
    batch.move(call.session, "session")
    audit(batch, call, person.key)
    return _saved(batch, person, "extra_time")


@op("hand.lower", Person, permission="queue.clear", heads=people_head)
def lower_hand(batch: Batch, call: Call[Person]) -> dict[str, Json]:
    """The hand was seen to."""
    person = _someone(call)
    person.hand_at = None
    return _saved(batch, person, "hand_at")


@op("help.done", Helped, permission="queue.clear", heads=session_and_people)
def help_was_given(batch: Batch, call: Call[Helped]) -> dict[str, Json]:
    """Somebody, or a group, was helped; a group that is gone needs none. Refused ``no_person``."""
    if call.payload.g is None:
        person = _someone(call)
        person.help_at = None
        return _saved(batch, person, "help_at")
    Group.objects.filter(pk=call.payload.g, group_set__session=call.session).update(help_at=None)
    members = Membership.objects.filter(group=call.payload.g, group_set__session=call.session, until=None)
    for participant in members.values_list("participant_id", flat=True):
        batch.touch_person(call.session, f"p:{participant}")
    for head in ("session", "people"):
        batch.move(call.session, head)
    return {}


@op("practice.add", Practice, permission="people.edit", heads=session_and_people)
def add_practice(batch: Batch, call: Call[Practice]) -> dict[str, Json]:
    """Add practice learners: simulated, marked, removable. Refused ``too_many`` over 1,000, ``ended``."""
    room = Room(call.session, batch.now)
    if room.session.state == "ended":
        raise Refused("ended", _("This session has ended."))
    there = Participant.objects.filter(session=call.session, simulated=True, removed_at=None).count()
    if there + call.payload.count > MAX_PRACTICE:
        raise Refused("too_many", _("There are enough practice learners."))
    batch.move(call.session, "session")
    return room.simulate(batch, call.payload.count)


@op("practice.remove", Nothing, permission="people.edit", heads=all_heads_and_people)
def remove_practice(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Take all practice learners away, with what they said."""
    session = Session.objects.get(pk=call.session)
    rows = list(Participant.objects.filter(session=session, simulated=True, removed_at=None))
    for person in rows:
        _remove(batch, session, person)
    batch.move(call.session, "session")
    audit(batch, call, f"{len(rows)} practice learners")
    return {"removed": len(rows)}


def _own(call: Call[Any]) -> Participant:
    return Participant.objects.get(pk=call.actor.id, session=call.session)


def _someone(call: Call[Any]) -> Participant:
    person = Participant.objects.filter(pk=call.payload.p, session=call.session, removed_at=None, erased_at=None)
    found = person.first()
    if found is None:
        raise Refused("no_person", _("There is nobody of that number any more."))
    return found


def _saved(batch: Batch, person: Participant, *fields: str) -> dict[str, Json]:
    person.revision = batch.move(person.session_id, "people")
    person.save(update_fields=(*fields, "revision"))
    batch.touch_person(person.session_id, person.key)
    return {}


def _remove(batch: Batch, session: Session, person: Participant) -> None:
    for forget in hooks.removals:
        forget(batch, session, person)
    person.hand_at = person.help_at = None
    person.removed_at = batch.now
    _saved(batch, person, "removed_at", "hand_at", "help_at")


def _free_name(session: Session, person: Participant, raw: str) -> str:
    name = names.clean_name(raw, reserved=staff_names(session))
    if not name and session.names == "required":
        raise Refused("name_needed", _("Please give a name: this session keeps a list of who was there."))
    others = Participant.objects.filter(session=session).exclude(pk=person.pk).exclude(name="")
    return names.told_apart(name, others.values_list("name", flat=True))


def _storable(text: str) -> str:
    """Text that the database can hold. Raises Refused ``bad_text`` for halves of surrogate pairs and NUL."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise Refused("bad_text", _("There are characters in this text that cannot be stored."))
    return text
