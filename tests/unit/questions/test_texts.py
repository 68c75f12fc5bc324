"""What people type ends on the projector: literally, tidied, or refused with a sentence."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from tests.questions.room import Room, refusal
from workshop.kinds import Refused, activity_kinds, question_kinds
from workshop.questions.texts import clean

NASTY = [
    "<script>alert(1)</script>", "<img onerror=x>", "<svg/onload=x>", "--><b>", "{{7*7}}", "{% debug %}", "${7*7}",
    "%s %n", "{0.__class__}", '" onmouseover="x', "' autofocus onfocus=x", "`x`", "</script><script>", "]]>",
    "\u2028x\u2029", "javascript:alert(1)", 'hx-get="/x"', "hx-swap-oob", "<b>Facilitator</b>", "=1+1",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_markup_and_templates_are_shown_literally(room: Room, text: str) -> None:
    run = room.ask("text", {"hold": False}, show_screen=True)
    room.say("Ana", run, text)

    for audience in ("staff", "screen"):
        html = str(room.tally(run, audience, view="html").html)
        assert "<script" not in html
        assert "<img" not in html
        assert "<svg/" not in html
        assert "<b>Fac" not in html
        assert "49" not in html


@pytest.mark.parametrize("text", NASTY)
def test_options_and_prompts_are_shown_literally(room: Room, text: str) -> None:
    run = room.ask("choice", {"options": [text, "another one"]}, show_screen=True)
    run.activity.questions.update(prompt=text)
    html = str(room.tally(run, "screen", view="html").html)
    for audience in ("learner", "staff", "screen"):
        part = activity_kinds.get("poll").stage(run, audience)
        html += render_to_string(part.template, dict(part.context))
    for bad in ("<script", "<img", "<svg/", "<b>Fac", ">49<", '" onmouseover="x"'):
        assert bad not in html


@pytest.mark.parametrize(
    "text", ["a\0b", "\ud800", "x\udfff", "\ufffe", "\U0001ffff", "\ufdd0", "\x85", "\x1b[31m", "\x07"]
)
def test_what_no_page_or_database_can_hold_is_bad_text(text: str) -> None:
    assert refusal(clean, text, 100).code == "bad_text"


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\u202e", "\n\n", "\u0301"])
def test_what_cannot_be_seen_is_nothing(text: str) -> None:
    assert clean(text, 100) == ""


def test_line_ends_of_windows_are_line_ends() -> None:
    assert clean("a\r\nb\rc", 100, lines=True) == "a\nb\nc"
    assert clean("a\r\nb", 100) == "a b"
    assert clean("\n" * 2_000 + "a" + "\n" * 2_000 + "b", 5_000, lines=True) == "a\n\nb"


def test_heaps_of_marks_are_cut_down() -> None:
    assert clean("Z" + "\u0300\u0301\u0302\u0303\u0304" * 100, 100).count("\u0301") <= 1


def test_long_texts_are_refused_with_their_limit() -> None:
    no = refusal(clean, "x" * 281, 280)
    assert (no.code, no.details) == ("too_long", {"longest": 280, "length": 281})
    assert refusal(clean, "x" * 1_000_000, 280).code == "too_long"
    assert len(clean("👩‍👩‍👧‍👦" * 20, 280)) <= 280


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text, 300, lines=True)
    except Refused:
        return
    assert clean(once, 300, lines=True) == once


def test_a_word_of_forty_thousand_letters_is_refused() -> None:
    for kind in ("text", "words"):
        found = question_kinds.get(kind)
        assert refusal(found.parse, found.load({}), "x" * 40_000).code == "too_long"
