"""The editor's preview: the question that is being written, on a phone and on the projector, before it is saved.

The page posts its whole form while staff type. Nothing is stored, and nothing of the database is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from workshop.bundles import sent_as
from workshop.kinds import Json, QuestionKind, Refused, question_kinds
from workshop.live.panel.asking import spec_of
from workshop.live.panel.entry import Visit, staff_page
from workshop.plans.checking import LONGEST_TEXT
from workshop.questions.gate import SAID, counts
from workshop.questions.sketch import Sketch, pretended

#: People who answer in the preview.
PEOPLE = 40
_TOKEN = re.compile(r"[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Preview:
    """The pictures of one question."""

    phone: SafeString
    screen: SafeString
    result: SafeString
    offered: list[str]


def draw(
    kind: QuestionKind, config: Mapping[str, Json], prompt: str, level: str, around: Mapping[str, Json] | None = None
) -> Preview:
    """The question as it would be asked, and its result once ``PEOPLE`` have answered; ``config`` as stored."""
    loaded = kind.load(config)
    tally = kind.tally(loaded)
    for value in pretended(kind, loaded, PEOPLE if counts(level) else 0):
        tally.add(value)
    asked = Sketch(kind, config, prompt, level, around=around or {})
    return Preview(
        phone=asked.html("learner"),
        screen=asked.html("screen"),
        result=replace(asked, state="closed", shown=True, data=tally.data()).html("screen"),
        offered=[str(text) for text in kind.offered(loaded)],
    )


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """The pictures for the question ``at`` of a posted activity form; 200 with what is missing when it is half written.

    The old pictures stay in the page then, marked as old.
    """
    token = request.POST.get("at", "")
    token = token if _TOKEN.fullmatch(token) else _first(request.POST.getlist("q"))
    slug = request.POST.get(f"q{token}-kind", "")
    if slug not in question_kinds:
        return _missing(request, "")
    kind = question_kinds.get(slug)
    prompt = request.POST.get(f"q{token}-prompt", "").strip()[:LONGEST_TEXT]
    form = kind.Editor(request.POST, request.FILES, prefix=f"q{token}-c")
    level = request.POST.get(f"q{token}-privacy") or request.POST.get("a-privacy", "")
    try:
        config = _config(form)
        shown = None if config is None else draw(kind, config, prompt or _("Your question"), _level(level))
    except ValidationError:
        return _missing(request, "")
    if shown is None:
        return _missing(request, _first_mistake(form))
    return render(request, "questions/preview.html", {"preview": shown})


@require_POST
@staff_page("session.edit")
def quick(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The pictures for a question that may be asked at once: ``choice`` and ``question`` as the panel posts them.

    Empty for what is no question (a round of questions, a pulse), and for what could not be asked.
    """
    try:
        spec = spec_of(visit.session, request.POST.get("choice", ""), request.POST.get("question", ""))
    except Refused:
        return HttpResponse()
    if len(spec.questions) != 1:
        return HttpResponse()
    [asked] = spec.questions
    kind = question_kinds.get(asked.kind)
    shown = draw(kind, asked.config, asked.prompt, _level(asked.privacy or spec.privacy), spec.config)
    styles = ["questions/preview.css", *sent_as(kind.styles)]
    return render(request, "questions/quick.html", {"preview": shown, "styles": styles})


def _first(tokens: list[str]) -> str:
    return next((token for token in tokens if _TOKEN.fullmatch(token)), "0")


def _level(level: str) -> str:
    return level if level in SAID else "pseudonymous"


def _config(form: Any) -> dict[str, Json] | None:
    """The config of a filled form, None for one with mistakes."""
    return form.config() if form.is_valid() else None


def _first_mistake(form: Form) -> str:
    """The first mistake with the name of its field."""
    for name, errors in form.errors.items():
        label = str(form.fields[name].label) if name in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""


def _missing(request: HttpRequest, mistake: str) -> HttpResponse:
    response = render(request, "questions/preview_note.html", {"mistake": mistake})
    response["HX-Retarget"] = "#preview-note"
    return response
