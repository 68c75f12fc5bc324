"""The form for what a form has beside its questions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class FormEditor(EditorForm):
    """A sentence above the questions; each question has a form of its own."""

    intro = forms.CharField(
        label=_("A sentence before the questions"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def config(self) -> dict[str, Json]:
        """Without what is empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}
