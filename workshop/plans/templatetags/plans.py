"""Filters of the plan pages."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from workshop.kinds import activity_kinds, question_kinds
from workshop.plans.clock import length_text
from workshop.plans.markdown import to_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown source as safe HTML."""
    return to_html(text)


@register.filter
def minutes(number: int) -> str:
    """Minutes as people say them."""
    return length_text(number)


@register.filter
def length_of(items: Sized) -> int:
    """How many, as a number that ``blocktranslate count`` takes."""
    return len(items)


@register.filter
def kind_label(slug: str) -> str:
    """What a kind of activity is called; its slug when it is not installed."""
    return str(activity_kinds.get(slug).label) if slug in activity_kinds else slug


@register.filter
def kind_icon(slug: str) -> str:
    """The name of the picture of a kind of activity."""
    return activity_kinds.get(slug).icon if slug in activity_kinds else "note"


@register.filter
def question_label(slug: str) -> str:
    """What a kind of question is called; its slug when it is not installed."""
    return str(question_kinds.get(slug).label) if slug in question_kinds else slug


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget of a field with the classes of the design."""
    attrs: dict[str, Any] = {}
    if not isinstance(field.field.widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        attrs["class"] = "input"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def looks(field: BoundField) -> str:
    """How a field is laid out: ``switch``, ``options`` (a group with a legend) or ``input``."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    return "switch" if isinstance(widget, forms.CheckboxInput) else "input"


@register.filter
def grouped(code: str) -> str:
    """A join code in groups that people read aloud: ``418 205``, ``4182 0533``."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}" if code else ""
