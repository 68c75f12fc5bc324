"""The form in which staff write a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json
from workshop.questions.marking import MarkedEditor
from workshop.questions.option_editor import OptionsEditor
from workshop.questions.options import MOST, lines_of
from workshop.questions.ranking.config import RankingConfig


class RankingEditor(OptionsEditor, MarkedEditor):
    """Options one a line, how many of them are placed, and their right order where there is one."""

    top = forms.IntegerField(
        label=_("Place only the best …"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("For instance 3. Empty: everybody puts all of them in order."),
    )
    right = forms.CharField(
        label=_("Right order, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("As written above, in another order; leave empty when there is no right or wrong"),
    )
    field_order = ("options", "top", "right", "points", "explanation", "options_before")

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        if not config.get("options"):
            return {}
        known = RankingConfig.model_validate(config)
        text_of = {option.id: option.text for option in known.options}
        return {
            **cls.initial_list(known.options, known.retired),
            "top": known.top,
            "right": "\n".join(text_of[name] for name in known.right),
            **cls.initial_marks(config),
        }

    def clean(self) -> dict[str, Any]:
        """No more places than options; a right order names each place once."""
        cleaned: dict[str, Any] = super().clean() or {}
        options, top = cleaned.get("options"), cleaned.get("top")
        if options and top and top > len(options):
            self.add_error("top", _("There are only %d options.") % len(options))
        elif options:
            self._check_right(options, lines_of(cleaned.get("right") or ""), top or len(options))
        return cleaned

    def _check_right(self, options: list[str], right: list[str], places: int) -> None:
        unknown = [line for line in right if line not in options]
        if unknown:
            self.add_error("right", _("“%s” is not one of the options.") % unknown[0])
        elif right and len(right) != places:
            self.add_error("right", _("Please name all %d places.") % places)

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        top, right = self.cleaned_data["top"], lines_of(self.cleaned_data["right"])
        body = {**self.listed(), **({"top": top} if top else {}), **({"right": right} if right else {}), **self.marks()}
        if right and not isinstance(body["options"][0], str):
            body["right"] = RankingConfig.model_validate(body).right
        return body
