"""A plan as its pages show and change it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from workshop.plans.models import Plan
from workshop.plans.offers import Offer, offers_for
from workshop.plans.text import PlanDocument

HTMX = {"HX-Request": "true"}


def document_of(plan: Plan) -> PlanDocument:
    plan.refresh_from_db()
    assert plan.current
    return PlanDocument.from_json(plan.current.document)


def number_of(plan: Plan) -> int:
    plan.refresh_from_db()
    assert plan.current
    return plan.current.number


def at(name: str, plan: Plan, *args: Any) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *args])


def offers(plan: Plan) -> list[Offer]:
    plan.refresh_from_db()
    return offers_for(document_of(plan), plan.settled_proposals)


def titles(plan: Plan, phase: int) -> list[str]:
    return [spec.title for spec in document_of(plan).phases[phase].activities]


def form_of(answer: Any) -> dict[str, Any]:
    """What a browser would post: the values of the page's form as the server drew them."""
    editor = answer.context["editor"]
    data: dict[str, Any] = {"base": answer.context["number"], "do": "save", "q": [q.token for q in editor.questions]}
    forms = [editor.common, editor.config, *(f for q in editor.questions for f in (q.form, q.config))]
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False, ""):
                data[field.html_name] = "on" if value is True else value
    for question in editor.questions:
        data[f"q{question.token}-was"] = question.kind
    return data
