"""What the pages of learners and of the screen share: the session of an address, language, the words of scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from workshop.live.door import accepted
from workshop.live.models import Participant, Session


def session_of(public_id: str) -> Session:
    """The session of an address. Raises Http404 for none, and for one whose data was erased."""
    found = Session.objects.select_related("version").filter(public_id=public_id, erased_at=None).first()
    if found is None:
        raise Http404
    return found


def language_of(request: HttpRequest, session: Session, person: Participant | None = None) -> str:
    """A person's own language, else the browser's, else the session's: the same rule as for sockets."""
    own = person.language if person else ""
    return own or accepted(request.headers.get("Accept-Language", "")) or session.language


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Render in this language."""
    with translation.override(language):
        yield


def sentence(
    request: HttpRequest, heading: str, text: str, *, status: int = 200, again: str = "", **context: Any
) -> HttpResponse:
    """A page that says one thing and what to do next."""
    page = {"heading": heading, "text": text, "again": again, **context}
    return render(request, "live/join/closed.html", page, status=status)


@require_safe
@cache_control(max_age=3600, public=True)
def words(request: HttpRequest, language: str) -> HttpResponse:
    """The sentences of the ES modules in a language (Django's catalogue of the domain ``djangojs``)."""
    if not translation.check_for_language(language):
        raise Http404
    with translation.override(language):
        response = JavaScriptCatalog.as_view()(request)
    assert isinstance(response, HttpResponse)  # it never streams
    return response


def client_address(request: HttpRequest) -> str:
    """For limits on failures only. Behind a proxy it is the proxy's, unless that hands the client's on."""
    return str(request.META.get("REMOTE_ADDR", ""))
