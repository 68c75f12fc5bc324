"""Tags for the parts of activities that ask: one question as a form, one question's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workshop.kinds import Json
from workshop.questions import gate
from workshop.questions.beside import Column
from workshop.questions.catalogue import Asked
from workshop.questions.showing import Shown

register = template.Library()
LETTERS = 26
MINUS = "\N{MINUS SIGN}"


@register.filter
def mark(number: int) -> str:
    """The sign of the option in that place: A to Z, then its number."""
    return chr(64 + number) if number <= LETTERS else str(number)


@register.simple_tag(takes_context=True)
def ask(context: Context, asked: Asked, *, draft: bool = False, heading: str = "h1", told: bool = False) -> SafeString:
    """One question as an answer form. Needs ``run`` in the context.

    A shared frame holds nothing personal. On a page of one person ``own_answers`` (as in the slot ``you``) and
    ``csrf_token`` make it work without script.

    Args:
        context: of the page.
        asked: the question.
        draft: saved while it is typed, handed in by a button of the page.
        heading: ``h1`` where it is the only question, ``h2`` in a list, '' where the template shows the prompt itself,
            with the id ``a<activity>-<key>-label``.
        told: its right answer is shown, and it takes no answer any more though its activity is open.
    """
    run = context["run"]
    own = _own(context.get("own_answers"), asked, run.round)
    field = f"a{asked.activity}-{asked.key}"
    closed = told or run.state != "open" or run.frozen
    inner = {"question": asked, "config": asked.config, "field": field, "closed": closed, "round": run.round}
    value = own.get("v")
    return render_to_string(
        "questions/ask.html",
        {
            **inner,
            "run": run,
            "heading": heading,
            "draft": draft,
            "said": gate.said(asked.level),
            "waits": gate.shows_values(asked.level) and asked.kind.holds(asked.config),
            "shape": asked.kind.shape(asked.config),
            "answer": f"{asked.kind.template_folder}/answer.html",
            "right": asked.kind.right(asked.config) if told or run.show_answers else (),
            "per_table": not closed and bool(run.activity.config.get("one_per_table")),
            "own_weight": own.get("w"),
            "kept": bool(own),
            "csrf_token": context.get("csrf_token"),
            **asked.kind.answering(asked.config, value),
        },
    )


@register.simple_tag
def result(shown: Shown, audience: str, *, is_open: bool = False) -> SafeString:
    """The result of one question for one audience, or the sentence that says why there is none yet.

    ``is_open``: it stands below a form that can still be answered, so it repeats the question in short.
    """
    return render_to_string(
        "questions/result.html",
        {
            "shown": shown,
            "question": shown.asked,
            "config": shown.asked.config,
            "audience": audience,
            "is_open": is_open,
            "unshown": _nothing_to_see(shown),
            "right": shown.right,
            "marked": shown.marked,
        }
        | ({} if shown.seen.data is None else _result(shown.asked, shown.leaf or shown.seen.data)),
    )


@register.simple_tag
def pane(column: Column, audience: str, before: int) -> SafeString:
    """One of several results side by side, as its kind draws it.

    ``before``: how many stand after it, 0 for the last. Only that one is the question that is asked now: what belongs to
    the others (one's own answer, motion) must not be taken for it.
    """
    if column.data is None:
        return SafeString()
    asked = replace(column.asked, key=f"{column.asked.key}~{before}") if before else column.asked
    context = {"question": asked, "config": column.asked.config, "audience": audience, "is_open": True}
    inner = _result(column.asked, column.data)
    return render_to_string(str(inner["template"]), {**context, **inner, "right": (), "marked": ""})


@register.filter
def signed(change: float | None) -> str:
    """A difference with its sign: ``+12``, ``−0.3``, ``±0``; '' where there is none."""
    if change is None:
        return ""
    return f"{'+' if change > 0 else MINUS if change < 0 else '±'}{abs(change):g}"


def _nothing_to_see(shown: Shown) -> bool:
    """Withheld, or open text of which no word is shown yet. Bars of nothing are something: they are about to grow."""
    data = shown.seen.data
    return data is None or (shown.asked.kind.held and not data["n"])


def _result(asked: Asked, data: Mapping[str, Json]) -> dict[str, Any]:
    return {
        "data": data,
        "template": f"{asked.kind.template_folder}/result.html",
        **asked.kind.result(asked.config, data),
    }


def _own(answers: Mapping[str, Any] | None, asked: Asked, round_: int) -> dict[str, Json]:
    found = (answers or {}).get(str(asked.activity)) or {}
    if found.get("round") != round_:
        return {}
    own = found.get("q", {}).get(asked.key) or {}
    return {} if own.get("status") == "withdrawn" else dict(own)
