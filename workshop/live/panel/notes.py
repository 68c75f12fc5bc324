"""The facilitator's notes: what the plan says about a phase, its terms, and everything else that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from workshop.plans.forms import LIST_LABELS
from workshop.plans.markdown import to_html

#: What stands before each field of a phase.
TERMS = {
    "facilitator_actions": pgettext_lazy("facilitator's note", "You"),
    "learner_activities": pgettext_lazy("learners, in a facilitator's note", "They"),
    "differentiation": gettext_lazy("For different learners"),
    "resources": gettext_lazy("Bring"),
    "technology": gettext_lazy("Technology"),
    "notes": gettext_lazy("Also in the plan"),
}


@dataclass(frozen=True, slots=True)
class NoteView:
    """A word or a heading, and what the plan says about it."""

    term: str
    html: SafeString


def notes_of(notes: Mapping[str, str]) -> list[NoteView]:
    """A phase's notes, by ``Phase`` field, in the order in which they are needed."""
    return [NoteView(str(TERMS[name]), to_html(notes[name])) for name in TERMS if notes.get(name)]


def terms_of(terms: Sequence[tuple[str, str]]) -> list[NoteView]:
    """The plan's key concepts."""
    return [NoteView(term, to_html(meaning) if meaning else SafeString()) for term, meaning in terms if term]


def extras_of(document: Mapping[str, Any]) -> list[NoteView]:
    """What the plan holds beside its phases: backgrounds, lists, and parts under headings that no field is for."""
    found = [NoteView(each["label"], to_html(each.get("text", ""))) for each in document.get("profiles") or []]
    for name, (label, _staff_only) in LIST_LABELS.items():
        items = document.get(name) or []
        if items:
            found.append(NoteView(str(label), _bullets(items)))
    extras = document.get("extras") or []
    return found + [NoteView(each.get("heading") or _("Introduction"), to_html(each["markdown"])) for each in extras]


def _bullets(items: Iterable[str]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((to_html(item),) for item in items)))
