"""A quiz out of a file of another program, and a quiz as GIFT."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from polls.quiz.importing import Found, Unreadable, gift, read_file, read_text
from polls.quiz.importing.read import LARGEST
from polls.quiz.kind import Quiz
from workshop.kinds import ActivitySpec
from workshop.plans import edits
from workshop.plans.models import Plan
from workshop.plans.operations import newest
from workshop.plans.text import PlanDocument
from workshop.plans.views.common import change, fills, shows
from workshop.plans.views.importing import UNREADABLE


class BringForm(forms.Form):
    """A file or a pasted text. What was read stays in ``text``, so that nothing has to be chosen twice."""

    title = forms.CharField(label=gettext_lazy("Title of the quiz"), max_length=300, required=False)
    file = forms.FileField(
        label=gettext_lazy("A file"),
        required=False,
        help_text=gettext_lazy("GIFT, Aiken, Kahoot’s spreadsheet (.xlsx) or CSV; 2 MB at most"),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the questions"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def read(self) -> Found:
        """What stands in it. Raises Unreadable."""
        if not self.is_valid():
            raise Unreadable(_("This cannot be read."))
        file = self.cleaned_data.get("file")
        if file is not None:
            if file.size > LARGEST:
                raise Unreadable(_("This file is too large: 2 MB at most."))
            return read_file(file.read())
        return read_text(self.cleaned_data["text"])


@fills
def bring(request: HttpRequest, plan: Plan, index: int) -> HttpResponse:
    """Read the questions, say what cannot be taken over, and put the rest into the plan as a quiz."""
    phase = edits.phase_at(PlanDocument.from_json(newest(plan).document), index)
    context: dict[str, Any] = {"plan": plan, "index": index, "phase": phase}
    if request.method != "POST":
        return render(request, "quiz/bring.html", {**context, "form": BringForm()})
    form = BringForm(request.POST, request.FILES)
    try:
        found = form.read()
    except Unreadable as wrong:
        return render(request, "quiz/bring.html", {**context, "form": form, "wrong": str(wrong)}, status=UNREADABLE)
    if not found.questions or (found.problems and request.POST.get("do") != "take"):
        return _shown(request, context, form, found)
    title = form.cleaned_data["title"].strip() or _("Quiz")
    spec = ActivitySpec(kind=Quiz.slug, title=title, questions=tuple(found.questions))
    said = ngettext("%(n)d question is in “%(phase)s”.", "%(n)d questions are in “%(phase)s”.", len(found.questions))
    said = said % {"n": len(found.questions), "phase": phase.title}
    return change(request, plan, lambda now: edits.add_activity(now, index, spec), said, anchor=f"phase-{index}")


def _shown(request: HttpRequest, context: dict[str, Any], form: BringForm, found: Found) -> HttpResponse:
    """What was read and what was not, before anything is stored. The questions come back as GIFT in the text field."""
    text, _left_out = gift.write(found.questions) if found.questions else ("", [])
    again = BringForm(initial={"title": form.cleaned_data["title"], "text": text})
    context |= {"form": again, "found": found}
    return render(request, "quiz/bring.html", context, status=200 if found.questions else UNREADABLE)


@shows
def gift_file(request: HttpRequest, plan: Plan, key: str) -> HttpResponse:
    """A quiz of the plan as a GIFT file; what GIFT cannot say is named in comments."""
    del request
    spec = edits.place_of(PlanDocument.from_json(newest(plan).document), key).spec
    if spec.kind != Quiz.slug:
        raise Http404
    text, left_out = gift.write(spec.questions)
    notes = "".join(f"// {_('Left out: %s') % ' '.join(prompt.split())}\n" for prompt in left_out)
    response = HttpResponse(notes + text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(spec.title)[:60] or "quiz"}.gift.txt"'
    return response
