"""The part of an editor in which staff write a list, one option a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshop.kinds import EditorForm, Json
from workshop.questions.options import LONGEST, MOST, Option, as_written, edited, lines_of, recalled, remembered


def lines_field(label: Any, rows: int = 6, **more: Any) -> forms.CharField:
    """A field for a list, one line each."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=MOST * LONGEST, **more)


def memory_field() -> forms.CharField:
    """The hidden field beside it: the lines with their ids as the form was opened."""
    return forms.CharField(widget=forms.HiddenInput, required=False)


def clean_lines(text: str, least: int = 2) -> list[str]:
    """The lines, without bullets and doubles. Raises ValidationError when there are too few or too many."""
    lines = lines_of(text)
    if len(lines) < least:
        raise forms.ValidationError(
            _("Please write at least two lines.") if least > 1 else _("Please write at least one line.")
        )
    if len(lines) > MOST:
        raise forms.ValidationError(_("These are too many lines: at most %d.") % MOST)
    return lines


def kept(memory: str, lines: list[str], name: str = "options", gone: str = "retired") -> dict[str, Json]:
    """The part of a config that holds a list: ids of lines that stay are kept, those of lost ones retired."""
    before, retired = recalled(memory)
    options, left = edited(before, lines, retired)
    return {name: as_written(options, left), **({gone: left} if left else {})}


def opened(options: list[Option], retired: list[str], name: str = "options") -> dict[str, Any]:
    """Initial values of a list and of its memory ``<name>_before``."""
    return {name: "\n".join(option.text for option in options), f"{name}_before": remembered(options, retired)}


class OptionsEditor(EditorForm):
    """An editor that begins with a list of options."""

    options = lines_field(_("Options, one a line"))
    options_before = memory_field()

    def clean_options(self) -> list[str]:
        """The lines of the list."""
        return clean_lines(self.cleaned_data["options"])

    def listed(self) -> dict[str, Json]:
        """``options`` and ``retired`` of the config; call after ``is_valid``."""
        return kept(self.cleaned_data["options_before"], self.cleaned_data["options"])

    @classmethod
    def initial_list(cls, options: list[Option], retired: list[str]) -> Mapping[str, Any]:
        """Initial values of the list."""
        return opened(options, retired)
