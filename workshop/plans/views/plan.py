"""One plan: its page, its facts, the same as text, its versions."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.plans.excerpts import excerpt
from workshop.plans.forms import LIST_LABELS, DetailsForm, ObjectiveForms
from workshop.plans.models import Plan
from workshop.plans.operations import edit_plan, newest, restore_version
from workshop.plans.queries import shelf, versions_of
from workshop.plans.text import PlanDocument, PlanUnreadable, read_plan, write_plan
from workshop.plans.views.common import acts, change, done, fills, is_htmx, page_context, saved, shows, user_of
from workshop.plans.views.importing import UNREADABLE, remarks


@shows
def plan_page(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The plan with its running clock; ``from`` says when it begins."""
    context = page_context(request, plan)
    if is_htmx(request):
        return render(request, "plans/plan.html#plan", context)
    context["shelf"] = shelf(user_of(request), context["sessions"])
    return render(request, "plans/plan.html", context)


@fills
def details(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Title, facts, lists and objectives of a plan."""
    document = PlanDocument.from_json(newest(plan).document)
    data = request.POST if request.method == "POST" else None
    form = DetailsForm(data, initial=DetailsForm.initial_for(document))
    objectives = ObjectiveForms(document, data)
    if data is not None and all([form.is_valid(), objectives.is_valid()]):
        _not_changed_since(request, plan)
        return change(request, plan, lambda now: objectives.changed(form.changed(now)), saved())
    lists = [form[name] for name in LIST_LABELS]
    context = {"plan": plan, "form": form, "lists": lists, "objectives": objectives, "number": newest(plan).number}
    return render(request, "plans/details.html", context, status=200 if data is None else UNREADABLE)


def _not_changed_since(request: HttpRequest, plan: Plan) -> None:
    """Objectives are named by number: a form made before another change of the facts is not merged, but refused."""
    if request.POST.get("base") != str(newest(plan).number):
        raise Refused(
            "changed_since",
            _("This plan was changed in another window. Below is the plan as it is now; please do that again."),
        )


@fills
def text(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The plan as text, to copy and to edit. A text that cannot be read is shown again with the line of the mistake."""
    if request.method != "POST":
        return _text_page(request, plan, write_plan(PlanDocument.from_json(newest(plan).document)))
    typed = request.POST.get("text", "")
    try:
        reading = read_plan(typed)
        before = newest(plan).number
        after = edit_plan(plan, user_of(request), lambda _now: reading.document).number
    except PlanUnreadable as problem:
        return _text_page(request, plan, typed, str(problem.message), problem.line)
    except Refused as refusal:
        return _text_page(request, plan, typed, str(refusal.message))
    remarks(request, reading)
    return done(request, plan, saved(), undo=before if after != before else 0)


def _text_page(
    request: HttpRequest, plan: Plan, typed: str, problem: str = "", line: int | None = None
) -> HttpResponse:
    lines = excerpt(typed, line) if line else []
    context = {"plan": plan, "text": typed, "problem": problem, "line": line, "lines": lines}
    return render(request, "plans/text.html", context, status=UNREADABLE if problem else 200)


@shows
def download(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The plan as a Markdown file."""
    del request
    body = write_plan(PlanDocument.from_json(newest(plan).document))
    headers = {"Content-Disposition": attachment(f"{plan.title}.md"), "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, content_type="text/markdown; charset=utf-8", headers=headers)


def attachment(name: str) -> str:
    """A Content-Disposition header for a file name, by RFC 6266: plain ASCII first, then the real one in UTF-8."""
    stem, _dot, suffix = name.rpartition(".")
    safe = "".join(c if c.isalnum() or c in " -_.()" else "-" for c in stem)[:80].strip(" .-") or "plan"
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode().strip(" .-") or "plan"
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{safe}.{suffix}', safe='')}"


@shows
def versions(request: HttpRequest, plan: Plan) -> HttpResponse:
    """All versions, each with a button that makes it the newest again."""
    return render(request, "plans/versions.html", {"plan": plan, "versions": versions_of(plan)})


@acts
def restore(request: HttpRequest, plan: Plan, number: int) -> HttpResponse:
    """Make an old version the newest again."""
    before = newest(plan).number
    after = restore_version(plan, user_of(request), number).number
    said = _("The plan is again as in version %(n)d.") % {"n": number}
    return done(request, plan, said, undo=before if after != before else 0)
