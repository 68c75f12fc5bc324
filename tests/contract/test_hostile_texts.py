"""Hostile texts in every place of every kind that takes one: shown as they are written, wherever they are shown.

Generated from the kinds' own examples (reliability notes, B31 to B48): each text in an answer, in the config of a
question, in that of an activity. A kind that is added is covered without a line here.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import chain, count
from random import Random
from typing import Any

import openpyxl
import pytest

from tests.contract.leaves import with_texts
from tests.contract.test_bad_texts import hostile
from tests.questions.room import Room, make
from workshop.kinds import (
    ActivityKind,
    ActivitySpec,
    QuestionKind,
    QuestionSpec,
    Refused,
    activity_kinds,
    question_kinds,
)
from workshop.live.models import ActivityRun
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import memory
from workshop.realtime import door
from workshop.realtime.slots import SlotRequest, reader_for
from workshop.reports.files import FORMATS, export_file

EXAMPLES = [
    pytest.param(kind, config, good, id=f"{kind.slug}-{number}")
    for kind in question_kinds
    for number, (config, good, _bad) in enumerate(kind.examples())
]
ACTIVITIES = [
    pytest.param(kind, spec, id=f"{kind.slug}-{number}")
    for kind in activity_kinds
    for number, spec in enumerate(kind.examples())
]
#: Short, because some places are; each breaks out of something else.
MARKUP = (
    "\"'><img src=x onerror=kanarie()>", "</script><svg/onload=kanarie()>", "</textarea><b hx-get=/ onclick=kanarie()>",
    "{{7*7}}{% debug %}${7*7}<!--", "javascript:kanarie()//`<math>", "[x](javascript:kanarie())<iframe src=//evil.test>",
    "]]></title><style>*{}</style>kanarie", "%s{0.__class__}<object data=//evil.test>",
)  # fmt: skip
FORMULAS = ('=HYPERLINK("//evil.test")', "+cmd|'/c calc'!A0", "@SUM(1,1)", "-2+3", "\uff1d1+1", '","=1+1', '";=1', "|x")
#: They have no letter that a spreadsheet or a page could mistake, but much to draw.
ODD = (
    "a\u202egnp.exe", "\u2067x\u2069y", "e" + "\u0301" * 60, "👩‍👩‍👧‍👦" * 12, "\ufdfd" * 20, "x" * 70, "ﷺ\u200bé\u2028z\u2029",
    "a\tb\nc\x0bd",
)  # fmt: skip
CORPUS = {"markup": MARKUP, "formulas and odd letters": tuple(chain.from_iterable(zip(FORMULAS, ODD, strict=True)))}
PEOPLE = ("Ana", "Ben", "Cem", "Dora", "Eli", "Fritz")
#: An activity that asks questions and has results, whichever is there.
ASKING = next(kind for kind in activity_kinds if kind.questions != "none" and kind.has_results)


@pytest.fixture
def room(db: None) -> Iterator[Room]:
    memory.forget()
    yield make(PEOPLE)
    memory.forget()


def endless(texts: tuple[str, ...]) -> Iterator[str]:
    """These again and again, each time with another end, so that no two are the same."""
    for number in count():
        yield texts[number % len(texts)] + ("" if number < len(texts) else str(number))


@pytest.mark.parametrize("corpus", CORPUS)
@pytest.mark.parametrize(("kind", "config", "good"), EXAMPLES)
def test_texts_in_questions_and_answers(
    kind: QuestionKind, config: dict[str, Any], good: list[Any], corpus: str, room: Room
) -> None:
    texts = endless(CORPUS[corpus])
    prompt = next(texts)
    written, in_config = with_texts(config, texts, kind.load)
    asked = QuestionSpec(kind.slug, prompt, written)
    run = room.open(ActivitySpec(ASKING.slug, next(texts), questions=(asked,)))
    said = _answer(room, run, good, texts)
    check(room, run, [prompt, *in_config], said, literal=corpus == "markup")


@pytest.mark.parametrize(("kind", "spec"), ACTIVITIES)
def test_texts_in_activities(kind: ActivityKind, spec: ActivitySpec, room: Room) -> None:
    texts = endless(MARKUP)
    title = next(texts)
    written, in_config = with_texts(dict(spec.config), texts, kind.load)
    questions = tuple(replace(each, prompt=next(texts)) for each in spec.questions)
    run = room.open(replace(spec, title=title, config=written, questions=questions))
    check(room, run, [title, *in_config], [], literal=True)


def _answer(room: Room, run: ActivityRun, good: list[Any], texts: Iterator[str]) -> list[str]:
    """Everybody answers, with as many hostile texts as the kind takes; the texts."""
    (asked,) = of_activity(run.activity)
    found: list[str] = []
    chance = Random(3)
    for number, name in enumerate(PEOPLE):
        raw = good[number % len(good)]
        try:
            asked.kind.parse(asked.config, raw)
        except Refused:
            # The config has other texts now: an answer that fits it.
            raw = asked.kind.sample(asked.config, chance)
        # Of open text the whole answer is one text, of others it is somewhere inside.
        answer, written = with_texts(raw, texts, lambda each: asked.kind.parse(asked.config, each))
        if raw is not None:
            room.say(name, run, answer)
            found += written
    return found


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def check(room: Room, run: ActivityRun, texts: list[str], said: list[str], *, literal: bool) -> None:
    """No slot and no export has an element or a formula of these texts; what a facilitator sees has them as they are."""
    room.set(run, show_phones=True, show_screen=True)
    if said:
        room.staff("answers.show", a=run.activity_id, ids=None)
    drawn = list(slots(room))
    assert drawn
    assert [f"{where}: {what}" for where, html in drawn for what in hostile(html)] == []
    for form in FORMATS:
        CHECKS[form](export_file(room.session, form, names=True).content)
    if literal:
        shown = squeezed(" ".join(words(html) for where, html in drawn if where.startswith("staff")))
        assert any(squeezed(text) in shown for text in texts), texts
        assert not said or any(squeezed(text)[:12].casefold() in shown.casefold() for text in said), said


def slots(room: Room) -> Iterator[tuple[str, str]]:
    """The HTML of every slot for everybody, and of each person's own."""
    for audience, names in door.current().catalogue(room.session.pk).items():
        people = [person.actor for person in room.people.values()][:1] if audience == "person" else [None]
        for name in names:
            for actor in people:
                audience_ = f"person:{actor.key}" if actor else audience
                state = reader_for(name).read(SlotRequest(room.session.pk, name, audience_, actor=actor))
                if state is not None:
                    assert json.dumps([state.data, dict(state.items or {})], default=str)
                    yield f"{audience} {name}", state.html or ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for _name, value in attrs if value]


def words(html: str) -> str:
    """What a page says, in its text and in its attributes."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return " ".join(parser.found)


def squeezed(text: str) -> str:
    """Without spaces: where lines break is the page's own affair."""
    return re.sub(r"\s+", "", text)


# ── exports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FORMULA = re.compile(r"^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")


def _csv(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")):
                for cell in row:
                    assert not FORMULA.match(cell) or _is_number(cell), f"{name}: {cell}"


def _is_number(cell: str) -> bool:
    """Numbers of ours stay numbers; one that a person wrote is quoted."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _xlsx(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title}: {cell.value}"
                assert cell.hyperlink is None


def _json(content: bytes) -> None:
    json.loads(content)


def _summary(content: bytes) -> None:
    page = content.decode()
    assert [what for what in hostile(page) if what != "style"] == []
    for picture in re.findall(r'data:image/svg\+xml;base64,([^"\')]+)', page):
        assert hostile(base64.b64decode(picture).decode()) == []


CHECKS = {"csv": _csv, "xlsx": _xlsx, "json": _json, "summary": _summary}


def test_every_format_is_looked_at() -> None:
    assert CHECKS.keys() == FORMATS.keys()
