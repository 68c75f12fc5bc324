"""The form in which staff write a question with yes and no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class YesNoEditor(EditorForm):
    """Whether one may abstain, the right answer, and other words for yes and no."""

    abstain = forms.BooleanField(
        label=_("Offer “I abstain”"),
        required=False,
        initial=True,
        help_text=_("Abstentions are counted apart: shares are of those who said yes or no."),
    )
    right = forms.ChoiceField(
        label=_("Right answer"),
        required=False,
        choices=[("", _("There is no right or wrong")), ("yes", _("Yes")), ("no", _("No"))],
    )
    yes = forms.CharField(label=_("Another word for “Yes”"), required=False, max_length=40)
    no = forms.CharField(label=_("Another word for “No”"), required=False, max_length=40)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        return {"abstain": True, "right": "", "yes": "", "no": "", **config}

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {name: data[name].strip() for name in ("right", "yes", "no") if data[name].strip()}
        return config if data["abstain"] else {**config, "abstain": False}
