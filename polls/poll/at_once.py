"""Polls that are asked in two taps while somebody speaks: the same everywhere, and one that the plan makes ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Json, Quick
from workshop.questions.shorthand import question

#: More of them do not fit a phone.
_MOST_OPTIONS: Final = 8
_LONGEST_OPTION: Final = 300
_LONGEST_TITLE: Final = 300


def always(text: str) -> Iterator[Quick]:
    """Questions of every kind that a sentence said aloud may need; ``text`` where it was typed."""
    prompt = text.strip() or _("As asked just now")
    shapes: list[tuple[str, str, dict[str, Json]]] = [
        (_("Yes or no"), "yesno", {}),
        (_("A B C D"), "single", {"options": ["A", "B", "C", "D"]}),
        (_("Scale 1 to 5"), "scale", {"points": 5}),
        (_("One word"), "words", {}),
        (_("In a sentence"), "text", {}),
    ]
    for label, word, config in shapes:
        yield _quick(label, word, prompt, config)


def of_plan(document: Mapping[str, Any], text: str) -> Iterator[Quick]:
    """Which of the plan's applications is closest to one's own work; nothing where it has fewer than two."""
    options = list(dict.fromkeys(_short(each) for each in document.get("applications") or [] if _short(each)))
    if len(options) > 1:
        prompt = text.strip() or _("Which of these is closest to your work?")
        config: dict[str, Json] = {"options": options[:_MOST_OPTIONS], "other": True}
        yield _quick(_("Closest to my work?"), "single", prompt, config)


def _quick(label: str, word: str, prompt: str, config: dict[str, Json]) -> Quick:
    asked = question(word, prompt, **config)
    return Quick(label=label, spec=ActivitySpec(kind="poll", title=prompt[:_LONGEST_TITLE], questions=(asked,)))


def _short(line: Any) -> str:
    """A line of the plan as an option: without markup around it, cut where it is too long to choose."""
    text = " ".join(str(line).replace("**", "").split()).rstrip(".;")
    return text if len(text) <= _LONGEST_OPTION else text[: _LONGEST_OPTION - 2] + " …"
