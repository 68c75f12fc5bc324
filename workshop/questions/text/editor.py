"""The form in which staff write an open question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class TextEditor(EditorForm):
    """How answers are shown, how long they may be, whether they wait."""

    show = forms.ChoiceField(label=_("Show answers as"), choices=[("list", _("a list")), ("words", _("a word cloud"))])
    words = forms.IntegerField(
        label=_("Words per person in the cloud"), min_value=1, max_value=10, required=False, initial=3
    )
    long = forms.BooleanField(label=_("Room for a longer text"), required=False)
    hold = forms.BooleanField(label=_("Wait until I show each answer"), required=False, initial=True)
    #: Kept as it was: a limit that a plan's text sets has no field of its own.
    longest = forms.IntegerField(min_value=1, max_value=5_000, required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        return {"show": "list", "words": 3, "long": False, "hold": True, **config}

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {}
        if data["show"] == "words":
            config["show"] = "words"
            if data["words"] not in (None, 3):
                config["words"] = data["words"]
        if data["long"]:
            config["long"] = True
        if not data["hold"]:
            config["hold"] = False
        if data["longest"]:
            config["longest"] = data["longest"]
        return config
