"""The form in which staff write a rating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json

_END = 60


class RatingEditor(EditorForm):
    """Stars or a score, and the words at both ends."""

    show = forms.ChoiceField(
        label=_("Rate with"),
        choices=[("stars", _("stars")), ("nps", _("0 to 10, with the score of promoters and detractors"))],
        initial="stars",
        required=False,
    )
    points = forms.TypedChoiceField(
        label=_("Stars"),
        coerce=int,
        choices=[(number, str(number)) for number in range(3, 11)],
        initial=5,
        required=False,
    )
    low = forms.CharField(label=_("Words at the low end"), required=False, max_length=_END)
    high = forms.CharField(label=_("Words at the high end"), required=False, max_length=_END)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        low, high = [*config.get("ends", ("", "")), "", ""][:2]
        return {"show": config.get("show", "stars"), "points": config.get("points", 5), "low": low, "high": high}

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {}
        if data["show"] == "nps":
            config["show"] = "nps"
        elif data["points"] not in ("", 5):
            config["points"] = data["points"]
        if data["low"] or data["high"]:
            config["ends"] = [data["low"], data["high"]]
        return config
