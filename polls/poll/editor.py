"""The form for what a poll has beside its question."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class PollEditor(EditorForm):
    """What stands above the question and when its result is shown; the question has a form of its own."""

    intro = forms.CharField(
        label=_("A sentence before the question"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    results_from = forms.IntegerField(
        label=_("The room sees results from so many answers on"),
        required=False,
        min_value=0,
        max_value=500,
        help_text=_("Empty: from the first"),
    )
    one_per_table = forms.BooleanField(
        label=_("One phone answers for a whole table"),
        required=False,
        help_text=_("It says for how many people; left empty, for those of its group"),
    )

    def config(self) -> dict[str, Json]:
        """Without what is empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}
