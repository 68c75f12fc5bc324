"""Tags of the control panel: forms that send one op each, the seats, plain numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workshop.live.codes import spaced
from workshop.live.hemicycle import MOST, PANEL, circles, hemicycle
from workshop.live.panel.room import EMPTY, share

register = template.Library()


@register.filter
def plain(value: Any) -> str:
    """A number as digits alone: no language's thousands separators inside an attribute."""
    return str(int(value))


@register.filter
def grouped(code: str) -> str:
    """A join code as it is read aloud: ``418 205``."""
    return spaced(code)


@register.simple_tag(takes_context=True)
def act(context: Context, name: str, _class: str = "", **fields: Any) -> SafeString:
    """Open a form that sends the op ``name`` with these values; the template closes it with ``</form>``.

    Without script it is posted; with script its values go through the socket, where those marked ``data-json`` are no
    texts.
    """
    return _form(context, name, fields, _class)


@register.simple_tag(takes_context=True)
def act_from(context: Context, step: Any, **attributes: str) -> SafeString:
    """Like ``act`` for a step that a query has worked out: its ``op`` and ``payload``."""
    return _form(context, step.op, step.payload, attributes.get("class", ""), attributes.get("id", ""))


@register.simple_tag(takes_context=True)
def switch(context: Context, name: str, is_on: bool, label: str, **fields: Any) -> SafeString:  # noqa: FBT001 - a template gives it by place
    """A switch that sends ``on`` turned round: a button, so that it works without script and never disagrees."""
    form = _form(context, name, {**fields, "on": not is_on}, "")
    return format_html(
        '{}<button class="switch" role="switch" aria-checked="{}"><i aria-hidden="true"></i> {}</button></form>',
        form, "true" if is_on else "false", label,
    )  # fmt: skip


def _form(context: Context, name: str, fields: dict[str, Any], css: str, key: str = "") -> SafeString:
    token = context.get("csrf_token")
    return format_html(
        '<form method="post" action="{}" data-op="{}" class="{}"{}>{}<input type="hidden" name="op" value="{}">{}',
        context.get("act_url") or "", name, css, format_html(' id="{}"', key) if key else "",
        format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else "",
        name, format_html_join("", '<input type="hidden" name="{}" value="{}"{}>', _values(fields)),
    )  # fmt: skip


def _values(fields: dict[str, Any]) -> Iterator[tuple[str, str, SafeString]]:
    """Name, value, and the mark of a value that is no text."""
    for name, value in fields.items():
        is_text = isinstance(value, str)
        yield name, value if is_text else json.dumps(value), SafeString("" if is_text else " data-json")


@register.simple_tag
def seats_of(joined: int, online: int, answered: int) -> SafeString:
    """The hemicycle: one seat a person, first those who answered, then those who are here, then those away.

    A few people sit among free seats: two or three alone would be dots without a room.
    """
    taken = min(joined, MOST)
    count = max(taken, EMPTY)
    drawn = hemicycle(count, PANEL)
    yes, here = (share(people, joined, taken) for people in (answered, max(online, answered)))
    marks = ("yes" if at < yes else "in" if at < here else "" if at < taken else "free" for at in range(count))
    view_box = f"0 0 {drawn.width:.1f} {drawn.height:.1f}"
    return format_html('<svg class="seats" viewBox="{}" aria-hidden="true">{}</svg>', view_box, circles(drawn, marks))
