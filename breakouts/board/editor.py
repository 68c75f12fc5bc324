"""The form in which staff describe a board: plain words, one column a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from breakouts.board.config import MOST_CARDS, MOST_COLUMNS
from workshop.kinds import EditorForm, Json

WHO = (
    ("members", _("Everybody in the group")),
    ("own", _("Whoever wrote the card")),
    ("staff", _("Facilitators only")),
)


class BoardEditor(EditorForm):
    """Columns are typed one a line; their order is their number, so a title can be reworded at any time."""

    prompt = forms.CharField(
        label=_("What should the groups do?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    columns = forms.CharField(
        label=_("Columns"),
        help_text=_("One a line, for instance: Saves money / Saves time / Leaves us cold."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    add = forms.ChoiceField(label=_("Who may add cards"), choices=(WHO[0], WHO[2]), initial="members")
    move = forms.ChoiceField(label=_("Who may move cards"), choices=WHO, initial="members")
    edit = forms.ChoiceField(label=_("Who may change and remove cards"), choices=WHO, initial="own")
    max_cards = forms.IntegerField(
        label=_("Cards on one board, at most"), min_value=1, max_value=MOST_CARDS, initial=MOST_CARDS
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The stored config with its columns one a line."""
        return {**config, "columns": "\n".join(config.get("columns") or [])}

    def clean_columns(self) -> list[str]:
        """The columns, tidied; at least one and at most eight."""
        lines = [" ".join(line.split()) for line in str(self.cleaned_data["columns"]).splitlines()]
        columns = [line for line in lines if line]
        if not 1 <= len(columns) <= MOST_COLUMNS:
            raise forms.ValidationError(_("A board has one to eight columns."))
        if any(len(column) > 80 for column in columns):  # noqa: PLR2004 - the limit of ColumnTitle
            raise forms.ValidationError(_("A column's title has at most 80 characters."))
        return columns
