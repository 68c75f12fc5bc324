"""The form in which staff ask for a number."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json, Refused
from workshop.questions.marking import MarkedEditor
from workshop.questions.numeric.config import LIMIT, NumericConfig
from workshop.questions.numeric.numbers import read, written


class NumberField(forms.CharField):
    """A number with a comma or a point."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=40, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Decimal | None:
        """The number, None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = read(text)
        except Refused as no:
            raise forms.ValidationError(str(no.message)) from None
        if abs(number) > LIMIT:
            raise forms.ValidationError(_("This number is too large."))
        return number


class NumericEditor(MarkedEditor):
    """Unit, limits, steps, and the right value where there is one."""

    unit = forms.CharField(label=_("Unit"), max_length=12, required=False, help_text=_("For instance: %, €, hours"))
    min = NumberField(label=_("From"), help_text=_("Empty: no limit"))
    max = NumberField(label=_("To"), help_text=_("Empty: no limit"))
    step = NumberField(label=_("In steps of"), help_text=_("1 for whole numbers. Empty: any number"))
    right = NumberField(label=_("Right value"), help_text=_("Leave empty when there is no right or wrong"))
    tolerance = NumberField(label=_("Right too when it is not further away than"))

    field_order = ("unit", "min", "max", "step", "right", "tolerance", "points", "explanation")

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        known = NumericConfig.model_validate(dict(config))
        numbers = {name: getattr(known, name) for name in ("min", "max", "step", "right")}
        numbers["tolerance"] = known.tolerance or None
        marks = cls.initial_marks(config)
        return {**marks, "unit": known.unit, **{name: None if n is None else written(n) for name, n in numbers.items()}}

    def clean(self) -> dict[str, Any]:
        """What depends on several fields."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        low, high, right = cleaned["min"], cleaned["max"], cleaned["right"]
        if low is not None and high is not None and low >= high:
            self.add_error("max", _("“To” must be more than “from”."))
        elif right is not None and ((low is not None and right < low) or (high is not None and right > high)):
            self.add_error("right", _("The right value does not lie between both limits."))
        if cleaned["step"] is not None and cleaned["step"] <= 0:
            self.add_error("step", _("A step must be more than 0."))
        if cleaned["tolerance"] is not None and (cleaned["tolerance"] < 0 or right is None):
            self.add_error("tolerance", _("This needs a right value, and must not be less than 0."))
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway; numbers as a plan's text writes them."""
        data = self.cleaned_data
        numbers = {name: plain(data[name]) for name in ("min", "max", "step", "right") if data[name] is not None}
        tolerance = {"tolerance": plain(data["tolerance"])} if data["tolerance"] else {}
        return {**({"unit": data["unit"]} if data["unit"] else {}), **numbers, **tolerance, **self.marks()}


def plain(number: Decimal) -> int | float:
    """The number for YAML and JSON: read back, its shortest decimal is the same."""
    text = written(number)
    return float(text) if "." in text else int(text)
