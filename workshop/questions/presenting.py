"""Ops on how a result is shown: beside what, with a note, standing still; and hands that were counted in the room."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live import hooks, undo
from workshop.live.desk import Desk, activity_heads
from workshop.live.models import ActivityRun, Session
from workshop.questions import beside, gate, hands, series, turning
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.display import View, change, display_of
from workshop.questions.operations import EXACT
from workshop.questions.texts import clean
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op

#: A note is one line on the wall.
LONGEST_NOTE = 200
#: More hands than that are no hands.
MOST_HANDS = 10_000


class ShowAs(Payload):
    """Beside what the result is shown; ``other``: the activity that ``before`` means."""

    a: int = Field(ge=1, le=EXACT)
    view: View
    other: int | None = Field(default=None, ge=1, le=EXACT)


class Note(Payload):
    """One line below the result, '' for none, and the label of question ``q`` that it points at, '' for none."""

    a: int = Field(ge=1, le=EXACT)
    text: str = Field(default="", max_length=2_000)
    q: str = Field(default="", max_length=80)
    mark: str = Field(default="", max_length=400)


class Still(Payload):
    """Whether the room's result stands still while answers go on."""

    a: int = Field(ge=1, le=EXACT)
    on: bool


class Turn(Payload):
    """To the next page of the projector, or the one before."""

    a: int = Field(ge=1, le=EXACT)
    forward: bool


class Hands(Payload):
    """People who raised their hand, in the order of the question's ballots."""

    a: int = Field(ge=1, le=EXACT)
    q: str = Field(min_length=1, max_length=80)
    people: list[Annotated[int, Field(ge=0, le=MOST_HANDS)]] = Field(min_length=1, max_length=50)


@op("result.view", ShowAs, permission="results.show", heads=activity_heads)
def show_as(batch: Batch, call: Call[ShowAs]) -> dict[str, Json]:
    """Show the result alone, beside its earlier rounds, by background, or beside the same question of another phase.

    Refused ``not_open`` before the first opening, ``no_rounds``, ``no_split`` (anonymous answers carry no background),
    ``not_same`` (the other activity asks nothing that this one asks).
    """
    desk, run = _opened(batch, call)
    view, other = call.payload.view, call.payload.other or 0
    if view == "rounds" and run.round == 1:
        raise Refused("no_rounds", _("There is one round only."))
    if view == "backgrounds":
        _splittable(run)
        # The close is final soon: who votes after a split was seen would be its difference.
        run.state_data = {**run.state_data, "final": True}
    if view == "before" and all(each.activity_id != other for each in series.earlier(run)):
        raise Refused("not_same", _("There is no closed result of the same question there."))
    change(run, view=view, other=other if view == "before" else 0, page=0)
    desk.save(target=f"a:{run.activity_id}")
    return {}


@op("result.note", Note, permission="results.show", heads=activity_heads)
def write_note(batch: Batch, call: Call[Note]) -> dict[str, Json]:
    """Write a line below the result and point at one of its labels; both stay with the round.

    Refused ``not_open``, ``no_question``, ``bad_choice`` (no such label), ``too_long``, ``bad_text``.
    """
    desk, run = _opened(batch, call)
    text = clean(call.payload.text, LONGEST_NOTE)
    marks = dict(display_of(run).marks)
    if call.payload.q:
        marks[call.payload.q] = _mark(_question(run, call.payload.q), call.payload.mark)
    change(run, note=text, marks={q: mark for q, mark in marks.items() if mark})
    desk.save(run.activity.title, undo_op=call.op, target=f"a:{run.activity_id}")
    return {}


@op("result.still", Still, permission="results.show", heads=activity_heads)
def stand_still(batch: Batch, call: Call[Still]) -> dict[str, Json]:
    """Let what the room sees of the result stand still, or move again. Answers are taken all the while.

    What staff can hide at once (open text) never stands still. Refused ``not_open``.
    """
    desk, run = _opened(batch, call)
    change(run, still=_as_it_is(run) if call.payload.on else None)
    desk.save(target=f"a:{run.activity_id}")
    return {}


