"""What one picture of the projector cannot hold stands on several, which have keys of their own and hold up no step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Part, Workshop, running
from workshop.kinds import ActivitySpec, QuestionSpec, Refused, question_kinds
from workshop.questions.beside import column, lined_up
from workshop.questions.catalogue import Asked
from workshop.questions.fitting import BARS, ROOM, Step, whole_pages
from workshop.questions.standing import NOTE, STANDING
from workshop.questions.text.wall import on_the_wall
from workshop.realtime import slots

TEXTS = 200
LONG = [
    f"{letter} " + "a label of exactly as many letters as anybody may write, and then some more of them " * 2
    for letter in "abcdefghij"
]


def texts(count: int) -> list[list[object]]:
    return [[f"Answer {number}: tags on every run, and one owner for each workload", 1] for number in range(count)]


def open_text(people: int = TEXTS) -> Workshop:
    asked = QuestionSpec("text", "What now?", {"hold": False}, key="q1")
    other = ActivitySpec("poll", "Next", key="next", questions=(asked,))
    spec = ActivitySpec("poll", "Poll", key="poll", questions=(asked,), privacy="pseudonymous", results="staff")
    made = running(Part("Engage", (spec, other)))
    made.fay("activity.open", a=made["poll"].pk)
    for number in range(people):
        text = f"Answer {number}: tags on every run, and one owner for each workload"
        made.join()("respond", a=made["poll"].pk, q="q1", round=1, n=1, v=text)
    return made


def wall(made: Workshop) -> str:
    state = made.slot(f"tally:{made['poll'].pk}", "screen", view="html")
    return (state.html or "") if state else ""


def pages_of(html: str) -> int:
    return int(html.split("1 of ")[1].split("<", maxsplit=1)[0])


def button(made: Workshop) -> str:
    state = made.slot("panel")
    assert state is not None
    return str(state.data["main"]["label"])


def test_every_text_stands_on_exactly_one_page() -> None:
    kind = question_kinds.get("text")
    config = kind.load({})
    leaves = kind.leaves(config, {"n": TEXTS, "texts": texts(TEXTS)})

    assert len(leaves) > 1
    assert [text for leaf in leaves for text in leaf["texts"]] == texts(TEXTS)
    for leaf in leaves:
        shown, _size = on_the_wall(leaf["texts"])
        assert shown == leaf["texts"]
    assert kind.leaves(config, {"n": 3, "texts": texts(3)}) == [{"n": 3, "texts": texts(3)}]
    assert kind.leaves(config, {"n": 0}) == [{"n": 0}]


@pytest.mark.parametrize(
    ("slug", "steps", "room"),
    [("choice", BARS, ROOM), ("ranking", STANDING, ROOM - NOTE), ("allocation", STANDING, ROOM - NOTE)],
)
def test_long_labels_stand_whole_on_pages_of_their_own(slug: str, steps: Sequence[Step], room: float) -> None:
    kind = question_kinds.get(slug)
    config = kind.load({"options": LONG})
    data = kind.tally(config).data()
    whole, *parts = kind.leaves(config, data)

    assert len(kind.result(config, whole)["rows"]) == len(LONG)
    rows = [row.label for part in parts for row in kind.result(config, part)["rows"]]
    assert sorted(rows) == sorted(option.text for option in config.options)
    for part in parts:
        result = kind.result(config, part)
        assert whole_pages([row.label for row in result["rows"]], steps, room) == []
    short = kind.load({"options": ["Yes", "No", "Later"]})
    assert not kind.turns(short)
    assert kind.leaves(short, kind.tally(short).data()) == [kind.tally(short).data()]


def test_a_label_that_fits_no_picture_has_a_page_alone() -> None:
    step = Step(1, 3.2, 3.0, 20.0, 2)

    assert whole_pages(["x" * 2_000, "y"], (step,), ROOM) == [range(1), range(1, 2)]


@pytest.mark.parametrize(
    "config",
    [
        {"rows": [text[:200] for text in LONG]},
        {"rows": [text[:120] for text in LONG], "criteria": ["Price", "Speed", "Ease of use and of learning " * 3]},
        {"rows": [f"Row {n}" for n in range(12)], "criteria": [f"{n}. {LONG[0][:80]}" for n in range(8)]},
    ],
)
def test_rows_of_a_matrix_that_are_cut_off_stand_whole_on_pages_of_their_own(config: dict[str, Any]) -> None:
    kind = question_kinds.get("matrix")
    made = kind.load(config)
    data = kind.tally(made).data()
    whole, *parts = kind.leaves(made, data)

    assert kind.turns(made)
    assert [row.label for row in kind.result(made, whole)["rows"]] == [row.text for row in made.rows]
    shown = [kind.result(made, part) for part in parts]
    assert [row.label for each in shown for row in each["rows"]] == [row.text for row in made.rows]
    assert {each["fit"] for each in shown} == {"t4"}


def test_a_matrix_of_short_words_is_one_picture() -> None:
    kind = question_kinds.get("matrix")
    config = kind.load({"rows": [f"Row {n}" for n in range(12)], "criteria": [f"By {n}" for n in range(8)]})

    assert not kind.turns(config)
    assert len(kind.leaves(config, kind.tally(config).data())) == 1


@pytest.mark.parametrize(
    ("labels", "first_has_all"),
    [([text[:200] for text in LONG[:4]], True), ([f"{n} {LONG[0][:60]}" for n in range(50)], False)],
)
def test_labels_side_by_side_stand_whole_on_pages_of_their_own(labels: list[str], first_has_all: bool) -> None:
    asked = Asked(1, 1, "q1", question_kinds.get("choice"), question_kinds.get("choice").load({"options": labels}),
                  "anonymous", "Which?", False, 1)  # fmt: skip
    data = asked.kind.tally(asked.config).data()
    laid = lined_up("rounds", [column(f"Round {n}", asked, data) for n in (1, 2, 3)], moves=True)
    pages = laid.pages()

    assert len(pages) > 1
    assert [page.fit() for page in pages[first_has_all:]] == [7] * (len(pages) - first_has_all)
    assert [line.label for page in pages[first_has_all:] for line in page.lines] == [
        option.text for option in asked.config.options
    ]
    if first_has_all:
        assert pages[0] is laid


def test_what_stands_side_by_side_as_it_is_turns_together() -> None:
    kind = question_kinds.get("matrix")
    asked = Asked(1, 1, "q1", kind, kind.load({"rows": [text[:200] for text in LONG]}), "anonymous", "How?", False, 1)
    data = asked.kind.tally(asked.config).data()
    laid = lined_up("rounds", [column(f"Round {n}", asked, data) for n in (1, 2)], moves=True)

    assert laid.panes
    for page, leaf in zip(laid.pages(), kind.leaves(asked.config, data), strict=True):
        assert [each.data for each in page.columns] == [leaf, leaf]


@pytest.mark.django_db
def test_two_rounds_side_by_side_have_pages_that_are_turned() -> None:
    asked = QuestionSpec("choice", "Which?", {"options": [text[:200] for text in LONG]}, key="q1")
    spec = ActivitySpec("poll", "Poll", key="poll", questions=(asked,), privacy="pseudonymous", results="staff")
    made = running(Part("Engage", (spec,)))
    a = made["poll"].pk
    for round_ in (1, 2):
        made.fay("activity.open" if round_ == 1 else "activity.round", a=a)
        made.fay("activity.close", a=a)
    made.fay("activity.show", a=a, where="screen", on=True)
    pages = pages_of(wall(made))
    assert pages > 1

    assert made.fay("screen.step", forward=True, page=True)["did"] == "page"
    assert f"2 of {pages}" in wall(made)
    assert 'data-fit="7"' in wall(made)
    made.fay("result.view", a=a, view="now")
    assert "1 of " in wall(made)


@pytest.mark.django_db
def test_pages_cost_no_query_when_answers_come_and_none_in_the_panel() -> None:
    made, few = open_text(), open_text(2)
    for each in (made, few):
        each.fay("activity.show", a=each["poll"].pk, where="screen", on=True)
    assert "1 of " in wall(made)
    assert "page-of" not in wall(few)
    costs = []
    for each in (made, few):
        each.join()("respond", a=each["poll"].pk, q="q1", round=1, n=1, v="One more")
        for slot in (lambda each=each: wall(each), lambda each=each: each.slot("panel", view="html")):
            with CaptureQueriesContext(connection) as asked:
                slot()
            costs.append(len(asked))

    assert costs[:2] == costs[2:]
    assert slots.reader_for("panel").heads("panel") == ("session",)  # so that no answer draws it anew


@pytest.mark.django_db
def test_keys_of_their_own_turn_pages_while_answers_come_and_after_the_close() -> None:
    made = open_text()
    a = made["poll"].pk
    made.fay("activity.show", a=a, where="screen", on=True)
    first = wall(made)
    pages = pages_of(first)
    assert pages > 1
    made.fay("screen.step", forward=True, page=True)
    assert f"2 of {pages}" in wall(made)
    made.fay("screen.step", forward=False, page=True)
    assert wall(made) == first
    with pytest.raises(Refused) as refused:
        made.fay("screen.step", forward=False, page=True)
    assert refused.value.code == "last_page"
    with pytest.raises(Refused) as refused:
        made.fay("screen.step", forward=False)
    assert refused.value.code == "first_step"
    assert button(made) == "Close: Poll"  # turning pages holds up nobody

    made.fay("activity.close", a=a)
    made.fay("activity.show", a=a, where="screen", on=True)
    seen = wall(made)
    for page in range(2, pages + 1):
        assert made.fay("screen.step", forward=True, page=True)["did"] == "page"
        assert f"{page} of {pages}" in wall(made)
        seen += wall(made)
    assert all(f"Answer {number}:" in seen for number in range(TEXTS))
    with pytest.raises(Refused) as refused:
        made.fay("screen.step", forward=True, page=True)
    assert refused.value.code == "last_page"
    assert made.fay("screen.step", forward=True)["did"] == "open"


@pytest.mark.django_db
def test_the_clicker_goes_on_from_the_first_page_as_the_main_button_says() -> None:
    made = open_text()
    a = made["poll"].pk
    made.fay("activity.show", a=a, where="screen", on=True)
    assert pages_of(wall(made)) > 2

    assert button(made) == "Close: Poll"
    assert made.fay("screen.step", forward=True)["did"] == "close"
    assert button(made) == "Open: Next"
    assert made.fay("screen.step", forward=True)["did"] == "open"


@pytest.mark.django_db
def test_the_same_keys_are_a_step_where_nothing_is_to_be_turned() -> None:
    made = open_text(3)
    made.fay("activity.show", a=made["poll"].pk, where="screen", on=True)

    assert made.fay("screen.step", forward=True, page=True)["did"] == "close"


@pytest.mark.django_db
def test_the_panel_turns_pages_too_and_stays_at_either_end() -> None:
    made = open_text(60)
    a = made["poll"].pk
    assert made.fay("result.page", a=a, forward=True) == {"page": 0}
    made.fay("activity.show", a=a, where="screen", on=True)
    pages = pages_of(wall(made))
    sheet = made.slot("panel", view="html")
    assert sheet is not None
    assert f"On the screen: page 1 of {pages}" in (sheet.html or "")
    assert made.fay("result.page", a=a, forward=False) == {"page": 1}
    for page in range(2, pages + 1):
        assert made.fay("result.page", a=a, forward=True) == {"page": page}
    assert made.fay("result.page", a=a, forward=True) == {"page": pages}


@pytest.mark.django_db
def test_a_page_that_is_gone_is_the_last_one() -> None:
    made = open_text()
    a = made["poll"].pk
    made.fay("activity.show", a=a, where="screen", on=True)
    pages = pages_of(wall(made))
    for _page in range(pages - 1):
        made.fay("screen.step", forward=True, page=True)
    some = [int(number) for number in made.slot(f"answers:{a}", "staff:people").items][: TEXTS - 3]  # type: ignore[union-attr]
    made.fay("answers.hide", a=a, ids=some)

    assert wall(made).count("<li") == 3
    assert "page-of" not in wall(made)


@pytest.mark.django_db
def test_phones_and_staff_have_all_of_it_at_once() -> None:
    made = open_text()
    made.fay("activity.show", a=made["poll"].pk, where="phones", on=True)
    for audience in ("learner", "staff"):
        state = made.slot(f"tally:{made['poll'].pk}", audience, view="html")
        assert state is not None
        assert (state.html or "").count("<li") == TEXTS
