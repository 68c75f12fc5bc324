"""Slots of answers: ``tally:<activity>`` (results) and ``answers:<activity>`` (single answers, for staff)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils import translation

from workshop.kinds import Json
from workshop.live.models import ActivityRun, Participant
from workshop.questions import gate
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import Counted, memory
from workshop.questions.models import KeptCount, Response
from workshop.questions.showing import Shown
from workshop.realtime.heads import read_head
from workshop.realtime.slots import Shape, SlotReader, SlotRequest, SlotState

#: Most answers in the collection at once; the newest first come first.
MOST = 2_000


def current_run(session: int, activity: str) -> ActivityRun | None:
    """The current round of an activity with its questions, or None; two queries."""
    if not activity.isdecimal() or len(activity) > 18:  # noqa: PLR2004 - digits of a 64-bit number
        return None
    return (
        ActivityRun.objects.filter(session_id=session, activity_id=int(activity))
        .select_related("activity", "session")
        .prefetch_related("activity__questions")
        .order_by("-round")
        .first()
    )


class TallyReader(SlotReader):
    """Results. None for an audience that may not see them now: a hidden result is absent, not disguised."""

    prefix: ClassVar[str] = "tally"
    shape: ClassVar[Shape] = "value"
    counting: ClassVar[bool] = True
    audiences: ClassVar[tuple[str, ...]] = ("staff", "learner", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        return (f"activity:{name.partition(':')[2]}",)

    def read(self, request: SlotRequest) -> SlotState | None:
        # The head first: rows that come after it are read again with the next revision.
        head = read_head(request.session, f"activity:{request.rest}")
        run = current_run(request.session, request.rest)
        if run is None or not gate.may_see_results(run, request.audience):
            return None
        asks = of_activity(run.activity)
        counted = memory.count(run.session_id, run.activity_id, run.round, asks)
        if run.activity.off_record and run.settled_at is not None:
            counted = _kept(run, counted)
        shown = results(run, asks, counted, request.audience)
        if not any(item.seen.data is not None for item in shown) and not request.audience.startswith("staff"):
            return None
        data = {"round": run.round, "answered": counted.authors, "questions": _data(shown)}
        html = _html(run, shown, request) if request.view == "html" else None
        return SlotState(epoch=head[0], revision=head[1], data=data, html=html)


def results(run: ActivityRun, asks: list[Asked], counted: Counted, audience: str) -> list[Shown]:
    """What this audience may see of each question, through the gate."""
    return [
        Shown(
            asked,
            gate.seen(asked, run, counted.by_question.get(asked.id, {"n": 0}), audience),
            held=counted.held.get(asked.id, 0),
            alone=len(asks) == 1,
        )
        for asked in asks
    ]


def _kept(run: ActivityRun, counted: Counted) -> Counted:
    """The counts that were kept of an off-the-record round, whose answers are gone."""
    rows = KeptCount.objects.filter(activity_id=run.activity_id, round=run.round).values_list("question_id", "data")
    kept: dict[int, dict[str, Json]] = dict(rows)
    if not kept:
        # Practice learners alone have answered: theirs are not forgotten.
        return counted
    most = max((int(data["n"]) for data in kept.values()), default=0)
    return Counted(counted.epoch, counted.revision, most, {**counted.by_question, **kept}, {})


def _data(shown: list[Shown]) -> dict[str, Json]:
    """By question key, what the gate lets through."""
    return {item.asked.key: item.seen.data for item in shown if item.seen.data is not None}


def _html(run: ActivityRun, shown: list[Shown], request: SlotRequest) -> str:
    family = request.audience.partition(":")[0]
    with translation.override(request.language):
        return render_to_string(
            "questions/tally.html", {"run": run, "shown": shown, "audience": family, "is_open": run.state == "open"}
        )


class AnswersReader(SlotReader):
    """Single answers of questions that are held until shown, for staff: what waits, what is shown, what is hidden."""

    prefix: ClassVar[str] = "answers"
    shape: ClassVar[Shape] = "collection"
    by_language: ClassVar[bool] = False
    audiences: ClassVar[tuple[str, ...]] = ("staff",)

    def heads(self, name: str) -> tuple[str, ...]:
        return (f"activity:{name.partition(':')[2]}",)

    def read(self, request: SlotRequest) -> SlotState | None:
        epoch, revision = read_head(request.session, f"activity:{request.rest}")
        run = current_run(request.session, request.rest)
        if run is None or not request.audience.startswith("staff"):
            return None
        open_ = {
            asked.id: asked for asked in of_activity(run.activity) if asked.kind.held and gate.shows_values(asked.level)
        }
        rows = Response.objects.filter(activity_id=run.activity_id, round=run.round, question_id__in=open_)
        since = request.since if request.since is not None else 0
        if since:
            rows = rows.filter(revision__gt=since)
        else:
            rows = rows.filter(status__in=("given", "held", "hidden"))
        listed = list(rows.order_by("-revision", "-pk")[:MOST])
        names = _names(row.author for row in listed if gate.shows_names(open_[row.question_id].level))
        items = {str(row.pk): _item(row, open_[row.question_id], names) for row in listed}
        return SlotState(epoch=epoch, revision=revision, items=items, since=since)


def _item(row: Response, asked: Asked, names: dict[str, str]) -> dict[str, Json] | None:
    if row.status not in {"given", "held", "hidden"}:
        return None
    item: dict[str, Json] = {
        "q": asked.key,
        "text": asked.kind.in_words(asked.config, row.value),
        "status": row.status,
        "round": row.round,
        "r": row.revision,
    }
    if gate.shows_names(asked.level):
        item["by"] = names.get(row.author, "")
    return item


def _names(authors: Any) -> dict[str, str]:
    ids = {int(author[2:]) for author in authors if author.startswith("p:")}
    if not ids:
        return {}
    return {person.key: person.label for person in Participant.objects.filter(pk__in=ids)}
