"""What people do with questions. Every act holds the head of the activity and checks there whether it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from pydantic import Field

from polls.qa import desk
from polls.qa.authors import author_of
from polls.qa.desk import STANDING, Desk
from polls.qa.models import ANSWER_LIMIT, Enquiry, Upvote
from workshop.kinds import Json, Refused
from workshop.live.access import LEADS, grant
from workshop.live.models import Audit
from workshop.questions.operations import EXACT
from workshop.questions.rude import suspicious
from workshop.questions.texts import clean
from workshop.realtime.ops import Call, Payload, Result, op

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

grant("qa.ask", "learner")
grant("qa.moderate", *LEADS, "moderator")
grant("qa.show", *LEADS, "moderator")


class OfActivity(Payload):
    """``a``: the activity."""

    a: int = Field(ge=1, le=EXACT)


def activity_head(call: Call[Any]) -> tuple[str, ...]:
    """The head of the activity."""
    return (f"activity:{call.payload.a}",)


Act = Callable[["Batch", Call[Any], Desk], dict[str, Json]]


def at_its_desk(act: Act) -> Callable[[Batch, Sequence[Call[Any]]], list[Result]]:
    """A writer of many calls that reads each activity's questions once."""

    def write(batch: Batch, calls: Sequence[Call[Any]]) -> list[Result]:
        desks: dict[tuple[int, int], Desk | Refused] = {}
        results: list[Result] = []
        for call in calls:
            place = (call.session, call.payload.a)
            found = desks[place] if place in desks else desks.setdefault(place, desk.open_desk(*place))
            results.append(found if isinstance(found, Refused) else _attempt(act, batch, call, found))
        return results

    return write


def _attempt(act: Act, batch: Batch, call: Call[Any], at: Desk) -> Result:
    try:
        return act(batch, call, at)
    except Refused as refusal:
        return refusal


# ── learners ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Ask(OfActivity):
    """A question; ``nameless`` keeps the name from everybody, ``story`` says that the asker has one to tell."""

    text: str
    category: int = Field(default=0, ge=0, le=100)
    story: bool = False
    nameless: bool = False


@op("qa.ask", Ask, permission="qa.ask", heads=activity_head, rate="create", once=False, many=True)
@at_its_desk
def ask(batch: Batch, call: Call[Ask], at: Desk) -> dict[str, Json]:
    """Ask. A repeat asks nothing twice. Refuses ``closed``, ``frozen``, ``empty``, ``too_long``, ``full``, ``too_many``.

    The result says whether it is ``shown`` already or is ``waiting``; one that is hidden by its words is waiting too.
    """
    known = at.by_op(call.id)
    if known is not None:
        return _said(known)
    at.check_open(batch)
    text = clean(call.payload.text, at.config.longest)
    if not text:
        raise Refused("empty", _("Please write your question first."))
    author = at.author(call.actor, nameless=call.payload.nameless)
    asked = at.same(author, text)
    if asked is not None:
        return _said(asked)
    at.check_room(call.actor)
    odd = suspicious(text)
    row = Enquiry(
        activity_id=at.run.activity_id,
        author=author,
        text=text,
        status=_first_status(at, odd=odd),
        category=at.config.category(call.payload.category),
        story=call.payload.story and at.config.stories,
        suspicious=odd,
        op=call.id,
        # No time finer than the opening for one without a name: it would tell who asked.
        asked_at=at.run.opened_at or batch.now if author.startswith("x:") else batch.now,
    )
    at.save(batch, row)
    batch.touch_person(call.session, call.author)
    return _said(row)


def _first_status(at: Desk, *, odd: bool) -> str:
    if odd and at.config.words == "hide":
        return "hidden"
    return "waiting" if at.config.moderation or (odd and at.config.words == "hold") else "shown"


def _said(row: Enquiry) -> dict[str, Json]:
    return {"i": row.pk, "status": "shown" if row.status == "shown" else "waiting"}


#: A question and the author of a vote for it.
Ballot = tuple[int, str]


class Vote(OfActivity):
    """For question ``i``; ``on`` false takes the vote back. ``n`` counts what this device says; null: the newest."""

    i: int = Field(ge=1, le=EXACT)
    on: bool = True
    n: int | None = Field(default=None, ge=1, le=EXACT)


