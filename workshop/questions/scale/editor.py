"""The form in which staff write a scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json
from workshop.questions.scale.sets import SETS

LONGEST = 80
MOST = 11


class ScaleEditor(EditorForm):
    """Number of points, and words: a ready-made set, those at both ends, or one for each point."""

    set = forms.ChoiceField(
        label=_("Ready-made answers"),
        required=False,
        choices=[
            ("", _("None: numbers with my own words")),
            *((name, label) for name, (label, _words) in SETS.items()),
        ],
    )
    points = forms.TypedChoiceField(
        label=_("Points"), coerce=int, choices=[(number, str(number)) for number in range(2, MOST + 1)], initial=5
    )
    start = forms.TypedChoiceField(label=_("Counts from"), coerce=int, choices=[(1, "1"), (0, "0")], initial=1)
    low = forms.CharField(label=_("Words at the low end"), required=False, max_length=LONGEST)
    high = forms.CharField(label=_("Words at the high end"), required=False, max_length=LONGEST)
    each = forms.CharField(
        label=_("Or words for every point, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST * (LONGEST + 2),
        help_text=_("From the lowest to the highest; as many lines as there are points."),
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        labels = [str(label) for label in config.get("labels") or ()]
        points = int(config.get("points", 5))
        both = labels if len(labels) == 2 and points != 2 else []  # noqa: PLR2004 - both ends
        low, high = [*both, "", ""][:2]
        return {
            "set": config.get("set", ""),
            "points": points,
            "start": config.get("start", 1),
            "low": low,
            "high": high,
            "each": "" if both else "\n".join(labels),
        }

    def clean(self) -> dict[str, Any]:
        """One way of words, and as many as there are points."""
        cleaned: dict[str, Any] = super().clean() or {}
        lines = [line.strip() for line in cleaned.get("each", "").splitlines() if line.strip()]
        cleaned["each"] = lines
        if lines and len(lines) != cleaned.get("points"):
            self.add_error("each", _("There are as many lines needed as points."))
        elif any(len(line) > LONGEST for line in lines):
            self.add_error("each", _("At most %d characters a line.") % LONGEST)
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {"points": data["points"]}
        if data["start"] != 1:
            config["start"] = data["start"]
        if data["each"]:
            config["labels"] = data["each"]
        elif data["low"] or data["high"]:
            config["labels"] = [data["low"], data["high"]]
        elif data["set"]:
            config["set"] = data["set"]
        return config
