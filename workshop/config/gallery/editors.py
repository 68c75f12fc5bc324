"""The editor of a kind in the gallery: the fields of the plan's form with the preview beside them."""

from __future__ import annotations

from typing import Any

from workshop.kinds import QuestionKind, Specimen
from workshop.plans.common_form import QuestionForm
from workshop.plans.text import PlanDocument
from workshop.questions.previewing import draw

PREFIX = "q0"


def context(kind: QuestionKind, specimen: Specimen, state: str) -> dict[str, Any]:
    """Filled in, empty, or sent without anything."""
    empty = state != "filled"
    about = {"kind": kind.slug, "prompt": "" if empty else specimen.prompt}
    initial = kind.Editor.initial_for({} if empty else specimen.config)
    sent: Any = {} if state == "mistakes" else None
    form = kind.Editor(sent, prefix=f"{PREFIX}-c", initial=initial)
    question = QuestionForm(sent, prefix=PREFIX, initial=about, document=PlanDocument(title=""))
    preview = None if empty else draw(kind, specimen.config, specimen.prompt, "pseudonymous")
    return {"form": form, "question": question, "preview": preview}
