"""The page of those who help to run a session: colleagues and their roles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from workshop import numbers
from workshop.accounts.models import User
from workshop.kinds import Refused
from workshop.live.models import Staff
from workshop.live.panel.acting import act
from workshop.live.panel.entry import Visit, staff_page

#: Role, its name, and what it may do, in the order of the page.
ROLES = (
    ("cofacilitator", gettext_lazy("Co-facilitator"), gettext_lazy("does everything you do, except erasing")),
    (
        "moderator",
        gettext_lazy("Moderator"),
        gettext_lazy("sees the questions that people ask and nothing else: approves, sorts and shows them"),
    ),
    ("presenter", gettext_lazy("Presenter"), gettext_lazy("steps through slides and chooses what the screen shows")),
    ("observer", gettext_lazy("Observer"), gettext_lazy("sees the session and its results, changes nothing")),
    ("facilitator", gettext_lazy("Facilitator"), gettext_lazy("leads the session as you do")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("staff.edit")
def team(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who has which role; give one to a colleague, change it, take it away."""
    if request.method != "POST":
        return _page(request, visit)
    chosen = numbers.field(request.POST.get("u", ""))
    try:
        act(visit.actor, "staff.set", {"u": chosen, "role": request.POST.get("role", "")})
    except Refused as refusal:
        return _page(request, visit, refused=str(refusal.message), status=422)
    return redirect("live:panel_team", visit.session.public_id)


def _page(request: HttpRequest, visit: Visit, *, refused: str = "", status: int = 200) -> HttpResponse:
    here = list(Staff.objects.filter(session=visit.session).select_related("user").order_by("pk"))
    colleagues = User.objects.filter(organisation=visit.session.organisation_id, is_active=True)
    context = {
        "session": visit.session,
        "here": here,
        "me": visit.user.pk,
        "roles": ROLES,
        "colleagues": colleagues.exclude(pk__in=[row.user_id for row in here]).order_by("first_name", "username")[:200],
        "refused": refused,
    }
    return render(request, "live/panel/team.html", context, status=status)