@op("result.page", Turn, permission="results.show", heads=activity_heads)
def turn_page(batch: Batch, call: Call[Turn]) -> dict[str, Json]:
    """Turn the page of a result that one picture of the projector cannot hold. At either end nothing happens."""
    desk, run = _opened(batch, call)
    if turning.turn(run, forward=call.payload.forward):
        desk.save(target=f"a:{run.activity_id}")
    return {"page": turning.place_of(run)[0]}


@op("result.hands", Hands, permission="session.drive", heads=activity_heads)
def count_hands(batch: Batch, call: Call[Hands]) -> dict[str, Json]:
    """Put hands that were counted in the room beside the answers, in place of those counted before.

    Refused ``not_open``, ``too_late`` when the close is final, ``no_question``, ``no_hands`` (this question cannot be
    answered by hand), ``bad_value`` (another number of ballots).
    """
    desk, run = _opened(batch, call)
    if run.settled_at is not None:
        raise Refused("too_late", _("This is closed for good. Open a new round."))
    asked = _question(run, call.payload.q)
    ballots = asked.kind.ballots(asked.config)
    if not ballots or gate.guards(asked.level) or not gate.counts(asked.level):
        raise Refused("no_hands", _("Hands cannot be counted for this question."))
    if len(call.payload.people) != len(ballots):
        raise Refused("bad_value", _("The options have changed. Please count again."))
    counted = [[raw, people] for (_words, raw), people in zip(ballots, call.payload.people, strict=True) if people]
    change(run, hands={**display_of(run).hands, asked.key: counted} if counted else _without(run, asked.key))
    hands.write(batch, run, call.author)
    desk.touch(run)
    desk.save(run.activity.title, undo_op=call.op, target=f"a:{run.activity_id}")
    return {"people": sum(call.payload.people)}


def taken_back(batch: Batch, session: Session, run: ActivityRun) -> None:
    """A step was taken back: hands are again what the round says. For ``live.hooks.restorations``."""
    del session
    hands.write(batch, run)


def register() -> None:
    """The words of *Undo*, and what it does to hands."""
    undo.LABELS["result.note"] = gettext_lazy("Note to %(title)s")
    undo.LABELS["result.hands"] = gettext_lazy("Hands counted for %(title)s")
    hooks.restorations.append(taken_back)


def _opened(batch: Batch, call: Call[Any]) -> tuple[Desk, ActivityRun]:
    desk = Desk(batch, call)
    desk.need_running()
    run = desk.run(call.payload.a)
    if run.state == "ready":
        raise Refused("not_open", _("Open it first."), state=run.state)
    return desk, run


def _question(run: ActivityRun, key: str) -> Asked:
    found = next((asked for asked in of_activity(run.activity) if asked.key == key), None)
    if found is None:
        raise Refused("no_question", _("This question is not there any more."))
    return found


def _splittable(run: ActivityRun) -> None:
    if not any(gate.splits(asked) for asked in of_activity(run.activity)):
        raise Refused("no_split", _("Nobody knows the backgrounds behind these answers."))
    if run.activity.config.get("one_per_table"):
        raise Refused("no_split", _("Each answer stands for several people, so it has no background."))


def _mark(asked: Asked, label: str) -> str:
    if label and label not in beside.labels_of(asked):
        raise Refused("bad_choice", _("This is no longer part of the result."))
    return label


def _without(run: ActivityRun, key: str) -> dict[str, Any]:
    return {q: counted for q, counted in display_of(run).hands.items() if q != key}


def _as_it_is(run: ActivityRun) -> dict[str, Json]:
    asks = of_activity(run.activity)
    counted = series.numbers(run, asks)
    free = [
        asked for asked in asks if not asked.kind.held and not gate.guards(asked.level) and gate.counts(asked.level)
    ]
    questions = {
        asked.key: asked.kind.shared(asked.config, counted.by_question[asked.id])
        for asked in free
        if asked.id in counted.by_question
    }
    return {"answered": counted.authors, "questions": questions}
