r"""GIFT: ``::title:: text { =right ~wrong #feedback }``. See https://docs.moodle.org/en/GIFT_format.

Read: single and multiple choice (also with weights), true or false, numbers (``#3:2``, ``#1..5``), open questions
(``{}``) and a gap within a sentence. Short answers, matching and descriptions have no counterpart here: they are
listed. Written: choices, numbers and open text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from polls.quiz.importing.found import Found, choice
from workshop.kinds import Json, QuestionSpec, question_kinds

_ESCAPED = re.compile(r"\\([~=#{}:\\])")
_KEPT = {character: chr(0xE000 + place) for place, character in enumerate("~=#{}:\\")}
_BACK = {kept: character for character, kept in _KEPT.items()}
_TITLE = re.compile(r"^::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_ANSWER = re.compile(r"([=~])\s*(?:%(-?\d+(?:\.\d+)?)%)?([^=~]*)")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a choice: its text, its share of the points in per cent, the feedback behind ``#``."""

    text: str
    share: float
    feedback: str


def looks_like(text: str) -> bool:
    """Whether a text has answers in braces."""
    return bool(re.search(r"\{[^{}]*\}", _ESCAPED.sub("", _without_comments(text))))


def read(text: str) -> Found:
    """The questions of a text."""
    found = Found()
    for line, block in _blocks(text):
        _read(found, line, _ESCAPED.sub(lambda match: _KEPT[match[1]], block.replace("\\n", "\n")))
    return found


