"""Names that learners give themselves (B39 to B45)."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import refusal
from workshop.kinds import Refused
from workshop.live.names import MAX_CHARACTERS, MAX_GRAPHEMES, clean_line, clean_name, graphemes, skeleton, told_apart

FAMILY = "👩\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    "name",
    [
        "Facilitator", "facilitator", "FACILITATOR", "Faci\u200blitator", "Fаcilitator", "facıIitator", "Facil1tat0r",
        "F a c i l i t a t o r", "Ana (Facilitator)", "<b>Facilitator</b>", "Fácilitator", "Ｆacilitator", "аdmin",
        "Admin", "4dm1n", "Moderatorin", "host", "Plenary", "𝐅acilitator", "Fɑcilitator".replace("ɑ", "а"), "Fay", "fаy",
    ],
)  # fmt: skip
def test_nobody_is_called_like_those_who_lead(name: str) -> None:
    assert refusal(clean_name, name, reserved=["Fay"]).code == "name_taken"


@pytest.mark.parametrize(
    "name",
    ["Ana", "Adminata", "Ana, teacher", "Rooted", "Fayette", "Владимир", "أنا", "安娜", "O’Neill", "Zoë", "Nguyễn Thị"],
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert clean_name(name, reserved=["Fay"]) == name


@pytest.mark.parametrize(
    "bad", ["A\0na", "A\ud800na", "A\ufffena", "A\x85na", "A\r\nna", "\x1b[31mAna", "A\x7fna", "A\ue000"]
)
def test_what_cannot_be_shown_or_stored_is_refused(bad: str) -> None:
    assert refusal(clean_name, bad).code == "bad_text"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("", ""),
        ("   ", ""),
        ("\u200b\u200c\u200d\u2060", ""),
        ("\u3164", ""),
        ("\u202eanA", "anA"),
        ("\u2066Ana\u2069", "Ana"),
        ("A\u200bna", "Ana"),
        ("Ana\u00a0 \u3000Ben", "Ana Ben"),
        ("Ana\u0301", "Aná"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("{{7*7}}", "{{7*7}}"),
        (FAMILY, FAMILY),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    ],
)  # fmt: skip
def test_names_are_tidied(raw: str, name: str) -> None:
    assert clean_name(raw) == name


def test_a_tower_of_accents_is_cut_down() -> None:
    name = clean_name("Z" + "\u0308\u0334" * 250)
    assert len(graphemes(name)) == 1
    assert len(name) <= 6


@pytest.mark.parametrize("raw", ["x" * 81, "x" * 10_000, "x" * 1_000_000, FAMILY * 1_000, "é" * 81])
def test_a_long_name_is_refused_with_a_sentence(raw: str) -> None:
    no = refusal(clean_name, raw)
    assert no.code == "name_too_long"
    assert "80" in str(no.message)


def test_graphemes_are_counted_not_characters() -> None:
    assert clean_name("ä" * 80) == "ä" * 80
    assert len(graphemes(FAMILY)) == 1
    assert len(graphemes("🇩🇪🇫🇷")) == 2
    assert len(graphemes("👍🏽")) == 1
    assert len(graphemes("नमस्ते")) <= 4


@given(st.text(max_size=200))
def test_what_is_accepted_can_be_stored_and_shown(raw: str) -> None:
    name = ""
    with contextlib.suppress(Refused):
        name = clean_name(raw)
    assert len(name) <= MAX_CHARACTERS
    assert len(graphemes(name)) <= MAX_GRAPHEMES
    assert name == " ".join(name.split())
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
    assert clean_name(name) == name


@given(st.lists(st.text("anАа l1I", min_size=1, max_size=6), max_size=8))
def test_no_two_names_look_the_same(raw: list[str]) -> None:
    names: list[str] = []
    for each in raw:
        name = clean_name(each)
        if name:
            names.append(told_apart(name, names))
    assert len({skeleton(name) for name in names}) == len(names)


def test_the_second_ana_is_visible() -> None:
    assert told_apart("Ana", ["Ana"]) == "Ana (2)"
    assert told_apart("ANA", ["Ana", "Ana (2)"]) == "ANA (3)"
    assert told_apart("Аna", ["Ana"]) == "Аna (2)"
    assert told_apart("", ["", "Ana"]) == ""
    assert len(graphemes(told_apart("x" * 80, ["x" * 80]))) == 80


def test_a_notice_is_one_line() -> None:
    assert clean_line(" Back\r\nat  ten \u202e") == "Back at ten"
    assert refusal(clean_line, "a\0b").code == "bad_text"
