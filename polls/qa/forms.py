"""What the pages of questions without script post: a form says by ``act`` which op it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from workshop import numbers
from workshop.kinds import Refused
from workshop.live.access import Actor
from workshop.live.panel.acting import act

Form = Mapping[str, str]
#: Name of an act -> fields of its form -> op and the op's fields.
Acts = Mapping[str, Callable[[Form], tuple[str, dict[str, Any]]]]


def carry_out(request: HttpRequest, actor: Actor, acts: Acts, activity: int) -> None:
    """Do what the form says; the op checks who may do it, and why not is told on the next page."""
    post = request.POST.dict()
    made = acts.get(str(post.get("act", "")))
    try:
        if made is not None:
            op, fields = made(post)
            act(actor, op, {"a": activity, **fields})
    except Refused as refusal:
        messages.error(request, str(refusal.message))


def number(post: Form, name: str) -> int:
    """A field that should be a number."""
    return numbers.field(post.get(name, ""))
