"""The form in which staff describe a pulse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.pulse.config import LONGEST, MOST_REACTIONS, PulseConfig
from workshop.kinds import EditorForm, Json


class PulseEditor(EditorForm):
    """A question that stands the whole time, and signs to tap."""

    question = forms.CharField(
        label=_("A question that stays"),
        required=False,
        max_length=200,
        help_text=_("For instance: How is the pace? Empty: reactions alone"),
    )
    low = forms.CharField(label=_("Words at the low end"), required=False, max_length=40)
    high = forms.CharField(label=_("Words at the high end"), required=False, max_length=40)
    reactions = forms.CharField(
        label=_("Reactions"),
        required=False,
        max_length=200,
        help_text=_("Signs with a space between them, up to eight"),
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The stored config with its signs in one line."""
        known = PulseConfig.model_validate(dict(config))
        return {**known.model_dump(), "reactions": " ".join(known.reactions)}

    def clean_reactions(self) -> list[str]:
        """The signs, each once."""
        signs = list(dict.fromkeys(str(self.cleaned_data["reactions"]).split()))
        if len(signs) > MOST_REACTIONS:
            raise forms.ValidationError(_("At most eight reactions."))
        if any(len(sign) > LONGEST for sign in signs):
            raise forms.ValidationError(_("A reaction is one sign or a short word."))
        return signs

    def clean(self) -> dict[str, Any]:
        """Something must be there to tap."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned["question"] and not cleaned["reactions"]:
            self.add_error("question", _("Please write a question, or give some reactions."))
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        return PulseConfig.model_validate(self.cleaned_data).model_dump(exclude_defaults=True)
