"""Adding an activity and changing its words while the session runs: the plan editor's form, kept in this session."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workshop.kinds import Refused, activity_kinds
from workshop.live.models import PhaseRun
from workshop.live.panel.acting import act
from workshop.live.panel.asking import add as add_spec
from workshop.live.panel.asking import spec_json
from workshop.live.panel.entry import Visit, staff_page
from workshop.plans.editor import ActivityEditor, blank, error_summary
from workshop.plans.edits import place_of
from workshop.plans.models import Activity
from workshop.plans.text import PlanDocument


@require_safe
@staff_page("session.edit")
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Which kind of activity to add to the phase that runs."""
    context = {"session": visit.session, "kinds": list(activity_kinds), "phase": _phase(visit), "back": _back(visit)}
    return render(request, "live/panel/add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("session.edit")
def add(request: HttpRequest, visit: Visit, kind: str) -> HttpResponse:
    """The empty form of a kind; with ``open=1`` the activity opens at once."""
    if kind not in activity_kinds:
        raise Http404
    editor = _editor(request, _document(visit), blank(activity_kinds.get(kind)))
    if editor.is_valid():
        opened = request.GET.get("open") == "1" and visit.session.state == "running"
        editor.keep(visit.session.version.plan)
        try:
            added = add_spec(visit.session, visit.actor, editor.result(), opened=opened)
        except Refused as refusal:
            editor.common.add_error(None, str(refusal.message))
        else:
            return redirect(f"{_back(visit)}#act-{added['a']}")
    return _form(request, visit, editor, stored=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("session.edit")
def edit(request: HttpRequest, visit: Visit, activity: int) -> HttpResponse:
    """The words of an activity of this session, also while it is open."""
    row = Activity.objects.filter(pk=activity, version=visit.session.version_id).first()
    if row is None:
        raise Http404
    document = _document(visit)
    editor = _editor(request, document, place_of(document, row.key).spec)
    if editor.is_valid():
        editor.keep(visit.session.version.plan)
        try:
            act(visit.actor, "activity.edit", {"a": activity, "spec": spec_json(editor.result())})
        except Refused as refusal:
            editor.common.add_error(None, str(refusal.message))
        else:
            return redirect(f"{_back(visit)}#act-{activity}")
    return _form(request, visit, editor, stored=True)


def _document(visit: Visit) -> PlanDocument:
    return PlanDocument.from_json(visit.session.version.document)


def _editor(request: HttpRequest, document: PlanDocument, spec: Any) -> ActivityEditor:
    if request.method != "POST":
        return ActivityEditor(document, spec)
    return ActivityEditor(document, spec, request.POST, request.FILES)


def _form(request: HttpRequest, visit: Visit, editor: ActivityEditor, *, stored: bool) -> HttpResponse:
    """The page; for a button inside the form only the questions, which is all that it changes."""
    failed = request.method == "POST" and not editor.redraw
    context = {
        "session": visit.session,
        "editor": editor,
        "stored": stored,
        "running": visit.session.state == "running",
        "problem": error_summary(editor) if failed else "",
        "drawn": request.POST.get("do", ""),
        "back": _back(visit),
    }
    if getattr(request, "htmx", False) and editor.redraw:
        return render(request, "plans/activity.html#questions", context)
    return render(request, "live/panel/edit.html", context, status=422 if failed else 200)


def _phase(visit: Visit) -> str:
    runs = PhaseRun.objects.filter(session=visit.session).select_related("phase").order_by("phase__position")
    chosen = next((run for run in runs if run.pk == visit.session.phase_id), runs.first())
    return chosen.phase.title if chosen else str(_("Questions"))


def _back(visit: Visit) -> str:
    return reverse("live:panel", args=[visit.session.public_id])
