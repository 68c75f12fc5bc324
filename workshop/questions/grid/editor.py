"""The form in which staff write a plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json
from workshop.questions.grid.config import MOST_ITEMS, GridConfig
from workshop.questions.option_editor import kept, lines_field, memory_field, opened
from workshop.questions.options import lines_of

_END = 40
_CORNERS = 4


class GridEditor(EditorForm):
    """Two axes with their ends, items one a line, names of the quarters."""

    x = forms.CharField(label=_("From left to right"), max_length=60, help_text=_("For instance: Effort"))
    x_low = forms.CharField(label=_("Words at the left end"), max_length=_END, required=False)
    x_high = forms.CharField(label=_("Words at the right end"), max_length=_END, required=False)
    y = forms.CharField(label=_("From bottom to top"), max_length=60, help_text=_("For instance: Benefit"))
    y_low = forms.CharField(label=_("Words at the bottom"), max_length=_END, required=False)
    y_high = forms.CharField(label=_("Words at the top"), max_length=_END, required=False)
    items = lines_field(
        _("What is placed, one a line"), 4, required=False, help_text=_("Empty: everybody places one point.")
    )
    items_before = memory_field()
    corners = lines_field(
        _("Names of the quarters, one a line"),
        4,
        required=False,
        help_text=_("Top left, top right, bottom left, bottom right; or leave empty."),
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not (config.get("x") and config.get("y")):
            return {}
        known = GridConfig.model_validate(config)
        return {
            **opened(known.items, known.retired, "items"),
            "x": known.x,
            "x_low": known.x_ends[0],
            "x_high": known.x_ends[1],
            "y": known.y,
            "y_low": known.y_ends[0],
            "y_high": known.y_ends[1],
            "corners": "\n".join(known.corners or ()),
        }

    def clean_items(self) -> list[str]:
        """The lines of the list."""
        lines = lines_of(self.cleaned_data["items"])
        if len(lines) > MOST_ITEMS:
            raise forms.ValidationError(_("At most %d fit on one plane.") % MOST_ITEMS)
        return lines

    def clean_corners(self) -> list[str]:
        """Four names, or none."""
        lines = lines_of(self.cleaned_data["corners"], _END)
        if lines and len(lines) != _CORNERS:
            raise forms.ValidationError(_("Please write four lines, or none."))
        return lines

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {"x": data["x"], "y": data["y"]}
        for axis in ("x", "y"):
            ends = [data[f"{axis}_low"], data[f"{axis}_high"]]
            if any(ends):
                config[f"{axis}_ends"] = ends
        listed = kept(data["items_before"], data["items"], "items")
        config |= {name: value for name, value in listed.items() if value}
        if data["corners"]:
            config["corners"] = data["corners"]
        return config
