"""The form in which staff bring their slides: a PDF, and where the activities between its pages come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from workshop.content.slides.decks import keep, key_of, tidy_name
from workshop.content.slides.pdf import MOST_BYTES, Picture, draw
from workshop.kinds import EditorForm, Json, Refused

if TYPE_CHECKING:
    from workshop.plans.models import Plan


class SlidesEditor(EditorForm):
    """The PDF is drawn while the form is checked, so that what is wrong with it stands beside the field. It is stored
    by ``keep``, once everything else is right too."""

    pdf = forms.FileField(
        label=_("Slides as PDF"),
        required=False,
        help_text=_("At most 20 MB and 300 pages. Export your presentation as PDF first."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    at = forms.CharField(
        label=_("Activities come after pages"),
        required=False,
        help_text=_("Page numbers in the order of the activities inside, for instance: 3, 5."),
    )
    deck = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    pages = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    _drawn: tuple[bytes, list[Picture]] | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        name, pages = self["name"].value(), self["pages"].value()
        if name and pages:
            text = _("Now: %(name)s, %(pages)s pages. Choose a file to replace it.")
            self.fields["pdf"].help_text = str(text) % {"name": name, "pages": pages}

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The stored config with its page numbers on one line."""
        return {**config, "at": ", ".join(str(page) for page in config.get("at") or [])}

    def clean_at(self) -> list[int]:
        """Page numbers, separated by commas or blanks."""
        words = str(self.cleaned_data["at"]).replace(",", " ").replace(";", " ").split()
        if not all(word.isdecimal() and 0 < int(word) <= 10_000 for word in words):  # noqa: PLR2004 - as in SlidesConfig
            raise forms.ValidationError(_("Please give page numbers, for instance: 3, 5."))
        return [int(word) for word in words]

    def clean_pdf(self) -> UploadedFile | None:
        """Draw the pages; nothing is stored yet."""
        file: UploadedFile | None = self.cleaned_data["pdf"]
        if not file:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB. Please export it in a smaller size."))
        data = file.read()
        try:
            self._drawn = (data, draw(data))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.message)) from None
        return file

    def keep(self, plan: Plan) -> None:
        """Store the pages that were drawn in the plan that the activity belongs to."""
        if self._drawn is not None:
            data, pictures = self._drawn
            keep(plan, data, self.cleaned_data["pdf"].name or "", pictures)

    def config(self) -> dict[str, Json]:
        """The config: the new deck, or the one there was."""
        values = self.cleaned_data
        config: dict[str, Json] = {"at": values["at"]} if values["at"] else {}
        if self._drawn is not None:
            data, pictures = self._drawn
            name = tidy_name(values["pdf"].name or "")
            return {**config, "deck": key_of(data), "pages": len(pictures), "name": name}
        if values["deck"]:
            config |= {"deck": values["deck"], "pages": values["pages"] or 0, "name": values["name"]}
        return config
