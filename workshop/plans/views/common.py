"""What all plan pages share: who may, which plan, and how an act is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workshop.accounts.models import User
from workshop.kinds import Refused
from workshop.plans import hooks
from workshop.plans.models import Plan
from workshop.plans.operations import Change, edit_plan, newest
from workshop.plans.page import plan_view
from workshop.plans.queries import plan_or_404

#: As many sessions as the page of their plan names; the others stand on their own page.
OWN_SESSIONS = 3
P = ParamSpec("P")
View: TypeAlias = Callable[..., HttpResponse]
#: A view of one plan; raises Http404 before it is called for the plans of others.
PlanView: TypeAlias = Callable[Concatenate[HttpRequest, Plan, P], HttpResponse]


def user_of(request: HttpRequest) -> User:
    """The person signed in; call behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


def of_plan(view: PlanView[P]) -> View:
    """A view of one plan: for people of its organisation only, and a refusal becomes a sentence on its page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, plan: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = plan_or_404(user_of(request), plan)
        try:
            return view(request, found, *args, **kwargs)
        except Refused as refusal:
            return refused(request, found, refusal)

    return guarded


def shows(view: PlanView[P]) -> View:
    """A page of one plan that only reads."""
    return require_http_methods(["GET", "HEAD"])(of_plan(view))


def acts(view: PlanView[P]) -> View:
    """An act on one plan: POST only."""
    return require_POST(of_plan(view))


def fills(view: PlanView[P]) -> View:
    """A form about one plan: GET shows it, POST saves it."""
    return require_http_methods(["GET", "HEAD", "POST"])(of_plan(view))


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of the page is asked for."""
    return bool(getattr(request, "htmx", False))


def whole(text: str) -> int | None:
    """A whole number as people type it, None for anything else. Only ASCII digits, at most six."""
    text = text.strip()
    return int(text) if re.fullmatch("[0-9]{1,6}", text, re.ASCII) else None


def refused(request: HttpRequest, plan: Plan, refusal: Refused) -> HttpResponse:
    """The plan as it is now, with the reason why the act was not done."""
    plan.refresh_from_db()
    if is_htmx(request):
        return part(request, plan, refusal=str(refusal.message))
    messages.error(request, str(refusal.message))
    return redirect("plans:plan", plan.pk)


def change(
    request: HttpRequest, plan: Plan, act: Change, said: str, *, focus: str = "", anchor: str = ""
) -> HttpResponse:
    """Store a change and answer it: the new page part for htmx, else a redirect.

    ``said`` is one sentence for the page and for screen readers, ``focus`` the id of what has the focus afterwards,
    ``anchor`` where a browser without script lands.
    """
    before = newest(plan).number
    base = request.POST.get("base", "")
    after = edit_plan(plan, user_of(request), act, base=whole(base)).number
    return done(request, plan, said, undo=before if after != before else 0, focus=focus, anchor=anchor)


def done(
    request: HttpRequest, plan: Plan, said: str, *, undo: int = 0, focus: str = "", anchor: str = ""
) -> HttpResponse:
    """Answer an act that is stored; ``undo`` is the version to go back to, 0 for none."""
    if is_htmx(request):
        return part(request, plan, said=said, undo=undo, focus=focus)
    messages.success(request, said, extra_tags=str(undo or ""))
    target = reverse("plans:plan", args=[plan.pk])
    return redirect(f"{target}#{anchor}" if anchor else target)


def part(request: HttpRequest, plan: Plan, **more: Any) -> HttpResponse:
    """The part of the plan page that every act replaces."""
    return render(request, "plans/plan.html#plan", {**page_context(request, plan), **more})


def page_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the plan page shows. Beside the plan that is already there it reads the sessions, in one query."""
    begins = request.POST.get("from") or request.GET.get("from") or ""
    sessions = hooks.sessions_for(user_of(request))
    own = [session for session in sessions if session.plan == plan.pk]
    return {"plan": plan, "view": plan_view(plan, begins), "sessions": sessions, "own_sessions": own[:OWN_SESSIONS]}


def saved() -> str:
    """What is said after a form was stored."""
    return _("Saved.")
