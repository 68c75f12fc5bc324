"""Phases: minutes, words, order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.plans import edits
from workshop.plans.forms import PhaseForm
from workshop.plans.models import Plan
from workshop.plans.operations import document_of, newest
from workshop.plans.text import PhaseDoc, PlanDocument
from workshop.plans.views.common import acts, change, fills, saved, whole
from workshop.plans.views.importing import UNREADABLE


@acts
def minutes(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """Other minutes for one phase: ``minutes``, more or less by ``by`` (the buttons beside it)."""
    typed, by = whole(request.POST.get("minutes", "")), request.POST.get("by", "0")
    if typed is None or by not in {"-5", "0", "5"}:
        raise Refused("bad_minutes", _("Minutes are a whole number, for instance 45."))
    length = max(typed + int(by), 0)
    said = _("%(n)d minutes.") % {"n": length}
    return change(
        request, plan, lambda now: edits.change_phase(now, index, minutes=length), said, anchor=_anchor(index)
    )


def _anchor(index: int) -> str:
    return f"phase-{index}"


@acts
def add(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A new phase at the end, or behind the phase ``after``."""
    after = whole(request.POST.get("after", ""))
    count = len(newest(plan).document["phases"])
    at = count if after is None else min(after + 1, count)
    phase = PhaseDoc(title=_("New phase"), minutes=15)
    return change(
        request,
        plan,
        lambda now: edits.add_phase(now, phase, at),
        _("Phase added."),
        focus=f"name-{at}",
        anchor=_anchor(at),
    )


@fills
def edit(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """The six fields of a phase."""
    phase = edits.phase_at(PlanDocument.from_json(newest(plan).document), index)
    if request.method != "POST":
        return _page(request, plan, index, phase, PhaseForm(initial=PhaseForm.initial_for(phase)))
    form = PhaseForm(request.POST)
    if not form.is_valid() or _overtaken(request, plan, index, phase, form):
        return _page(request, plan, index, phase, form, UNREADABLE)
    values = form.cleaned_data
    return change(request, plan, lambda now: edits.change_phase(now, index, **values), saved(), anchor=_anchor(index))


def _overtaken(request: HttpRequest, plan: Plan, index: int, phase: PhaseDoc, form: PhaseForm) -> bool:
    """Whether somebody else changed this phase since the form was made. What was typed stays in the form."""
    base = whole(request.POST.get("base", ""))
    seen = document_of(plan, base) if base is not None else None
    if seen is None or (index < len(seen.phases) and seen.phases[index] == phase):
        return False
    form.add_error(None, _("Somebody changed this phase while you were writing. Save again to use your words."))
    return True


def _page(
    request: HttpRequest, plan: Plan, index: int, phase: PhaseDoc, form: PhaseForm, status: int = 200
) -> HttpResponse:
    context = {"plan": plan, "index": index, "phase": phase, "form": form, "number": newest(plan).number}
    return render(request, "plans/phase.html", context, status=status)


@acts
def move(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """A phase to the place ``to``."""
    to = whole(request.POST.get("to", ""))
    if to is None:
        raise Refused("gone", _("There is no such place in this plan."))
    title = edits.phase_at(PlanDocument.from_json(newest(plan).document), index).title
    last = len(newest(plan).document["phases"]) - 1
    to = min(to, last)
    # At an end the button of that direction is off: the focus goes to the other one.
    up = (to < index and to > 0) or to == last
    said = _("“%(title)s” is now number %(n)d.") % {"title": title, "n": to + 1}
    focus = f"{'up' if up else 'down'}-{to}"
    return change(request, plan, lambda now: edits.move_phase(now, index, to), said, focus=focus, anchor=_anchor(to))


@acts
def duplicate(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """A copy of a phase behind it."""
    focus = f"name-{index + 1}"
    act = _("The copy stands behind it.")
    return change(
        request, plan, lambda now: edits.duplicate_phase(now, index), act, focus=focus, anchor=_anchor(index + 1)
    )


@acts
def remove(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """A phase less; the button beside the sentence brings it back."""
    title = edits.phase_at(PlanDocument.from_json(newest(plan).document), index).title
    said = _("“%(title)s” is gone.") % {"title": title}
    focus = f"name-{max(index - 1, 0)}"
    return change(request, plan, lambda now: edits.remove_phase(now, index), said, focus=focus)
