"""Pages of the gallery, in the demonstration alone: an index, a sheet for each kind and place, a page for each state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from workshop.bundles import sent_as
from workshop.config.gallery import crowd, editors
from workshop.config.gallery.states import STATES, State, shown_states, sketch, standing, state_of
from workshop.kinds import ActivityKind, Audience, Exhibit, QuestionKind, Specimen, activity_kinds, question_kinds

#: A language of Django's own that is written from right to left.
RIGHT_TO_LEFT = "ar"
THEMES = ("light", "dark")
AUDIENCES: Mapping[str, Audience] = {"phone": "learner", "panel": "staff", "screen": "screen"}
Page = Callable[..., HttpResponse]
View = Callable[..., HttpResponseBase]


def demonstration_only(page: Page) -> Page:
    """Nothing is here on a server that people work with."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return page(request, *args, **kwargs)

    return guarded


def framing(page: Page) -> View:
    """A page of the demonstration that shows others in frames."""
    return require_safe(csp_replace({"frame-src": ["'self'"]})(demonstration_only(page)))


def framed(page: Page) -> View:
    """A page of the demonstration that another one shows in a frame."""
    return require_safe(
        xframe_options_sameorigin(csp_replace({"frame-ancestors": ["'self'"]})(demonstration_only(page)))
    )


@require_safe
@demonstration_only
def index(request: HttpRequest) -> HttpResponse:
    """All kinds."""
    rows = [(kind, list(STATES), len(kind.specimens())) for kind in question_kinds]
    shown = [(kind, list(STATES), len(kind.exhibits())) for kind in activity_kinds if kind.exhibits()]
    return render(request, "gallery/index.html", {"rows": rows, "activities": shown})


@framing
def sheet(request: HttpRequest, question: str, view: str) -> HttpResponse:
    """Every state of one kind in one place."""
    kind = _kind(question)
    if view not in STATES:
        raise Http404
    usual, *_rest = specimens = kind.specimens()
    parts = [(specimen, shown_states(kind, view, specimen, usual)) for specimen in specimens]  # type: ignore[arg-type]
    context = {
        "kind": kind,
        "kinds": list(question_kinds),
        "sheet": "gallery:sheet",
        "others": _("Kinds of questions"),
        "place": view,
        "views": list(STATES),
        "parts": parts,
    }
    return render(request, "gallery/sheet.html", context)


@framed
def state(request: HttpRequest, question: str, view: str, specimen: str, state: str) -> HttpResponse:
    """One state, as the page on which it would be seen."""
    kind = _kind(question)
    shown, how = crowd.specimen_of(kind, specimen), state_of(view, state)
    if shown is None or how is None:
        raise Http404
    with spoken(shown):
        context = _context(request, kind, shown, how, view)
        return render(request, f"gallery/{view}.html", context)


def _kind(slug: str) -> QuestionKind:
    if slug not in question_kinds:
        raise Http404
    return question_kinds.get(slug)


@contextmanager
def spoken(specimen: Specimen | Exhibit) -> Iterator[None]:
    """From right to left for words that are; else in the language of the request."""
    language = RIGHT_TO_LEFT if specimen.right_to_left else translation.get_language() or "en"
    with translation.override(language):
        yield


def _context(request: HttpRequest, kind: QuestionKind, specimen: Specimen, how: State, view: str) -> dict[str, Any]:
    around = next(each for each in activity_kinds if each.questions == "one")
    context = frame(request, kind, specimen, how, (around, kind))
    if view == "editor":
        return context | editors.context(kind, specimen, how.name)
    body = sketch(kind, specimen, how).html(AUDIENCES[view])
    return context | {"body": body, "standing": standing(kind, specimen, how)}


def frame(
    request: HttpRequest, kind: ActivityKind | QuestionKind, specimen: object, how: object, loaded: Iterable[Any]
) -> dict[str, Any]:
    """What every state's page wants; ``loaded``: the kinds whose modules and style sheets it has."""
    theme, kinds = request.GET.get("theme", ""), list(loaded)
    return {
        "kind": kind,
        "specimen": specimen,
        "state": how,
        "theme": theme if theme in THEMES else "",
        "modules": sent_as(path for each in kinds for path in each.modules),
        "kind_styles": sent_as(path for each in kinds for path in each.styles),
    }
