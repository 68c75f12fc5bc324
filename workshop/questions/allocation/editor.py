"""The form in which staff write an allocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json
from workshop.questions.allocation.config import MOST_DOTS, MOST_POINTS, AllocationConfig
from workshop.questions.option_editor import OptionsEditor


class AllocationEditor(OptionsEditor):
    """Options one a line, what is shared out, and how much of it."""

    give = forms.ChoiceField(
        label=_("Everybody gives"),
        choices=[("points", _("points, all of them")), ("dots", _("dots, as many as one likes"))],
        initial="points",
        required=False,
    )
    total = forms.IntegerField(
        label=_("How many each"),
        required=False,
        min_value=1,
        max_value=MOST_POINTS,
        help_text=_("Empty: 100 points, or 3 dots"),
    )
    max = forms.IntegerField(
        label=_("At most for one option"), required=False, min_value=1, max_value=MOST_POINTS, help_text=_("Empty: all")
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not config.get("options"):
            return {name: config[name] for name in ("give", "total", "max") if name in config}
        known = AllocationConfig.model_validate(config)
        about = {"give": known.give, "total": known.total, "max": known.max}
        return {**cls.initial_list(known.options, known.retired), **about}

    def clean(self) -> dict[str, Any]:
        """What depends on several fields."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        dots = cleaned["give"] == "dots"
        total, most = cleaned["total"] or (3 if dots else 100), cleaned["max"]
        if dots and total > MOST_DOTS:
            self.add_error("total", _("At most %d dots, please.") % MOST_DOTS)
        if most is not None and most > total:
            self.add_error("max", _("Each has only %d to give.") % total)
        elif most is not None and not dots and most * len(cleaned["options"]) < total:
            self.add_error("max", _("With so few for each option nobody could give all %d away.") % total)
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        dots = data["give"] == "dots"
        config = self.listed()
        if dots:
            config["give"] = "dots"
        if data["total"] not in (None, 3 if dots else 100):
            config["total"] = data["total"]
        if data["max"] not in (None, data["total"] or (3 if dots else 100)):
            config["max"] = data["max"]
        return config
