"""The form in which staff write a question for a cloud of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json
from workshop.questions.options import lines_of
from workshop.questions.words.spelling import LONGEST

MOST_WORDS = 10
MOST_BANNED = 200


class WordsEditor(EditorForm):
    """How many words, whether they wait, and which never stand in the cloud."""

    words = forms.IntegerField(
        label=_("Words per person"), min_value=1, max_value=MOST_WORDS, required=False, initial=3
    )
    hold = forms.BooleanField(label=_("Wait until I show each answer"), required=False, initial=True)
    polite = forms.BooleanField(
        label=_("Leave out rude words"),
        required=False,
        initial=True,
        help_text=_("Word lists of many languages, read after case, accents and look-alike letters."),
    )
    ban = forms.CharField(
        label=_("Words that never appear, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=MOST_BANNED * (LONGEST + 2),
        help_text=_("For instance the topic itself, which everybody would write."),
    )

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        return {"words": 3, "hold": True, "polite": True, **config, "ban": "\n".join(config.get("ban") or ())}

    def clean_ban(self) -> list[str]:
        """The lines."""
        lines = lines_of(self.cleaned_data["ban"])
        if len(lines) > MOST_BANNED or any(len(line) > LONGEST for line in lines):
            raise forms.ValidationError(
                _("At most %(n)d words of %(m)d characters.") % {"n": MOST_BANNED, "m": LONGEST}
            )
        return lines

    def config(self) -> dict[str, Json]:
        """The config without what it would be anyway."""
        data = self.cleaned_data
        config: dict[str, Json] = {}
        if data["words"] not in (None, 3):
            config["words"] = data["words"]
        if not data["hold"]:
            config["hold"] = False
        if not data["polite"]:
            config["polite"] = False
        if data["ban"]:
            config["ban"] = data["ban"]
        return config
