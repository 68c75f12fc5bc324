"""The library: plans, sessions that run now, and the three ways to begin."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workshop.accounts.models import User
from workshop.plans import hooks
from workshop.plans.models import Plan
from workshop.plans.operations import duplicate_plan, empty_plan, remove_plan
from workshop.plans.queries import plans_of, shelf
from workshop.plans.views.common import acts, fills, is_htmx, user_of

#: Longer searches are cut.
LONGEST_SEARCH = 200


@login_required
@require_http_methods(["GET", "HEAD"])
def library(request: HttpRequest) -> HttpResponse:
    """All plans of the organisation, or those that match ``q``."""
    user = user_of(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    sessions = hooks.sessions_for(user)
    context = {
        "shelf": shelf(user, sessions, words),
        "words": words,
        "has_demonstration": _demonstration(user) is not None,
        "can_load_demonstration": bool(hooks.demonstration),
    }
    return render(request, "plans/library.html#plans" if is_htmx(request) else "plans/library.html", context)


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """A plan to begin with."""
    plan = empty_plan(user_of(request))
    messages.success(request, _("A new plan. Give it a title, then put activities into its phases."))
    return redirect("plans:details", plan.pk)


@login_required
@require_POST
def demonstration(request: HttpRequest) -> HttpResponse:
    """Load the demonstration unless it is there, and go to its waiting session, else to its plan."""
    user = user_of(request)
    if _demonstration(user) is None:
        for load in hooks.demonstration:
            load(user)
    plan = _demonstration(user)
    if plan is None:
        messages.error(request, _("There is no demonstration on this server. Paste a plan instead."))
        return redirect("plans:library")
    waiting = [each for each in hooks.sessions_for(user) if each.demonstration and each.state == "lobby"]
    return redirect(waiting[0].panel_url) if waiting else redirect("plans:plan", plan.pk)


def _demonstration(user: User) -> Plan | None:
    return plans_of(user).filter(demonstration=True).order_by("pk").first()


@acts
def duplicate(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A copy of a plan."""
    copy = duplicate_plan(plan, user_of(request))
    messages.success(request, _("This is the copy. The first plan is as it was."))
    return redirect("plans:plan", copy.pk)


@fills
def remove(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Ask, then delete a plan."""
    if request.method != "POST":
        reasons = [reason for reason in (hold(plan) for hold in hooks.holds) if reason]
        return render(request, "plans/remove.html", {"plan": plan, "reasons": reasons})
    title = plan.title
    remove_plan(plan)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": title[:80]})
    return redirect("plans:library")