def _without_comments(text: str) -> str:
    return "\n".join("" if line.lstrip().startswith(("//", "$CATEGORY")) else line for line in text.splitlines())


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Questions with the line they begin in: blank lines lie between them, but not those inside braces."""
    start, lines, depth = 0, [], 0
    for number, line in enumerate([*_without_comments(text).splitlines(), ""], start=1):
        if line.strip() or depth > 0:
            start = start or number
            lines.append(line)
            depth += len(re.findall(r"(?<!\\)\{", line)) - len(re.findall(r"(?<!\\)\}", line))
        elif lines:
            yield start, "\n".join(lines)
            start, lines, depth = 0, [], 0
    if lines:
        yield start, "\n".join(lines)


def _read(found: Found, line: int, block: str) -> None:
    title = _TITLE.match(block.strip())
    rest = block.strip()[title.end() :] if title else block.strip()
    name = _plain(title[1]) if title else ""
    before, opened, behind = rest.partition("{")
    body, closed, after = behind.rpartition("}")
    if not opened:
        found.skip(line, name or _plain(rest), _("It is a description without answers."))
        return
    if not closed:
        found.skip(line, name or _plain(before), _("A brace “}” is missing."))
        return
    gap = " ____ " if after.strip() else ""
    prompt = _plain(_FORMAT.sub("", before)) + gap + _plain(after)
    _by_answers(found, line, prompt.strip() or name, body.strip())


def _by_answers(found: Found, line: int, prompt: str, body: str) -> None:
    body, _mark, general = body.partition("####")
    more: dict[str, Json] = {"explanation": _plain(general)[:1_000]} if general.strip() else {}
    head = body.split("#", 1)[0].strip().upper()
    if not body.strip():
        found.add(line, prompt, "text", {"long": True})
    elif head in (*_TRUE, *_FALSE):
        found.add(line, prompt, *choice([_("True"), _("False")], [0 if head in _TRUE else 1], **more))
    elif body.startswith("#"):
        _number(found, line, prompt, body[1:], more)
    else:
        _choice(found, line, prompt, body, more)


def _choice(found: Found, line: int, prompt: str, body: str, more: dict[str, Json]) -> None:
    answers = [_answer(*match) for match in _ANSWER.findall(body)]
    if any("->" in each.text for each in answers):
        found.skip(line, prompt, _("Matching questions cannot be imported."))
    elif not any(sign == "~" for sign, _share, _text in _ANSWER.findall(body)):
        found.skip(line, prompt, _("Short answers cannot be imported: nobody can tell all right spellings."))
    else:
        right = [place for place, each in enumerate(answers) if each.share > 0]
        feedback = next((each.feedback for each in answers if each.share > 0 and each.feedback), "")
        more = more or ({"explanation": feedback[:1_000]} if feedback else {})
        found.add(line, prompt, *choice([each.text for each in answers], right, **more))


def _answer(sign: str, share: str, rest: str) -> _Answer:
    text, _mark, feedback = rest.partition("#")
    return _Answer(_plain(text), float(share) if share else (100.0 if sign == "=" else 0.0), _plain(feedback))


def _number(found: Found, line: int, prompt: str, body: str, more: dict[str, Json]) -> None:
    """``3:2`` (3 ± 2), ``1..5``, ``3``; of several answers the first with all points."""
    first = next((each for each in re.split(r"(?=[=])", body) if each.strip()), "")
    text = (
        re.sub(r"^[=]?\s*(?:%[\d.]+%)?", "", first.strip())
        .split("#", 1)[0]
        .split("~", 1)[0]
        .replace(_KEPT[":"], ":")
        .strip()
    )
    try:
        right, tolerance = _range(text)
    except (InvalidOperation, ValueError):
        found.skip(line, prompt, _("“%s” is no number.") % text[:40])
        return
    found.add(line, prompt, "numeric", {"right": _tidy(right), "tolerance": _tidy(tolerance), **more})


def _range(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        low, high = (Decimal(part.strip()) for part in text.split("..", 1))
        return (low + high) / 2, (high - low) / 2
    value, _colon, spread = text.partition(":")
    return Decimal(value.strip()), Decimal(spread.strip() or "0")


def _tidy(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _plain(text: str) -> str:
    """Text without markup and marks, with the escaped characters back."""
    without = unescape(strip_tags(_FORMAT.sub("", text)))
    return "".join(_BACK.get(character, character) for character in " ".join(without.split()))


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def write(questions: Iterable[QuestionSpec]) -> tuple[str, list[str]]:
    """A quiz as GIFT, and the prompts of the questions that GIFT cannot say."""
    blocks: list[str] = []
    left_out: list[str] = []
    for number, asked in enumerate(questions, start=1):
        body = _body(asked)
        if body is None:
            left_out.append(asked.prompt)
        else:
            explained = str(asked.config.get("explanation") or "")
            feedback = f"\n\t####{_escaped(explained)}" if explained and body.strip() else ""
            blocks.append(f"::Q{number}:: {_escaped(asked.prompt)} {{{body}{feedback}}}")
    return "\n\n".join(blocks) + "\n", left_out


def _body(asked: QuestionSpec) -> str | None:
    """What stands in the braces, by the shape of the config; None where GIFT has nothing like it."""
    kind = question_kinds.get(asked.kind)
    public = kind.public(kind.load(asked.config), audience="staff", reveal=True)
    if "options" in public and "right" in public and "multiple" in public:
        return _written_choice(public)
    if "right" in asked.config and isinstance(asked.config["right"], int | float | str):
        spread = asked.config.get("tolerance") or 0
        return f"#{asked.config['right']}:{spread}" if spread else f"#{asked.config['right']}"
    return "" if kind.value_shape == "text" else None


def _written_choice(public: dict[str, Json]) -> str:
    right = set(public["right"])
    share = round(100 / len(right), 5) if right else 0
    lines = []
    for option in public["options"]:
        if option["id"] not in right:
            sign = "~" if len(right) <= 1 else "~%-100%"
        else:
            sign = "=" if len(right) == 1 else f"~%{share:g}%"
        lines.append(f"\n\t{sign}{_escaped(option['text'])}")
    return "".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Marks of the format behind a backslash; what looks like markup is text."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([~=#{}:\\])", r"\\\1", plain)
