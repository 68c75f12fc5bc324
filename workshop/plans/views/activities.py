"""Activities: the form of any kind, their order, and proposals, which are the same form filled in already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Refused, activity_kinds
from workshop.plans import edits
from workshop.plans.editor import ActivityEditor, blank, error_summary
from workshop.plans.models import Plan
from workshop.plans.offers import mark, offer_of, offers_for
from workshop.plans.operations import (
    Change,
    document_of,
    edit_plan,
    newest,
    offer_proposals_again,
    settle_proposals,
    take,
)
from workshop.plans.text import PlanDocument
from workshop.plans.views.common import acts, change, done, fills, is_htmx, saved, shows, user_of, whole
from workshop.plans.views.importing import UNREADABLE


def _document(plan: Plan) -> PlanDocument:
    return PlanDocument.from_json(newest(plan).document)


@shows
def choose(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """Which kind of activity to add to a phase, or inside the activity ``in``."""
    context = {
        "plan": plan,
        "index": index,
        "phase": edits.phase_at(_document(plan), index),
        "kinds": [{"kind": kind, "example": kind.examples()[0].title} for kind in activity_kinds],
        "parent": _parent(plan, request.GET.get("in", "")),
        "links": [link for kind in activity_kinds for link in kind.links(plan, index)],
    }
    return render(request, "plans/choose.html", context)


def _parent(plan: Plan, key: str) -> ActivitySpec | None:
    return edits.place_of(_document(plan), key).spec if key else None


@fills
def add(request: HttpRequest, plan: Plan, index: int, kind: str) -> HttpResponse:
    """The empty form of a kind; saving adds the activity to the phase."""
    if kind not in activity_kinds:
        raise Http404
    document = _document(plan)
    phase = edits.phase_at(document, index)
    parent = _parent(plan, request.GET.get("in", ""))
    editor = _editor(request, document, blank(activity_kinds.get(kind)))
    if not editor.is_valid():
        return _form(request, plan, editor, index, parent=parent)
    spec = editor.result()
    said = _("“%(title)s” is in “%(phase)s”.") % {"title": spec.title, "phase": phase.title}
    inside = parent.key if parent else ""
    answer = _stored(request, plan, editor, lambda now: edits.add_activity(now, index, spec, inside), said, index)
    if not phase.activities:
        settle_proposals(plan, [mark(phase)])
    return answer


def _stored(
    request: HttpRequest, plan: Plan, editor: ActivityEditor, act: Change, said: str, index: int
) -> HttpResponse:
    """Store a filled form with its uploads: both, or neither."""
    with transaction.atomic():
        editor.keep(take(plan))
        return change(request, plan, act, said, anchor=f"phase-{index}")


@fills
def edit(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """The form of an activity."""
    document = _document(plan)
    place = edits.place_of(document, key)
    editor = _editor(request, document, place.spec)
    if not editor.is_valid() or _overtaken(request, plan, place.spec, editor):
        return _form(request, plan, editor, place.phase, parent=place.parent, stored=True)
    spec = editor.result()
    return _stored(request, plan, editor, lambda now: edits.replace_activity(now, key, spec), saved(), place.phase)


def _editor(request: HttpRequest, document: PlanDocument, spec: ActivitySpec) -> ActivityEditor:
    if request.method != "POST":
        return ActivityEditor(document, spec)
    return ActivityEditor(document, spec, request.POST, request.FILES)


def _overtaken(request: HttpRequest, plan: Plan, now: ActivitySpec, editor: ActivityEditor) -> bool:
    """Whether somebody else changed this activity since the form was made. What was typed stays in the form."""
    base = whole(request.POST.get("base", ""))
    seen = document_of(plan, base) if base is not None else None
    if seen is None or any(place.spec == now for place in edits.places(seen)):
        return False
    editor.common.add_error(None, _("Somebody changed this activity while you were writing. Save again to use yours."))
    return True


def _form(request: HttpRequest, plan: Plan, editor: ActivityEditor, index: int, **more: Any) -> HttpResponse:
    """The page of the form; for htmx only the questions, which is all that a button inside the form changes."""
    failed = request.method == "POST" and not editor.redraw
    context = {
        "plan": plan,
        "editor": editor,
        "index": index,
        "phase": edits.phase_at(editor.document, index),
        "number": newest(plan).number,
        "problem": error_summary(editor) if failed else "",
        "drawn": request.POST.get("do", ""),
        "links": editor.kind.links(plan, index, editor.spec.key) if more.get("stored") else (),
        **more,
    }
    if is_htmx(request) and editor.redraw:
        return render(request, "plans/activity.html#questions", context)
    return render(request, "plans/activity.html", context, status=UNREADABLE if failed else 200)


@acts
def move(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """One step earlier or later (``by``), or to the end of the phase ``to``."""
    title = edits.place_of(_document(plan), key).spec.title
    to, by = whole(request.POST.get("to", "")), request.POST.get("by", "")
    if to is None and by not in {"-1", "1"}:
        raise Refused("gone", _("There is no such place in this plan."))

    def act(now: PlanDocument) -> PlanDocument:
        return edits.move_activity(now, key, int(by)) if to is None else edits.move_to_phase(now, key, to)

    said = _("“%(title)s” has moved.") % {"title": title}
    return change(request, plan, act, said, focus=f"menu-{key}", anchor=f"activity-{key}")


@acts
def duplicate(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """A copy behind the activity."""
    said = _("The copy stands behind it.")
    return change(request, plan, lambda now: edits.duplicate_activity(now, key), said, focus=f"menu-{key}")


@acts
def remove(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """An activity less; the button beside the sentence brings it back."""
    place = edits.place_of(_document(plan), key)
    said = _("“%(title)s” is gone.") % {"title": place.spec.title}
    return change(
        request,
        plan,
        lambda now: edits.remove_activity(now, key),
        said,
        focus=f"name-{place.phase}",
        anchor=f"phase-{place.phase}",
    )


@fills
def accept(request: HttpRequest, plan: Plan, offer: str) -> HttpResponse:
    """A proposal as a filled form; saving adds it to its phase."""
    document = _document(plan)
    found = offer_of(document, plan.settled_proposals, offer)
    editor = _editor(request, document, found.spec)
    if not editor.is_valid():
        return _form(request, plan, editor, found.phase, offer=found)
    spec = editor.result()
    said = _("“%(title)s” is in the plan.") % {"title": spec.title}
    answer = _stored(request, plan, editor, lambda now: edits.add_activity(now, found.phase, spec), said, found.phase)
    settle_proposals(plan, [offer])
    return answer


@acts
def dismiss(request: HttpRequest, plan: Plan, offer: str) -> HttpResponse:
    """A proposal that nobody wants."""
    found = offer_of(_document(plan), plan.settled_proposals, offer)
    settle_proposals(plan, [offer])
    plan.refresh_from_db()
    said = _("Dismissed: %(label)s.") % {"label": found.label}
    return done(request, plan, said, focus=f"name-{found.phase}", anchor=f"phase-{found.phase}")


@acts
def settle_all(request: HttpRequest, plan: Plan) -> HttpResponse:
    """All proposals at once: ``do`` is ``accept``, ``dismiss`` or ``again``."""
    do = request.POST.get("do", "")
    if do not in ("accept", "dismiss", "again"):
        raise BadRequest
    if do == "again":
        offer_proposals_again(plan)
        plan.refresh_from_db()
        return done(request, plan, _("Every proposal is offered again."), focus="offers")
    offers = offers_for(_document(plan), plan.settled_proposals)
    before = after = newest(plan).number
    if do == "accept":

        def act(now: PlanDocument) -> PlanDocument:
            for offer in offers:
                now = edits.add_activity(now, offer.phase, replace(offer.spec, key=""))
            return now

        after = edit_plan(plan, user_of(request), act).number
    settle_proposals(plan, [offer.id for offer in offers])
    plan.refresh_from_db()
    said = _("All proposals are in the plan.") if do == "accept" else _("All proposals are dismissed.")
    return done(request, plan, said, undo=before if after != before else 0)
