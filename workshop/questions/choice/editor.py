"""The form in which staff write a choice question: options one a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json
from workshop.questions.choice.config import MOST_OPTIONS, ChoiceConfig, shortest
from workshop.questions.marking import MarkedEditor
from workshop.questions.options import LONGEST, edited, lines_of, recalled, remembered


class ChoiceEditor(MarkedEditor):
    """Options pasted one a line; the ids behind them stay with their lines."""

    options = forms.CharField(
        label=_("Options, one a line"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=MOST_OPTIONS * LONGEST,
    )
    multiple = forms.BooleanField(label=_("Several may be chosen"), required=False)
    max = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=1,
        max_value=MOST_OPTIONS,
        help_text=_("Empty: as many as one likes"),
    )
    min = forms.IntegerField(label=_("At least"), required=False, min_value=1, max_value=MOST_OPTIONS)
    other = forms.BooleanField(label=_("Allow an answer in one's own words"), required=False)
    right = forms.CharField(
        label=_("Right answers, one a line"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("As written above; leave empty when there is no right or wrong"),
    )
    field_order = ("options", "multiple", "max", "min", "other", "right", "points", "explanation", "before")
    #: The options with their ids as the form was opened.
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not config.get("options"):
            return {}
        known = ChoiceConfig.model_validate(config)
        text_of = {option.id: option.text for option in known.options}
        return {
            "options": "\n".join(text_of.values()),
            "multiple": known.multiple,
            "min": known.min if known.multiple else None,
            "max": known.max,
            "other": known.other,
            "right": "\n".join(text_of[name] for name in known.right),
            "before": remembered(known.options, known.retired),
            **cls.initial_marks(config),
        }

    def clean_options(self) -> list[str]:
        """The lines, without bullets and doubles."""
        lines = lines_of(self.cleaned_data["options"])
        if len(lines) < 2:  # noqa: PLR2004 - a choice
            raise forms.ValidationError(_("Please write at least two options."))
        if len(lines) > MOST_OPTIONS:
            raise forms.ValidationError(_("These are too many options: at most %d.") % MOST_OPTIONS)
        return lines

    def clean(self) -> dict[str, Any]:
        """Check what depends on several fields by the config itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        unknown = [line for line in lines_of(cleaned["right"]) if line not in cleaned["options"]]
        if unknown:
            self.add_error("right", _("“%s” is not one of the options.") % unknown[0])
        most = len(cleaned["options"]) + bool(cleaned["other"])
        least, top = cleaned["min"] or 1, cleaned["max"]
        if cleaned["multiple"] and (least > most or (top is not None and top < least)):
            self.add_error("max", _("“At least” and “at most” do not fit together."))
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config with the ids of the lines that were there before."""
        data = self.cleaned_data
        before, retired = recalled(data["before"])
        options, gone = edited(before, data["options"], retired)
        several = {"min": data["min"] or 1, "max": data["max"]} if data["multiple"] else {}
        return shortest(
            ChoiceConfig(
                options=options,
                multiple=data["multiple"],
                other=data["other"],
                right=lines_of(data["right"]),
                retired=gone,
                **several,
                **self.marks(),
            )
        )
