"""What a question with a right answer carries beside it: points, and why it is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from workshop.kinds import EditorForm, Json, KindConfig

#: Characters of an explanation at most.
LONGEST = 1_000


class Marked(KindConfig):
    """``points`` for the right answer; ``explanation`` is shown with it."""

    points: float = Field(default=1, ge=0, le=100)
    explanation: str = Field(default="", max_length=LONGEST)


class MarkedEditor(EditorForm):
    """The fields for both, last in a kind's editor."""

    points = forms.FloatField(
        label=_("Points for the right answer"), required=False, min_value=0, max_value=100, initial=1
    )
    explanation = forms.CharField(
        label=_("Why it is right"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown with the right answer"),
    )

    @classmethod
    def initial_marks(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """Initial values of both."""
        return {"points": config.get("points", 1), "explanation": config.get("explanation", "")}

    def marks(self) -> dict[str, Json]:
        """Both as they stand in a config, without what they would be anyway; call after ``is_valid``."""
        points, explanation = self.cleaned_data["points"], self.cleaned_data["explanation"]
        found: dict[str, Json] = {} if points in (None, 1) else {"points": points}
        return found | ({"explanation": explanation} if explanation else {})


def points_of(config: Any) -> float:
    """What the right answer of a question is worth."""
    return float(getattr(config, "points", 1))


def explanation_of(config: Any) -> str:
    """Why it is right, '' when nothing is said."""
    return str(getattr(config, "explanation", ""))
