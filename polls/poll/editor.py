"""The form for what a poll has beside its question."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class PollEditor(EditorForm):
    """A sentence above the question; the question has a form of its own."""

    intro = forms.CharField(
        label=_("A sentence before the question"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def config(self) -> dict[str, Json]:
        """Without what is empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}
