"""The form in which staff write a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json
from workshop.questions.option_editor import OptionsEditor
from workshop.questions.options import MOST
from workshop.questions.ranking.config import RankingConfig


class RankingEditor(OptionsEditor):
    """Options one a line, and how many of them are placed."""

    top = forms.IntegerField(
        label=_("Place only the best …"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("For instance 3. Empty: everybody puts all of them in order."),
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not config.get("options"):
            return {}
        known = RankingConfig.model_validate(config)
        return {**cls.initial_list(known.options, known.retired), "top": known.top}

    def clean(self) -> dict[str, Any]:
        """No more places than options."""
        cleaned: dict[str, Any] = super().clean() or {}
        options, top = cleaned.get("options"), cleaned.get("top")
        if options and top and top > len(options):
            self.add_error("top", _("There are only %d options.") % len(options))
        return cleaned

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        top = self.cleaned_data["top"]
        return {**self.listed(), **({"top": top} if top else {})}
