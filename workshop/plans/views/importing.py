"""Import of a plan: paste or upload, read on the server, with the line of whatever is wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from workshop.kinds import Refused
from workshop.plans.excerpts import excerpt
from workshop.plans.forms import ImportForm
from workshop.plans.operations import create_plan
from workshop.plans.text import PlanReading, PlanUnreadable, read_plan, warnings_for
from workshop.plans.text.errors import MAX_BYTES
from workshop.plans.views.common import user_of

#: As many remarks on a file as are shown after its import.
MOST_REMARKS = 8
#: Unprocessable Content: understood, but not a plan.
UNREADABLE = 422


@csrf_exempt  # only so that a text that is too big gets a sentence: ``_import`` checks the token
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """The import page. A pasted text above the server's limit is answered with what to do about it."""
    try:
        len(request.POST)
    except RequestDataTooBig:
        form = ImportForm()
        problem = _(
            "That is more text than a page can send. Go back (your text is still there), leave out embedded pictures, "
            "or save it as a file and choose that file here."
        )
        return render(request, "plans/import.html", {"form": form, "problem": problem}, status=413)
    answer: HttpResponse = _import(request)
    return answer


@csrf_protect
def _import(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "plans/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "plans/import.html", {"form": form}, status=UNREADABLE)
    source = form.source()
    try:
        reading = read_plan(source)
        plan = create_plan(user_of(request), reading.document)
    except PlanUnreadable as problem:
        return _unreadable(request, form, source, str(problem.message), problem.line)
    except Refused as refusal:
        return _unreadable(request, form, source, str(refusal.message), None)
    remarks(request, reading)
    messages.success(request, _("Your plan is here. Look at the minutes first, then at the proposals."))
    return redirect("plans:plan", plan.pk)


def remarks(request: HttpRequest, reading: PlanReading) -> None:
    """What the reader noticed in the file itself. What the plan lacks stands on its page anyway."""
    known = {warning.message for warning in warnings_for(reading.document)}
    found = [warning for warning in reading.warnings if warning.message not in known]
    for warning in found[:MOST_REMARKS]:
        place = _("Line %(line)d: %(message)s") if warning.line else "%(message)s"
        messages.warning(request, place % {"line": warning.line, "message": warning.message})


def _unreadable(
    request: HttpRequest, form: ImportForm, source: bytes | str, problem: str, line: int | None
) -> HttpResponse:
    """The page again with the text that was sent, also that of a file, and the lines around the mistake."""
    text = source if isinstance(source, str) else source.decode("utf-8", "replace").replace("\x00", "")
    shown: dict[str, Any] = {"text": text}
    # A file that is no text, or a big one, is not put into the page.
    if isinstance(source, bytes) and (b"\x00" in source or len(source) > MAX_BYTES):
        shown = {"text": form.cleaned_data["text"]}
    context = {
        "form": ImportForm(initial=shown),
        "problem": problem,
        "line": line,
        "lines": excerpt(str(shown["text"]), line) if line else [],
    }
    return render(request, "plans/import.html", context, status=UNREADABLE)
