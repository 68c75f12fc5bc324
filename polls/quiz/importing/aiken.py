"""Aiken: a question, lettered answers, ``ANSWER: B``. See https://docs.moodle.org/en/Aiken_format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from polls.quiz.importing.found import Found, choice

_OPTION = re.compile(r"^([A-Z])[.)]\s+(.*\S)\s*$")
_ANSWER = re.compile(r"^ANSWER\s*:\s*([A-Z](?:\s*,\s*[A-Z])*)\s*$", re.IGNORECASE)


def looks_like(text: str) -> bool:
    """Whether a text has the two sorts of lines that only Aiken has."""
    lines = [line.strip() for line in text.splitlines()]
    return any(map(_ANSWER.match, lines)) and any(map(_OPTION.match, lines))


@dataclass(slots=True)
class _Open:
    """The question that is being read."""

    line: int = 0
    prompt: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)


def read(text: str) -> Found:
    """The questions of a text."""
    found, now = Found(), _Open()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if answer:
            _finish(found, now, re.split(r"\s*,\s*", answer[1].upper()), number)
            now = _Open()
        elif option and now.prompt:
            now.options.append((option[1], option[2]))
        elif line:
            _prompt(found, now, number, line)
    if now.prompt:
        found.skip(now.line, " ".join(now.prompt), _("It has no line “ANSWER:”."))
    return found


def _prompt(found: Found, now: _Open, number: int, line: str) -> None:
    if now.options:
        found.skip(now.line, " ".join(now.prompt), _("It has no line “ANSWER:”."))
        now.prompt, now.options = [], []
    if not now.prompt:
        now.line = number
    now.prompt.append(line)


def _finish(found: Found, now: _Open, letters: list[str], number: int) -> None:
    prompt, names = " ".join(now.prompt), [letter for letter, _text in now.options]
    missing = [letter for letter in letters if letter not in names]
    if len(names) < 2:  # noqa: PLR2004 - a choice
        found.skip(now.line or number, prompt, _("It has fewer than two answers that begin like “A. ”."))
    elif missing:
        found.skip(now.line, prompt, _("There is no answer %s.") % missing[0])
    else:
        right = [names.index(letter) for letter in dict.fromkeys(letters)]
        found.add(now.line, prompt, *choice([each for _letter, each in now.options], right))
