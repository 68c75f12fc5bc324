"""Questions from GIFT, Aiken, Kahoot's spreadsheet and CSV, each question checked; and GIFT out again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from polls.quiz.importing import Found, Unreadable, gift, read_file, read_text
from workshop.kinds import QuestionSpec, question_kinds

GIFT = r"""// made by hand
$CATEGORY: costs

::Idle:: What costs money and does [i]nothing[\/i]? {
	=Idle machines#They wait for work.
	~Tags
	~%0%Alerts
}

Which two lower the bill? {
	~%50%Smaller models
	~%50%Switching off
	~%-100%More logs
	####Logs cost money too.
}

A token is always one word.{FALSE#It is a part of one.}

Unit cost \= cost \/ answers\: true? {T}

What did you learn? {}

The bill {=falls ~rises} at night.

[html]<p>Who &amp; <b>what</b>?</p>{=A ~B}

Name the capital {=Paris =paris}

Match {=cat -> food =dog -> food}

This is only a description.

Never closed {=a ~b
"""

AIKEN = """What costs money and does nothing?
A. Tags
B) Idle machines
ANSWER: B

Which of these
is a model?
A. A price list
B. A network with weights
C. A contract
ANSWER: B

Two are right
A. One
B. Two
C. Three
ANSWER: A, C

No answer line
A. One
B. Two

Only one answer
A. One
ANSWER: A
Wrong letter
A. One
B. Two
ANSWER: D
"""

MORE_AIKEN = "Was ist größer?\nA. Ein Gramm\nB. Ein Kilo\nANSWER: B\n\nﻫل؟\nA. نعم\nB. لا\nANSWER: a\n"

CSV = """Question;Answer 1;Answer 2;Answer 3;Correct;Points;Explanation
What is idle?;Tags;Machines;;2;3;They wait.
Which two?;A;B;C;A,C;;
By its words?;Yes;No;;no;1,5;
None marked;Yes;No;;;;
Empty one;Yes;No;;3;;
Not there;Yes;No;;Perhaps;;
One only;Yes;;;1;;
Points?;Yes;No;;1;many;
"""

MORE_CSV = 'frage,antwort A,antwort B,richtige Antwort\n"Was, bitte, ist das?","Eins, zwei","Drei",B\n"Zeilen\numbruch?",x,y,A\n'


def rights(found: Found) -> list[tuple[str, Any]]:
    """Prompt and right answers in words (None where nothing is right or wrong)."""
    shown = []
    for asked in found.questions:
        kind = question_kinds.get(asked.kind)
        shown.append((asked.prompt, list(kind.right(kind.load(asked.config))) or None))
    return shown


def named(found: Found) -> list[tuple[int, str]]:
    return [(problem.line, problem.name) for problem in found.problems]


class TestGift:
    def test_every_question(self) -> None:
        found = read_text(GIFT)
        assert [asked.prompt for asked in found.questions] == [
            "What costs money and does [i]nothing[\\/i]?",
            "Which two lower the bill?",
            "A token is always one word.",
            "Unit cost = cost \\/ answers: true?",
            "What did you learn?",
            "The bill ____ at night.",
            "Who & what?",
        ]
        by_prompt = dict(rights(found))
        assert by_prompt["Which two lower the bill?"] == ["Smaller models", "Switching off"]
        assert by_prompt["A token is always one word."] == ["False"]
        assert by_prompt["The bill ____ at night."] == ["falls"]
        assert by_prompt["What did you learn?"] is None
        assert by_prompt["Who & what?"] == ["A"]
        configs = {asked.prompt: asked.config for asked in found.questions}
        assert configs["Which two lower the bill?"]["explanation"] == "Logs cost money too."

    def test_what_cannot_be_imported_by_line_and_name(self) -> None:
        assert named(read_text(GIFT)) == [
            (27, "Name the capital"),
            (29, "Match"),
            (31, "This is only a description."),
            (33, "Never closed"),
        ]

    def test_written_and_read_again_it_is_the_same(self) -> None:
        found = read_text(GIFT)
        text, left_out = gift.write(found.questions)
        again = read_text(text)
        assert left_out == []
        assert again.problems == []
        assert rights(again) == rights(found)

    def test_what_gift_cannot_say_is_named(self) -> None:
        text, left_out = gift.write([QuestionSpec("scale", "How sure?", {})])
        assert left_out == ["How sure?"]
        assert "How sure?" not in text

    @given(
        st.lists(
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30),
            min_size=2,
            max_size=6,
            unique=True,
        ),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=60),
    )
    @settings(max_examples=60, deadline=None)
    def test_signs_of_the_format_survive(self, options: list[str], prompt: str) -> None:
        asked = QuestionSpec("choice", prompt, {"options": options, "right": [options[-1]]})
        try:
            question_kinds.get("choice").load(asked.config)
        except ValueError:
            return
        text, _left = gift.write([asked])
        again = read_text(text)
        if any("[" in each for each in (*options, prompt)):
            return  # the name of a format in brackets is dropped
        assert again.problems == []
        assert rights(again) == [(prompt, [options[-1]])]


NUMBERS = """How many weeks has a year? {#52:1}

A share {#1..5}

Pi {#=%100%3.14:0.01 =%50%3:0.5#near}

Nothing {#many}
"""


class TestNumbers:
    def test_with_a_tolerance_and_as_a_range(self) -> None:
        found = read_text(NUMBERS)
        configs = [(asked.config["right"], asked.config["tolerance"]) for asked in found.questions]
        assert configs == [(52, 1), (3, 2), (3.14, 0.01)]
        assert named(found) == [(7, "Nothing")]
        again = read_text(gift.write(found.questions)[0])
        assert [asked.config for asked in again.questions] == [asked.config for asked in found.questions]


class TestAiken:
    def test_every_question(self) -> None:
        assert rights(read_text(AIKEN)) == [
            ("What costs money and does nothing?", ["Idle machines"]),
            ("Which of these is a model?", ["A network with weights"]),
            ("Two are right", ["One", "Three"]),
        ]
        assert rights(read_text(MORE_AIKEN)) == [("Was ist größer?", ["Ein Kilo"]), ("ﻫل؟", ["نعم"])]

    def test_what_cannot_be_imported_by_line_and_name(self) -> None:
        assert named(read_text(AIKEN)) == [(19, "No answer line"), (23, "Only one answer"), (26, "Wrong letter")]

    def test_in_windows_letters(self) -> None:
        assert rights(read_file(MORE_AIKEN.partition("\n\n")[0].encode("cp1252")))[0][0] == "Was ist größer?"


class TestSheets:
    def test_every_row_of_a_csv(self) -> None:
        found = read_text(CSV)
        assert rights(found) == [("What is idle?", ["Machines"]), ("Which two?", ["A", "C"]), ("By its words?", ["No"])]
        assert [asked.config.get("points") for asked in found.questions] == [3.0, None, 1.5]
        assert found.questions[0].config["explanation"] == "They wait."
        assert named(found) == [(5, "None marked"), (6, "Empty one"), (7, "Not there"), (8, "One only"), (9, "Points?")]

    def test_commas_line_breaks_and_german_headings(self) -> None:
        assert rights(read_text(MORE_CSV)) == [("Was, bitte, ist das?", ["Drei"]), ("Zeilen umbruch?", ["x"])]

    def test_kahoots_spreadsheet(self) -> None:
        rows = [
            ["Quiz template"],
            [],
            [
                "",
                "Question - max 120 characters",
                "Answer 1 - max 75 characters",
                "Answer 2",
                "Answer 3",
                "Answer 4",
                "Time limit (sec) – 5, 10, 20",
                "Correct answer(s) - choose at least one",
            ],
            ["1", "What is idle?", "Tags", "Machines", None, None, 20, 2],
            ["2", "Which two?", "A", "B", "C", "D", 30, "1,4"],
            ["3", "None?", "A", "B", None, None, 30, None],
        ]
        found = read_file(sheet(rows))
        assert rights(found) == [("What is idle?", ["Machines"]), ("Which two?", ["A", "D"])]
        assert named(found) == [(6, "None?")]

    def test_another_spreadsheet_whose_numbers_are_answers(self) -> None:
        rows = [
            ["Question", "Answer 1", "Answer 2", "Correct answer"],
            ["Weeks?", 52, 12.5, 1.0],
            ["Months?", 12, 13, "12"],
        ]
        found = read_file(sheet(rows))
        assert rights(found) == [("Weeks?", ["52"]), ("Months?", ["12"])]

    def test_a_bomb_is_not_unpacked(self) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
        with pytest.raises(Unreadable, match="too large"):
            read_file(packed.getvalue())


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for data in (content, b"PK\x03\x04" + content, b"Question,A,B,Correct\n" + content):
        try:
            found = read_file(data)
        except Unreadable:
            continue
        assert found.questions or found.problems


def sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
