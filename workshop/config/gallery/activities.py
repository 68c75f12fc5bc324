"""The gallery's pages of activities that are more than their questions: what their kinds exhibit, drawn as in a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workshop.config.gallery.states import STATES, room
from workshop.config.gallery.views import AUDIENCES, frame, framed, framing, spoken
from workshop.kinds import ActivityKind, Audience, Exhibit, Json, activity_kinds, question_kinds
from workshop.live.models import ActivityRun
from workshop.plans.models import Activity
from workshop.questions.catalogue import Asked
from workshop.questions.counting import Counted
from workshop.questions.sketch import imagined_html, imagined_run, pretended
from workshop.realtime.slots import reader_for

#: The number of what does not exist: addresses take no negative ones, and no database ever counts so far.
NUMBER = 10**15


@dataclass(frozen=True, slots=True)
class Shown:
    """What the gallery's templates ask of a state and of a specimen."""

    label: Any
    prompt: str
    #: How many have answered, and of how many in the room; None where nothing is asked.
    count: int | None
    seen: int | None
    name: str


@framing
def sheet(request: HttpRequest, kind: str, view: str) -> HttpResponse:
    """Every state of one kind of activity in one place."""
    of = _kind(kind)
    if view not in STATES:
        raise Http404
    context = {
        "kind": of,
        "kinds": [each for each in activity_kinds if each.exhibits()],
        "sheet": "gallery:activity_sheet",
        "others": _("Kinds of activities"),
        "place": view,
        "views": list(STATES),
        "exhibits": seen_in(of, view),
    }
    return render(request, "gallery/activity_sheet.html", context)


@framed
def state(request: HttpRequest, kind: str, view: str, exhibit: str) -> HttpResponse:
    """One state, as the page on which it would be seen."""
    of = _kind(kind)
    found = next((each for each in seen_in(of, view) if each.name == exhibit), None)
    if found is None:
        raise Http404
    with spoken(found):
        return render(request, _template(view), _context(request, of, found, view))


def _template(view: str) -> str:
    return "gallery/activity_editor.html" if view == "editor" else f"gallery/{view}.html"


def seen_in(kind: ActivityKind, view: str) -> list[Exhibit]:
    """The states that are to be seen in a place."""
    found = [each for each in kind.exhibits() if not each.places or view in each.places]
    return found if view in STATES else []


def _kind(slug: str) -> ActivityKind:
    if slug not in activity_kinds or not activity_kinds.get(slug).exhibits():
        raise Http404
    return activity_kinds.get(slug)


def _context(request: HttpRequest, kind: ActivityKind, exhibit: Exhibit, view: str) -> dict[str, Any]:
    kinds: list[Any] = [question_kinds.get(slug) for slug in sorted({asked.kind for asked in exhibit.spec.questions})]
    count, seen = (exhibit.people, room(exhibit.people)) if kinds else (None, None)
    shown = Shown(exhibit.label, exhibit.spec.title, count, seen, exhibit.name)
    context = frame(request, kind, shown, shown, (kind, *kinds))
    if view == "editor":
        return context | {"form": kind.Editor(initial=kind.Editor.initial_for(exhibit.spec.config))}
    return context | {"body": html(kind, exhibit, AUDIENCES[view]), "standing": standing(exhibit, AUDIENCES[view])}


# ── what it would be in a session ─────────────────────────────────────────────────────────────────────────────────────


def run_of(kind: ActivityKind, exhibit: Exhibit) -> ActivityRun:
    """The run that would show it, never stored."""
    spec = exhibit.spec
    activity = Activity(
        pk=NUMBER, kind=kind.slug, title=spec.title, privacy=spec.privacy, config=dict(spec.config), pace=spec.pace,
        config_version=kind.schema_version,
    )  # fmt: skip
    return imagined_run(
        activity, spec.questions, exhibit.state, show_screen=exhibit.shown, show_phones=exhibit.shown,
        show_answers=exhibit.reveal, state_data=dict(exhibit.state_data),
    )  # fmt: skip


def html(kind: ActivityKind, exhibit: Exhibit, audience: Audience) -> SafeString:
    """What this audience sees of it, its results inside it."""
    own = {"own_answers": _own(exhibit)["answers"]} if audience == "learner" else {}
    counting = partial(_counted, exhibit.people)
    return imagined_html(run_of(kind, exhibit), audience, counting, **exhibit.context, **own)


def _counted(people: int, asks: Sequence[Asked]) -> Counted:
    by_question = {}
    for asked in asks:
        tally = asked.kind.tally(asked.config)
        for value in pretended(asked.kind, asked.config, people, seed=asked.key):
            tally.add(value)
        by_question[asked.id] = tally.data()
    return Counted(epoch=1, revision=1, authors=people, by_question=by_question, held={})


def standing(exhibit: Exhibit, audience: Audience) -> dict[str, Json]:
    """The slots of a page that belongs to no session."""
    frames: list[Json] = [{"t": "slot", "s": "you", "e": 1, "r": 1, "d": {"name": "Ana", **_own(exhibit)}}]
    for prefix, by_audience in exhibit.slots.items():
        if audience in by_audience:
            name = f"{prefix}:{NUMBER}"
            content = "items" if reader_for(name).shape == "collection" else "d"
            frames.append({"t": "slot", "s": name, "e": 1, "r": 1, content: by_audience[audience]})
    return {"slots": frames}


def _own(exhibit: Exhibit) -> dict[str, Any]:
    return {"answers": {}} | {name: {str(NUMBER): content} for name, content in exhibit.own.items()}
