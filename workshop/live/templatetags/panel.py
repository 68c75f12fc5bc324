"""Tags of the control panel: forms that send one op each, the seats, QR codes, plain numbers."""

from __future__ import annotations

import json
from typing import Any

import segno
from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from workshop.live.codes import spaced
from workshop.live.panel.seats import circles

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

    Without script it is posted; with script its values go through the socket. Values are JSON, so that both ways know
    a number from a text.
    """
    return _form(context, name, fields, _class)


@register.simple_tag(takes_context=True)
def act_from(context: Context, step: Any, **attributes: str) -> SafeString:
    """Like ``act`` for a step that a query has worked out: its ``op`` and ``payload``."""
    return _form(context, step.op, step.payload, attributes.get("class", ""))


@register.simple_tag(takes_context=True)
def switch(context: Context, name: str, is_on: bool, _label: str, **fields: Any) -> SafeString:  # noqa: FBT001
    """A switch that sends ``on`` turned round: a button, so that it works without script and never disagrees."""
    return format_html(
        '{}<button class="switch" role="switch" aria-checked="{}"><i aria-hidden="true"></i> {}</button></form>',
        _form(context, name, {**fields, "on": not is_on}, ""),
        "true" if is_on else "false",
        _label,
    )


def _form(context: Context, name: str, fields: dict[str, Any], css: str) -> SafeString:
    inputs = format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}" data-json>',
        ((key, json.dumps(value)) for key, value in fields.items()),
    )
    token = context.get("csrf_token")
    hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else ""
    return format_html(
        '<form method="post" action="{}" data-op="{}" class="{}">{}<input type="hidden" name="op" value="{}">{}',
        context.get("act_url", ""),
        name,
        css,
        hidden,
        name,
        inputs,
    )


@register.simple_tag
def seats(joined: int, online: int, answered: int) -> SafeString:
    """The hemicycle: one seat a person, the first ones answered, then those who are here, then those away."""
    drawn = circles(joined)
    shown = len(drawn.places)
    of = joined or 1
    yes, here = round(min(answered, online) * shown / of), round(online * shown / of)
    if not joined:
        yes = here = 0
    marks = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
        (
            ("yes" if at < yes else "in" if at < here else "", x, y, drawn.radius)
            for at, (x, y) in enumerate(drawn.places)
        ),
    )
    return format_html('<svg class="seats" viewBox="{}" aria-hidden="true">{}</svg>', drawn.view_box, marks)


@register.simple_tag
def qr(address: str, label: str) -> SafeString:
    """A QR code as a drawing without style: one path, dark on white in both themes."""
    code = segno.make(address, error="m", micro=False)
    size = len(code.matrix) + 8
    path = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<rect class="qr-bg" width="{}" height="{}"/><path class="qr-fg" d="{}"/></svg>',
        size,
        size,
        conditional_escape(label),
        size,
        size,
        mark_safe(path),  # noqa: S308 - digits and letters made here
    )