@op("qa.vote", Vote, permission="qa.ask", heads=activity_head, rate="answer", once=False, many=True)
def vote(batch: Batch, calls: Sequence[Call[Vote]]) -> list[Result]:
    """Vote for a question, one vote each. Refuses ``closed``, ``frozen``, ``no_enquiry``, ``own_enquiry``, ``no_votes``.

    What comes late, after a newer word of the same person, or once more is acked and changes nothing. A wave of votes costs
    the same few statements as one of them.
    """
    desks: dict[tuple[int, int], Desk | Refused] = {}
    words: list[tuple[Ballot, Vote]] = []
    results: list[Result] = []
    for call in calls:
        place = (call.session, call.payload.a)
        at = desks[place] if place in desks else desks.setdefault(place, desk.open_desk(*place))
        try:
            if isinstance(at, Refused):
                raise at
            words.append((_ballot(batch, call, at), call.payload))
            batch.touch_person(call.session, call.author)
            results.append({"i": call.payload.i, "on": call.payload.on})
        except Refused as refusal:
            results.append(refusal)
    _write(words)
    for at in desks.values():
        if isinstance(at, Desk):
            at.count(batch, *(at.rows[i] for i in {i for (i, _author), _said in words} if i in at.rows))
    return results


def _ballot(batch: Batch, call: Call[Vote], at: Desk) -> Ballot:
    """The question and the author of a vote that is allowed."""
    at.check_open(batch)
    if not at.config.votes:
        raise Refused("no_votes", _("There is no voting here."))
    row = at.find(call.payload.i, ("shown",))
    if at.is_own(call.actor, row):
        raise Refused("own_enquiry", _("This is your own question: it counts already."))
    return row.pk, author_of(call.actor, "vote", at.privacy, at.run.activity_id)


def _write(words: Sequence[tuple[Ballot, Vote]]) -> None:
    """Keep the newest word of each."""
    ids, authors = {i for (i, _author), _said in words}, {author for (_i, author), _said in words}
    rows = Upvote.objects.filter(enquiry__in=ids, author__in=authors)
    known = {(row.enquiry_id, row.author): row for row in rows}
    newest: dict[Ballot, Upvote] = {}
    for place, said in words:
        old = known.get(place) or Upvote(on=False, n=0)
        n = said.n or old.n + (said.on != old.on)
        if n > old.n:
            known[place] = newest[place] = Upvote(enquiry_id=place[0], author=place[1], on=said.on, n=n)
    if newest:
        Upvote.objects.bulk_create(
            newest.values(), update_conflicts=True, unique_fields=("enquiry", "author"), update_fields=("on", "n")
        )


class One(OfActivity):
    """Question ``i``."""

    i: int = Field(ge=1, le=EXACT)


@op("qa.withdraw", One, permission="qa.ask", heads=activity_head, rate="save", once=False, many=True)
@at_its_desk
def withdraw(batch: Batch, call: Call[One], at: Desk) -> dict[str, Json]:
    """Take one's own question back. Refuses ``no_enquiry``, ``not_yours``, ``closed``."""
    row = at.find(call.payload.i, (*STANDING, "withdrawn"))
    if not at.is_own(call.actor, row):
        raise Refused("not_yours", _("This is somebody else's question."))
    if row.status != "withdrawn":
        at.check_open(batch)
        row.status = "withdrawn"
        at.save(batch, row)
        batch.touch_person(call.session, call.author)
    return {"i": row.pk}


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Judge(OfActivity):
    """Questions ``ids`` (null: all that wait and have nothing odd in them) are shown to all, or hidden from all."""

    ids: list[int] | None = Field(default=None, max_length=500)
    show: bool


@op("qa.judge", Judge, permission="qa.moderate", heads=activity_head, many=True)
@at_its_desk
def judge(batch: Batch, call: Call[Judge], at: Desk) -> dict[str, Json]:
    """Approve questions, or hide them everywhere. One that was merged stands for itself again."""
    said, ids = call.payload, call.payload.ids
    if ids is None and not said.show:
        raise Refused("bad_value", _("Please say which questions to hide."))
    if ids is None:
        rows = [row for row in at.rows.values() if row.status == "waiting" and not row.suspicious]
    else:
        rows = [at.find(number) for number in dict.fromkeys(ids)]
    changed = [row for row in rows if row.status != ("shown" if said.show else "hidden")]
    parents = [at.rows[row.merged_into_id] for row in changed if row.merged_into_id in at.rows]
    for row in changed:
        row.status, row.merged_into = ("shown" if said.show else "hidden"), None
        _tell_author(batch, call, row)
    if changed:
        at.save(batch, *changed)
        at.count(batch, *{row.pk: row for row in (*changed, *parents)}.values())
        _audit(batch, call)
    return {"changed": len(changed)}


