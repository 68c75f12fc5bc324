"""Files of other programs, question by question: two of each format, as they come out of those programs and editors.

Byte order marks, Windows letters and line ends, UTF-16, cells of several lines, forms that were filled in half.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from polls.quiz.importing import Found, gift, read_file
from tests.cast import Part, fay, plan
from workshop.kinds import question_kinds
from workshop.plans.operations import newest

FILES = Path(__file__).with_name("files")
#: Prompt, what may be chosen, what is right, and what else the file says.
Row = tuple[str, list[str], list[str], dict[str, Any]]

QUESTIONS: dict[str, list[Row]] = {
    "moodle-export.gift.txt": [
        (
            "What costs money and does nothing?",
            ["Machines that wait", "Tags & labels", "A price of 0 = nothing"],
            ["Machines that wait"],
            {"explanation": "They are paid by the hour."},
        ),
        (
            "Which two lower the bill: choose both.",
            ["Smaller models", "Switching off at night", "More logs", "{curly} idea ~ 3 # 4"],
            ["Smaller models", "Switching off at night"],
            {"explanation": "Logs cost money, too."},
        ),
        ("A token is always one word.", ["True", "False"], ["False"], {}),
        ("What did one conversation cost, in cents?", [], ["67 ± 2"], {}),
    ],
    "von-hand.gift": [
        (
            "Die Rechnung im September war ____ wie geplant.",
            ["dreimal so hoch", "halb so hoch", "gleich hoch"],
            ["dreimal so hoch"],
            {},
        ),
        ("Grösser als 1:10?", ["True", "False"], ["True"], {}),
        (
            "Was heißt „FinOps“?",
            ["Finanzen und Betrieb entscheiden gemeinsam", "Eine Firma", "Ein Gerät"],
            ["Finanzen und Betrieb entscheiden gemeinsam"],
            {},
        ),
        ("ما الذي يخفض الفاتورة؟", ["إيقاف الأجهزة الخاملة", "سجلات أكثر"], ["إيقاف الأجهزة الخاملة"], {}),
        ("Wie viele Zeichen in zwei Zeilen?", [], ["15 ± 5"], {}),
        ("Was haben Sie gelernt?", [], [], {}),
    ],
    "windows.aiken.txt": [
        (
            "Was kostet Geld und tut nichts?",
            ["Etiketten", "Wartende Rechner", "Ein Überblick über die Größe"],
            ["Wartende Rechner"],
            {},
        ),
        (
            "Welche zwei senken die Rechnung im nächsten Monat?",
            ["Kleinere Modelle", "Größere Protokolle", "Nachts ausschalten"],
            ["Kleinere Modelle", "Nachts ausschalten"],
            {},
        ),
    ],
    "without-blank-lines.aiken.txt": [
        ("كم مرة تُدفع تكلفة جهاز محجوز؟", ["بالساعة", "مرة واحدة"], ["بالساعة"], {}),
        (
            "What is A. B. testing?",
            [
                'A comparison of two variants = "A" & "B"',
                "<b>Bold</b> statements; semicolons, commas",
                "100 % of {everything}",
            ],
            ['A comparison of two variants = "A" & "B"'],
            {},
        ),
    ],
    "template.kahoot.xlsx": [
        ("What costs money and does nothing?", ["Tags", "Machines that wait", "Alerts"], ["Machines that wait"], {}),
        (
            "Which of these lower the bill?",
            ["Smaller models", "=Switching off", "More logs", "Caching"],
            ["Smaller models", "=Switching off", "Caching"],
            {},
        ),
        ("How many weeks has a year?", ["51", "52", "53", "54.5"], ["52"], {}),
        ("Is 0 a price?", ["True", "False"], ["True"], {}),
        ("Line break and spaces?", ["One", "Two"], ["One"], {}),
    ],
    "deutsch.kahoot.xlsx": [
        ("Was ist „Idle“?", ["Warten", "Arbeiten", "Ärgern"], ["Warten"], {}),
        ("Welche zwei?", ["Größer", "Kleiner", "Nachts aus"], ["Kleiner", "Nachts aus"], {}),
        ("ما هو الرمز؟", ["كلمة", "جزء من كلمة"], ["جزء من كلمة"], {}),
    ],
    "semicolons.csv": [
        (
            "What costs money; and does nothing?",
            ["Tags", 'Machines that "wait"'],
            ['Machines that "wait"'],
            {"points": 3.0, "explanation": "They are paid by the hour."},
        ),
        (
            "Which two?",
            ["Smaller models", "More logs", "Switching off"],
            ["Smaller models", "Switching off"],
            {"points": 1.5},
        ),
        ("Over two lines?", ["Yes", "No"], ["Yes"], {}),
        ("=SUM(A1:A9)?", ["A formula", "A text"], ["A text"], {"explanation": "A text, always"}),
    ],
    "tabs-utf16.csv": [
        ("Was, bitte, ist das?", ["Eins, zwei", "Drei"], ["Drei"], {"points": 2.0}),
        ("قيمة؟", ["نعم", "لا"], ["نعم"], {}),
        ("Mehrere?", ["Eins", "Zwei", "Drei"], ["Eins", "Drei"], {}),
    ],
}
#: What cannot be taken over: line (of a spreadsheet: row) and name.
PROBLEMS: dict[str, list[tuple[int, str]]] = {
    "moodle-export.gift.txt": [(35, "Who owns which line?"), (42, "Where do the machines stand?"), (49, "Read on")],
    "von-hand.gift": [(17, "Hier fehlt etwas")],
    "windows.aiken.txt": [(14, "Ohne Lösung"), (18, "Nur eine Antwort")],
    "without-blank-lines.aiken.txt": [(10, "Which letter is missing?")],
    "template.kahoot.xlsx": [(13, "Marked nothing"), (14, "Marked what is empty")],
    "deutsch.kahoot.xlsx": [(5, "Nur eine Antwort")],
    "semicolons.csv": [(7, "Nothing marked"), (8, "Points are words")],
    "tabs-utf16.csv": [(5, "Falscher Buchstabe")],
}


def test_every_file_is_read_and_each_format_has_two() -> None:
    assert sorted(QUESTIONS) == sorted(PROBLEMS) == sorted(path.name for path in FILES.iterdir())
    for part in ("gift", "aiken", "kahoot", ".csv"):
        assert sum(part in name for name in QUESTIONS) == 2


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_by_question(name: str) -> None:
    found = read_file((FILES / name).read_bytes())

    assert told(found) == QUESTIONS[name]
    assert [(problem.line, problem.name) for problem in found.problems] == PROBLEMS[name]
    assert all(str(problem.reason).endswith((".", "!")) for problem in found.problems)


@pytest.mark.parametrize("name", QUESTIONS)
def test_out_as_gift_and_in_again_it_is_the_same(name: str) -> None:
    found = read_file((FILES / name).read_bytes())
    text, left_out = gift.write(found.questions)
    again = read_file(text.encode())

    assert left_out == []
    assert again.problems == []
    # GIFT knows no points.
    unweighted = [(*row[:3], {key: said for key, said in row[3].items() if key != "points"}) for row in told(found)]
    assert told(again) == unweighted


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUESTIONS)
def test_from_the_page_into_the_plan_and_out_as_a_file(name: str) -> None:
    made, client = plan(Part("Evaluate")), Client()
    client.force_login(fay())
    address = reverse("quiz:import", args=[made.pk, 0])

    def post(**fields: Any) -> Any:
        file = SimpleUploadedFile(name, (FILES / name).read_bytes())
        return client.post(address, {"title": "Brought", "file": file, **fields})

    shown = post().content.decode()
    for line, title in PROBLEMS[name]:
        assert str(line) in shown
        assert title in shown
    assert newest(made).document["phases"][0]["activities"] == []
    assert post(do="take").status_code == 302
    made.refresh_from_db()

    [quiz] = newest(made).document["phases"][0]["activities"]
    assert [asked["prompt"] for asked in quiz["questions"]] == [row[0] for row in QUESTIONS[name]]
    out = client.get(reverse("quiz:gift", args=[made.pk, quiz["key"]])).content
    assert [row[:3] for row in told(read_file(out))] == [row[:3] for row in QUESTIONS[name]]


def told(found: Found) -> list[Row]:
    """What was read, as it would be asked."""
    rows: list[Row] = []
    for asked in found.questions:
        kind = question_kinds.get(asked.kind)
        config = kind.load(asked.config)
        more = {key: asked.config[key] for key in ("points", "explanation") if key in asked.config}
        rows.append((asked.prompt, [str(text) for text in kind.offered(config)], list(kind.right(config)), more))
    return rows
