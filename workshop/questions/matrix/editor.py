"""The form in which staff write a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json
from workshop.questions.matrix.config import MOST_CRITERIA, MOST_POINTS, MOST_ROWS, MatrixConfig
from workshop.questions.option_editor import kept, lines_field, memory_field, opened
from workshop.questions.options import lines_of

_END = 60


class MatrixEditor(EditorForm):
    """Rows one a line, criteria one a line, and the scale."""

    rows = lines_field(_("What is judged, one a line"), help_text=_("Statements, or what is compared"))
    rows_before = memory_field()
    criteria = lines_field(
        _("Criteria, one a line"),
        4,
        required=False,
        help_text=_("For instance: Price, Ease of use. Empty: each line is judged as it stands."),
    )
    criteria_before = memory_field()
    points = forms.TypedChoiceField(
        label=_("Points of the scale"),
        coerce=int,
        choices=[(number, str(number)) for number in range(2, MOST_POINTS + 1)],
        initial=5,
        required=False,
    )
    low = forms.CharField(label=_("Words at the low end"), max_length=_END, required=False)
    high = forms.CharField(label=_("Words at the high end"), max_length=_END, required=False)
    words = lines_field(
        _("Or words for every point, one a line"), 4, required=False, help_text=_("From the lowest to the highest")
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not config.get("rows"):
            return {"points": config.get("points", 5)}
        known = MatrixConfig.model_validate(config)
        return {
            **opened(known.rows, known.retired, "rows"),
            **opened(known.criteria, known.retired_criteria, "criteria"),
            "points": known.points,
            "low": known.ends[0],
            "high": known.ends[1],
            "words": "\n".join(known.words),
        }

    def clean_rows(self) -> list[str]:
        """The lines of the list."""
        return _lines(self.cleaned_data["rows"], MOST_ROWS)

    def clean_criteria(self) -> list[str]:
        """The lines of the list."""
        return _lines(self.cleaned_data["criteria"], MOST_CRITERIA)

    def clean_words(self) -> list[str]:
        """As many as a scale may have points, or none."""
        lines = lines_of(self.cleaned_data["words"], _END)
        if lines and not 2 <= len(lines) <= MOST_POINTS:  # noqa: PLR2004 - a scale has two ends
            raise forms.ValidationError(_("Please write from two to %d lines, or none.") % MOST_POINTS)
        return lines

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway. Words for every point say how many points there are."""
        data = self.cleaned_data
        config = kept(data["rows_before"], data["rows"], "rows")
        criteria = kept(data["criteria_before"], data["criteria"], "criteria", "retired_criteria")
        config |= {name: value for name, value in criteria.items() if value}
        if data["words"]:
            return {**config, "words": data["words"]}
        if data["points"] not in (None, "", 5):
            config["points"] = data["points"]
        if data["low"] or data["high"]:
            config["ends"] = [data["low"], data["high"]]
        return config


def _lines(text: str, most: int) -> list[str]:
    lines = lines_of(text)
    if len(lines) > most:
        raise forms.ValidationError(_("These are too many lines: at most %d.") % most)
    return lines
