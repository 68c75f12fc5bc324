"""The form in which staff describe a round of questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.qa.config import MOST_CATEGORIES
from workshop.kinds import EditorForm, Json

CATEGORY_LENGTH = 40


class QAEditor(EditorForm):
    """Categories are typed one a line; their order is their number, so a title can be reworded at any time."""

    prompt = forms.CharField(
        label=_("What may people ask about?"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    moderation = forms.BooleanField(
        label=_("Questions wait until somebody approves them"), required=False, initial=True
    )
    words = forms.ChoiceField(
        label=_("A rude word, a phone number or an address in a question"),
        choices=(("hold", _("waits for approval")), ("hide", _("is hidden")), ("show", _("is shown like any other"))),
        initial="hold",
    )
    nameless = forms.BooleanField(label=_("People may ask without their name"), required=False, initial=True)
    stories = forms.BooleanField(label=_("People may add “I have a story”"), required=False, initial=True)
    votes = forms.BooleanField(label=_("People vote for questions"), required=False, initial=True)
    categories = forms.CharField(
        label=_("Categories"),
        help_text=_("One a line; leave it empty for none."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    longest = forms.IntegerField(label=_("Characters of a question, at most"), min_value=40, max_value=600, initial=280)

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The stored config with its categories one a line."""
        switches = dict.fromkeys(("moderation", "nameless", "stories", "votes"), True)
        return {**switches, **config, "categories": "\n".join(config.get("categories") or [])}

    def clean_categories(self) -> list[str]:
        """The categories, tidied."""
        lines = [" ".join(line.split()) for line in str(self.cleaned_data["categories"]).splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_CATEGORIES:
            raise forms.ValidationError(_("At most eight categories."))
        if any(len(line) > CATEGORY_LENGTH for line in found):
            raise forms.ValidationError(_("A category has at most 40 characters."))
        return found

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        usual = {"prompt": "", "moderation": True, "words": "hold", "nameless": True, "stories": True, "votes": True}
        usual |= {"categories": [], "longest": 280}
        return {name: value for name, value in self.cleaned_data.items() if value != usual.get(name)}
