"""Slots of answers: ``tally:<activity>`` (results) and ``answers:<activity>`` (single answers, for staff)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils import translation

from workshop.kinds import Json, activity_kinds
from workshop.live import stages
from workshop.live.models import ActivityRun, Participant
from workshop.questions import gate, series
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import Counted
from workshop.questions.display import display_of, view_of
from workshop.questions.models import Response
from workshop.questions.showing import Results, Shown
from workshop.realtime import heads
from workshop.realtime.heads import read_head
from workshop.realtime.slots import LONGEST_NUMBER, Shape, SlotReader, SlotRequest, SlotState

#: Height of a line of a note on the projector, in its rem, and the letters that fit in one.
LINE_BELOW, NOTE_LINE = 5.5, 90
#: Most answers in the collection at once; the newest first come first.
MOST = 2_000


def current_run(session: int, activity: str) -> ActivityRun | None:
    """The current round of an activity with its questions, or None; two queries.

    Where many slots of the session are read together it is of the scene, which is read once and kept while only answers
    come.
    """
    if not activity.isdecimal() or len(activity) > LONGEST_NUMBER:
        return None
    if heads.kept(session) is not None:
        scene = stages.load(session)
        return scene.run_of(int(activity)) if scene is not None else None
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
        with translation.override(request.language):
            # Names of rounds and phases are words too.
            shown = results(run, asks, series.numbers(run, asks), request.audience)
            if not any(item.seen.data is not None for item in shown.items) and not request.audience.startswith("staff"):
                return None
            html = _html(run, shown, request.audience) if request.view == "html" else None
        return SlotState(epoch=head[0], revision=head[1], data=shown.data(run), html=html)


def results(run: ActivityRun, asks: list[Asked], counted: Counted, audience: str) -> Results:
    """What this audience may see of each question, through the gate, and beside what."""
    display = display_of(run)
    still = display.still if not audience.startswith("staff") else None
    view = view_of(run)
    telling = _telling(run, audience)
    besides = {} if view == "now" or still else series.beside_of(run, asks, view, display.other, audience)
    items = [
        Shown(
            asked,
            gate.seen(asked, run, _numbers(asked, counted, still), audience),
            held=counted.held.get(asked.id, 0),
            hands=counted.hands.get(asked.id, 0),
            alone=len(asks) == 1 or len(telling) == 1,
            beside=besides.get(asked.key),
            right=tuple(asked.kind.right(asked.config)) if run.show_answers or telling.get(asked.key) else (),
            marked=display.marks.get(asked.key, ""),
            below=LINE_BELOW * (1 + len(display.note) // NOTE_LINE) if display.note else 0.0,
        )
        for asked in asks
        if asked.key in telling
    ]
    if audience == "screen":
        items = [_turned(item, display.page, len(items)) for item in items]
    return Results(items, answered=counted.authors, view=view, note=display.note, still=still)


def _turned(item: Shown, page: int, count: int) -> Shown:
    """The page of the projector that shows this result, where it has several and stands alone."""
    if item.seen.data is None or count > 1:
        return item
    if item.beside is not None:
        pages = item.beside.pages(item.below)
        at = min(page, len(pages) - 1)
        return replace(item, beside=pages[at], page=at + 1, pages=len(pages))
    kind, config = item.asked.kind, item.asked.config
    leaves = kind.leaves(config, item.seen.data) if kind.turns(config) else ()
    at = min(page, len(leaves) - 1)
    return replace(item, leaf=leaves[at], page=at + 1, pages=len(leaves)) if len(leaves) > 1 else item


def _telling(run: ActivityRun, audience: str) -> Mapping[str, bool]:
    """Keys of the questions whose results are shown now, and whether with their right answers."""
    kind = activity_kinds.get(run.activity.kind)
    family: Any = audience.partition(":")[0]
    told = kind.telling(run, family) if kind.in_steps else None
    return dict.fromkeys((question.key for question in run.activity.asked), False) if told is None else told


def _numbers(asked: Asked, counted: Counted, still: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """The tally's data now, or as it stood when the result was stopped."""
    stopped = still["questions"].get(asked.key) if still else None
    return stopped or counted.by_question.get(asked.id, {"n": 0})


def _html(run: ActivityRun, shown: Results, audience: str) -> str:
    family = audience.partition(":")[0]
    return render_to_string(
        "questions/tally.html",
        {"run": run, "shown": shown, "audience": family, "is_open": run.state == "open"},
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
        # Answers of another round, or of a question that was taken out, are not named one by one: all begins anew.
        since = request.since if request.since is not None and request.since >= run.changed else 0
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
