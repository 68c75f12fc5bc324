"""Who may open which page of the panel: every view begins here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from workshop.accounts.models import User
from workshop.live.access import Actor, may
from workshop.live.door import staff_actor
from workshop.live.models import Session

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody of the staff at a page of one session."""

    session: Session
    actor: Actor
    user: User

    def may(self, permission: str) -> bool:
        """Whether this person has the permission here."""
        return may(self.actor, permission)

    def rights(self) -> dict[str, bool]:
        """What the templates ask as ``can``."""
        return {
            "drive": self.may("session.drive"),
            "end": self.may("session.end"),
            "screen": self.may("screen.show"),
            "settings": self.may("session.settings"),
            "queue": self.may("queue.clear"),
            "edit": self.may("session.edit"),
            "people": self.may("people.see"),
        }


def staff_page(
    permission: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]], Callable[..., HttpResponse]]:
    """A view of a session for staff with ``permission``.

    Who has not signed in is asked to; to people of another organisation the session does not exist (404); staff
    without the permission get 403.
    """

    def wrap(view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, public_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return view(request, _visit(request, public_id, permission), *args, **kwargs)

        return checked

    return wrap


def _visit(request: HttpRequest, public_id: str, permission: str) -> Visit:
    session = Session.objects.filter(public_id=public_id, erased_at=None).first()
    actor = staff_actor(session, request.user) if session else None
    if session is None or actor is None:
        raise Http404
    assert isinstance(request.user, User)
    visit = Visit(session, actor, request.user)
    if not visit.may(permission):
        raise PermissionDenied
    return visit


def page(name: str, *args: object) -> str:
    """The address of a page of another package; '' where that is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
