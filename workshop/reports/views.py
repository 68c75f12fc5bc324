"""Pages of sessions: begin one, look at it before, during and after, take it away, erase it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshop import numbers
from workshop.accounts.models import User
from workshop.kinds import Refused
from workshop.live import deadlines
from workshop.live.access import Actor, may
from workshop.live.door import staff_actor
from workshop.live.models import Session
from workshop.live.origin import join_address, origin_for
from workshop.live.start import quick_session, start_session
from workshop.plans.models import Plan
from workshop.reports import operations
from workshop.reports.evidence import evidence_of
from workshop.reports.files import FORMATS, export_file
from workshop.reports.formats import disposition
from workshop.reports.shelf import sessions_of, shelf
from workshop.reports.single import result_file
from workshop.reports.summary import context


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


@require_safe
@login_required
def sessions(request: StaffRequest) -> HttpResponse:
    """All sessions that this person may see, those that run first."""
    rows = sorted(shelf(request.user), key=lambda each: each.state == "ended")
    return render(request, "reports/sessions.html", {"sessions": rows})


@require_POST
@login_required
def start(request: StaffRequest) -> HttpResponse:
    """Make a session from a plan and open its control panel."""
    number = numbers.row(request.POST.get("plan", ""))
    plan = Plan.objects.filter(pk=number, organisation=request.user.organisation_id).first()
    if plan is None:
        raise Http404
    try:
        session = start_session(plan, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("plans:plan", plan.pk)
    return redirect("live:panel", session.public_id)


@require_POST
@login_required
def quick(request: StaffRequest) -> HttpResponse:
    """A session without a plan: "Ask one question now"."""
    try:
        session = quick_session(request.user, request.POST.get("title", "").replace("\0", "")[:200])
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("plans:library")
    return redirect(reverse("live:panel", args=[session.public_id]) + "#ask")


@require_safe
@login_required
def session_page(request: StaffRequest, public_id: str) -> HttpResponse:
    """One session: before, now, after."""
    session, actor = _mine(request, public_id, "session.enter")
    if not may(actor, "session.see"):
        return redirect("live:panel", public_id)
    evidence = evidence_of(session)
    document = session.version.document
    facts = {
        "may_export": may(actor, "session.export") or request.user.is_organiser,
        "may_erase": may(actor, "session.erase") or request.user.is_organiser,
        "links": may(actor, "session.export") or request.user.is_organiser,
        "formats": [form for form in FORMATS if form != "summary"],
        "bring": document.get("materials") or [],
        "know": document.get("prior_knowledge") or [],
        "reflect": document.get("reflection_facilitator") or [],
        "join_url": join_address(session, origin_for(request, session)),
        "days_left": (session.retain_until - timezone.localdate()).days if session.retain_until else None,
    }
    return render(request, "reports/session.html", {**context(evidence), **facts})


@require_safe
@login_required
def summary(request: StaffRequest, public_id: str) -> HttpResponse:
    """The one-page summary on the screen; as a file it is the export ``summary``."""
    session, _actor = _exporter(request, public_id)
    return render(request, "reports/summary.html", context(evidence_of(session)))


@require_safe
@login_required
def export(request: StaffRequest, public_id: str, form: str) -> HttpResponse:
    """Download a session, live or after. ``?names=1`` names people where their answers allow it."""
    session, _actor = _exporter(request, public_id)
    try:
        file = export_file(session, form, names=request.GET.get("names") == "1")
    except Refused as refusal:
        if refusal.code == "no_format":
            raise Http404 from None
        messages.error(request, str(refusal.message))
        return redirect("reports:session", public_id)
    headers = {"Content-Disposition": disposition(session.title, file.ending), "Content-Security-Policy": "sandbox"}
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)


@require_safe
@login_required
def result(request: StaffRequest, public_id: str, activity: int, round_: int, question: str, form: str) -> HttpResponse:
    """Download one result as a picture or as numbers. ``?beside=``: beside what; left out, as it is shown now."""
    session, _actor = _exporter(request, public_id)
    try:
        file, title = result_file(session, (activity, round_, question), form, request.GET.get("beside", ""))
    except Refused as refusal:
        raise Http404 from refusal
    headers = {"Content-Disposition": disposition(title, file.ending), "Content-Security-Policy": "sandbox"}
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask, then erase every row of the session. Its facilitator may, and organisers of its organisation."""
    organiser = request.user.is_organiser
    session, actor = _mine(request, public_id, "session.see" if organiser else "session.erase")
    if request.method != "POST":
        return render(request, "reports/erase.html", {"session": session})
    try:
        if may(actor, "session.erase"):
            operations.erase(session, actor)
        else:
            operations.erase_ended(session)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("reports:session", public_id)
    messages.success(request, _("The session is erased: nothing of it is left on this server."))
    return redirect("plans:library")


@require_POST
@login_required
def remove_demonstration(request: StaffRequest) -> HttpResponse:
    """Remove the demonstration's plan and sessions; what people made themselves stays."""
    operations.remove_demonstration(request.user)
    messages.success(request, _("The demonstration is gone. Everything else is as it was."))
    return redirect("plans:library")


def _mine(request: StaffRequest, public_id: str, permission: str) -> tuple[Session, Actor]:
    """The session through the one door. Raises Http404 for whoever may not, as if there were none."""
    session = sessions_of(request.user).select_related("version").filter(public_id=public_id).first()
    actor = staff_actor(session, request.user) if session else None
    if session is None or actor is None or not may(actor, permission):
        raise Http404
    # A close that became final without anybody looking releases its results now.
    deadlines.meet(session.pk)
    return session, actor


def _exporter(request: StaffRequest, public_id: str) -> tuple[Session, Actor]:
    """Those who lead the session, and organisers of its organisation."""
    permission = "session.see" if request.user.is_organiser else "session.export"
    return _mine(request, public_id, permission)
