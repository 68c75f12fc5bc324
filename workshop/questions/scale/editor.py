"""The form in which staff write a scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json


class ScaleEditor(EditorForm):
    """Number of points and the words at both ends."""

    points = forms.TypedChoiceField(
        label=_("Points"), coerce=int, choices=[(number, str(number)) for number in range(2, 12)], initial=5
    )
    start = forms.TypedChoiceField(label=_("Counts from"), coerce=int, choices=[(1, "1"), (0, "0")], initial=1)
    low = forms.CharField(label=_("Words at the low end"), required=False, max_length=80)
    high = forms.CharField(label=_("Words at the high end"), required=False, max_length=80)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        low, high = [*config.get("labels", ("", "")), "", ""][:2]
        return {"points": config.get("points", 5), "start": config.get("start", 1), "low": low, "high": high}

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {"points": data["points"]}
        if data["start"] != 1:
            config["start"] = data["start"]
        if data["low"] or data["high"]:
            config["labels"] = [data["low"], data["high"]]
        return config
