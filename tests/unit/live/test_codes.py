"""Join codes: how far they are apart, how they are read, what a wrong one costs."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Workshop, lobby, refusal, running
from workshop.live import codes
from workshop.live.codes import daily_budget, find, new_code, read_code, spaced, too_close, word_of, word_shown
from workshop.live.models import CodeUse, GuessDay, Session
from workshop.live.words import WORDS

digits = st.text("0123456789", min_size=6, max_size=6)


@given(st.integers(1, 60))
def test_live_codes_cannot_be_mistaken_for_each_other(count: int) -> None:
    live: list[str] = []
    for _session in range(count):
        live.append(new_code(live))
    assert {len(code) for code in live[:21]} == {6}
    assert {len(code) for code in live[21:]} <= {8}
    assert not any(too_close(one, other) for i, one in enumerate(live) for other in live[:i])
    assert not any(code.startswith("0") for code in live)


@given(digits, st.integers(0, 5), st.integers(0, 5), st.sampled_from("0123456789"))
def test_a_slip_of_the_finger_is_too_close(code: str, one: int, two: int, digit: str) -> None:
    assert too_close(code, code[:one] + digit + code[one + 1 :])
    swapped = list(code)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert too_close(code, "".join(swapped))
    assert too_close(code, code[:one] + code[one + 1 :])
    assert too_close(code[:one] + code[one + 1 :], code)


def test_a_used_code_is_not_given_again_for_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    choices = iter("418205" + "418205" + "735921")
    monkeypatch.setattr(secrets, "choice", lambda _from: next(choices))
    assert new_code([], used=["418205"]) == "735921"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("418205", "418205"),
        (" 418 205 ", "418205"),
        ("418-205", "418205"),
        ("418–205", "418205"),
        ("4182 0571", "41820571"),
        ("٤١٨٢٠٥", "418205"),
        ("४१८२०५", "418205"),
        ("４１８２０５", "418205"),
        ("\u200e418\u00a0205", "418205"),
        ("018205", "018205"),
        ("41820", ""),
        ("4182057", ""),
        ("", ""),
        ("abcdef", ""),
        ("418205' OR '1'='1", ""),
        ("418205\0", ""),
        ("1" * 10_000, ""),
        ("½½½½½½", ""),
    ],
)
def test_what_people_type_is_read_as_digits(typed: str, code: str) -> None:
    assert read_code(typed) == code


def test_a_code_is_written_in_two_halves() -> None:
    assert (spaced("418205"), spaced("41820571"), spaced("")) == ("418 205", "4182 0571", "")


def test_the_words_are_256() -> None:
    assert len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 8 for word in WORDS)


def test_the_budget_of_wrong_guesses_is_one_hit_in_a_thousand_days() -> None:
    assert daily_budget(["418205"] * 5) == pytest.approx(200)
    assert daily_budget(["418205"] * 50) == pytest.approx(20)
    assert daily_budget(["41820571"] * 50) == pytest.approx(2_000)
    assert daily_budget([]) == float("inf")


@pytest.mark.django_db
def test_a_live_session_is_found_by_its_code() -> None:
    made = lobby()
    assert find(spaced(made.session.code)) == made.session


@pytest.mark.django_db
def test_no_such_code_ended_and_not_open_get_the_same_answer() -> None:
    shut, ended = lobby(open_door=False), running()
    code = ended.session.code
    ended.fay("session.end")
    answers = [refusal(find, typed) for typed in (shut.session.code, code, "999999", "12", "x")]
    assert len({(answer.code, str(answer.message)) for answer in answers}) == 1


@pytest.mark.django_db
def test_an_ended_session_gives_its_code_back_for_later() -> None:
    made = running()
    code = made.session.code
    made.fay("session.end")
    assert CodeUse.objects.filter(code=code).exists()
    assert not Session.objects.filter(code=code).exists()


@pytest.mark.django_db
def test_a_rotated_code_and_link_let_nobody_in() -> None:
    made = lobby()
    old, token = made.session.code, made.session.join_token
    new = made.fay("session.code")["code"]
    assert refusal(find, old).code == "no_code"
    assert find(new) == made.session
    assert made.fresh.join_token != token


@pytest.mark.django_db
def test_after_the_days_budget_the_word_on_the_screen_is_needed_by_everybody() -> None:
    made = lobby()
    GuessDay.objects.create(day=timezone.localdate(), wrong=999)
    before = made.revision("session")
    assert refusal(find, "999999", address="10.0.0.1").code == "no_code"
    assert refusal(find, made.session.code, address="10.0.0.2").code == "word_needed"
    assert made.revision("session") > before
    assert word_shown(made.fresh)
    word = word_of(made.session.public_id)
    assert find(made.session.code, word=f" {word.upper()} ", address="10.0.0.2") == made.session
    assert refusal(find, made.session.code, word="wrong").code == "word_needed"


@pytest.mark.django_db
def test_the_budget_is_new_every_day() -> None:
    made = lobby()
    GuessDay.objects.create(day=timezone.localdate() - timedelta(days=1), wrong=5_000)
    assert find(made.session.code) == made.session


@pytest.mark.django_db
def test_an_address_with_many_failures_needs_the_word_and_a_class_beside_it_does_not() -> None:
    made, other = lobby(), lobby()
    for _guess in range(codes.ADDRESS_WRONG):
        refusal(find, "999999", address="2001:db8::1")
    # Right or wrong, the answer is the same: nothing is learned by guessing on.
    answers = {refusal(find, typed, address="2001:db8::2").code for typed in (made.session.code, "999999")}
    assert answers == {"word_needed"}
    assert find(made.session.code, address="2001:db8:1::1") == made.session
    # Every class sees its word now: that only the one did which was meant would tell that the guess was right.
    assert word_shown(made.fresh)
    assert word_shown(other.fresh)
    assert find(made.session.code, word=word_of(made.session.public_id), address="2001:db8::2") == made.session


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["", "wrong"])
def test_mallory_cannot_tell_a_right_code_by_the_work_that_it_makes(word: str) -> None:
    sessions = [lobby(), lobby()]
    GuessDay.objects.create(day=timezone.localdate(), wrong=5_000)
    refusal(find, "999999", word=word, address="10.0.0.1")
    work = []
    for typed in ("999998", sessions[0].session.code, "999997", sessions[1].session.code):
        with CaptureQueriesContext(connection) as queries:
            refusal(find, typed, word=word, address="10.0.0.1")
        work.append([re.sub(r"'[^']*'|[0-9]+", "?", query["sql"]) for query in queries])
    assert work[0] == work[1] == work[2] == work[3]
    assert all(word_shown(made.fresh) and made.fresh.screen.get("word") for made in sessions)


@pytest.mark.django_db
def test_a_typo_of_the_wrong_length_costs_nothing() -> None:
    lobby()
    refusal(find, "41820", address="10.0.0.1")
    assert not GuessDay.objects.exists()


@pytest.mark.django_db
def test_joining_what_is_not_open_is_refused_by_name() -> None:
    shut: Workshop = lobby(open_door=False)
    assert refusal(shut.join, "Ana").code == "not_open"
    ended = running()
    ended.fay("session.end")
    assert refusal(ended.join, "Ana").code == "ended"