class Merge(One):
    """Question ``i`` asks the same as ``into``."""

    into: int = Field(ge=1, le=EXACT)


@op("qa.merge", Merge, permission="qa.moderate", heads=activity_head, many=True)
@at_its_desk
def merge(batch: Batch, call: Call[Merge], at: Desk) -> dict[str, Json]:
    """Let one question stand for two: its asker and its voters count for the other. Refuses ``no_enquiry``, ``same``."""
    row, into = at.find(call.payload.i, STANDING), at.find(call.payload.into, STANDING)
    if row.pk == into.pk:
        raise Refused("same", _("A question cannot be merged with itself."))
    children = [each for each in at.rows.values() if each.status == "merged" and each.merged_into_id == row.pk]
    for each in (row, *children):
        each.status, each.merged_into = "merged", into
        _tell_author(batch, call, each)
    if into.status == "waiting":
        into.status = "shown"
    at.save(batch, row, *children, into)
    at.count(batch, into)
    _audit(batch, call)
    return {"i": into.pk, "votes": into.votes}


class Change(One):
    """What is left out stays as it is."""

    pinned: bool | None = None
    answered: bool | None = None
    archived: bool | None = None
    category: int | None = Field(default=None, ge=0, le=100)
    answer: str | None = None


@op("qa.change", Change, permission="qa.moderate", heads=activity_head, many=True)
@at_its_desk
def change(batch: Batch, call: Call[Change], at: Desk) -> dict[str, Json]:
    """Pin, mark answered, archive, sort or answer in writing. A written answer marks the question as answered."""
    said = call.payload
    row = at.find(said.i)
    answer = None if said.answer is None else clean(said.answer, ANSWER_LIMIT, lines=True)
    for name in ("pinned", "answered", "archived"):
        if getattr(said, name) is not None:
            setattr(row, name, getattr(said, name))
    if said.category is not None:
        row.category = at.config.category(said.category)
    if answer is not None:
        row.answer = answer
        row.answered = said.answered if said.answered is not None else bool(answer) or row.answered
    at.save(batch, row)
    _tell_author(batch, call, row)
    _audit(batch, call)
    return {"i": row.pk}


class Show(OfActivity):
    """Question ``i`` alone on the screen, null for the list."""

    i: int | None = Field(ge=1, le=EXACT)


def show_heads(call: Call[Any]) -> tuple[str, ...]:
    """The session's head too: the stage says that the activity has changed."""
    return ("session", *activity_head(call))


@op("qa.show", Show, permission="qa.show", heads=show_heads, many=True)
@at_its_desk
def show(batch: Batch, call: Call[Show], at: Desk) -> dict[str, Json]:
    """Choose what the screen shows; one that waits is approved by that. Refuses ``no_enquiry``."""
    if call.payload.i is not None:
        row = at.find(call.payload.i, STANDING)
        if row.status == "waiting":
            row.status = "shown"
            at.save(batch, row)
            _tell_author(batch, call, row)
    at.run.state_data = {**at.run.state_data, "show": call.payload.i}
    at.run.changed = batch.move(call.session, f"activity:{at.run.activity_id}")
    batch.move(call.session, "session")
    at.run.save(update_fields=["state_data", "changed"])
    _audit(batch, call)
    return {"i": call.payload.i}


def _tell_author(batch: Batch, call: Call[Any], row: Enquiry) -> None:
    """The asker's own page says what became of it. Nobody knows whose a nameless one is."""
    if row.author.startswith("p:"):
        batch.touch_person(call.session, row.author)


def _audit(batch: Batch, call: Call[Any]) -> None:
    target = f"activity:{call.payload.a}"
    Audit.objects.create(session_id=call.session, actor=call.author, act=call.op, target=target, at=batch.now)
