"""The form for what a quiz has beside its questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.quiz.config import QuizConfig
from workshop.kinds import EditorForm, Json


class QuizEditor(EditorForm):
    """Review, and the three things that make a race of it, all off."""

    intro = forms.CharField(
        label=_("A sentence before the questions"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    partial = forms.BooleanField(
        label=_("A part of the points for a partly right answer"), required=False, initial=True
    )
    review = forms.BooleanField(label=_("Everybody sees the right answers at the end"), required=False, initial=True)
    leaderboard = forms.BooleanField(label=_("Show who has most points"), required=False)
    teams = forms.BooleanField(label=_("Show which group has most points"), required=False)
    time_bonus = forms.BooleanField(label=_("More points for fast answers"), required=False)
    seconds = forms.IntegerField(
        label=_("Seconds for a question"), min_value=5, max_value=600, initial=30, help_text=_("For fast answers only")
    )

    @classmethod
    def initial_for(cls, config: Any) -> dict[str, Any]:
        """The stored config, with what it does not say."""
        return QuizConfig.model_validate(dict(config)).model_dump()

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        return QuizConfig.model_validate(self.cleaned_data).model_dump(exclude_defaults=True)
