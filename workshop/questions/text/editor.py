"""The form in which staff write an open question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class TextEditor(EditorForm):
    """How long answers may be, and whether they wait."""

    long = forms.BooleanField(
        label=_("Room for a longer text"), required=False, help_text=_("Up to 2,000 characters instead of 280.")
    )
    hold = forms.BooleanField(label=_("Wait until I show each answer"), required=False, initial=True)
    #: Kept as it was: a limit that a plan's text sets has no field of its own.
    longest = forms.IntegerField(min_value=1, max_value=5_000, required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        return {"long": False, "hold": True, **config}

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {}
        if data["long"]:
            config["long"] = True
        if not data["hold"]:
            config["hold"] = False
        if data["longest"]:
            config["longest"] = data["longest"]
        return config
