"""What a report says of rounds, phases, backgrounds, notes and hands; and one result as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from tests.cast import Part, Workshop, fay, olga, running, user
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import deadlines
from workshop.live.models import ActivityRun, Staff
from workshop.reports.evidence import evidence_of
from workshop.reports.files import export_file
from workshop.reports.tables import tables_of

pytestmark = pytest.mark.django_db
PEOPLE = [f"Person{number}" for number in range(10)]


def sure(key: str, **more: Any) -> ActivitySpec:
    question = QuestionSpec("scale", "How sure are you?", {}, key="sure")
    return ActivitySpec("poll", key.title(), key=key, questions=(question,), **more)


def made() -> Workshop:
    """The same question in two phases; in the second in two rounds, with a note and hands in the last."""
    here = running(Part("Engage", (sure("before"),)), Part("Evaluate", (sure("after"),)), people=PEOPLE)
    for number, name in enumerate(PEOPLE):
        here.people[name]("profile", profile="Finance" if number < 5 else "AI practice")
    answer(here, "before", 1, [1, 2, 2, 3, 3, 3, 3, 4, 4, 5])
    here.next()
    answer(here, "after", 1, [2, 2, 2, 3, 3, 3, 3, 4, 4, 5])
    here.fay("activity.round", a=here["after"].pk)
    answer(here, "after", 2, [5, 5, 5, 5, 5, 1, 1, 1, 1, 1], closed=False)
    here.fay("result.note", a=here["after"].pk, text="After the talk", q="sure", mark="5")
    here.fay("result.hands", a=here["after"].pk, q="sure", people=[0, 0, 0, 0, 7])
    here.fay("activity.close", a=here["after"].pk)
    settle(here)
    return here


def settle(here: Workshop) -> None:
    """Let the time pass after which a close is final."""
    closed = ActivityRun.objects.filter(session=here.session, closed_at__isnull=False)
    closed.update(closed_at=F("closed_at") - timedelta(minutes=5))
    deadlines.meet(here.session.pk)


def answer(here: Workshop, key: str, round_: int, values: list[int], *, closed: bool = True) -> None:
    if round_ == 1:
        here.fay("activity.open", a=here[key].pk)
    for name, value in zip(PEOPLE, values, strict=True):
        here.people[name]("respond", a=here[key].pk, q="sure", round=round_, n=1, v=value)
    if closed:
        here.fay("activity.close", a=here[key].pk)


def table(here: Workshop, name: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for table in tables_of(here.session) if table.name == name for row in table.rows]


def test_the_last_round_has_everything_beside_it() -> None:
    results = evidence_of(made().session).results
    assert [[each.view for each in result.besides] for result in results] == [
        ["backgrounds"],
        [],
        ["rounds", "before", "backgrounds"],
    ]


def test_before_and_now_say_who_moved() -> None:
    last = evidence_of(made().session).results[-1]
    before = next(each for each in last.besides if each.view == "before")
    assert [column.name for column in before.columns] == ["Engage", "Evaluate"]
    assert before.shift is not None
    assert (before.shift.up, before.shift.same, before.shift.down) == (5, 0, 5)


def test_an_export_has_all_of_it() -> None:
    here = made()
    rows = table(here, "Side by side")
    assert ("Evaluate", "After", "How sure are you?", "Rounds", "Round 2", 17, "5", 12.0, 71) in rows
    assert ("Evaluate", "After", "How sure are you?", "Backgrounds", "Finance", 5, "5", 5.0, 100) in rows
    assert table(here, "Notes on results") == [
        ("Evaluate", "After", "How sure are you?", 2, "After the talk", "5", "", 7)
    ]
    assert sorted({row[4] for row in table(here, "Answers")}) == [1, 7]


def test_hands_are_nobodys_name() -> None:
    here = made()
    rows = [row for each in tables_of(here.session, names=True) if each.name == "Answers" for row in each.rows]
    assert [row for row in rows if row[0] == "hands counted in the room"] == [
        ("hands counted in the room", "Evaluate", "After", "How sure are you?", 2, 7, "5", "given")
    ]


def test_the_summary_draws_rounds_together_and_writes_the_note() -> None:
    html = export_file(made().session, "summary").content.decode()
    assert html.count("<img") == 5
    assert "After the talk" in html
    assert "Up 5, same 0, down 5 of 10 people who answered both" in html
    assert "result/" not in html


def file(here: Workshop, who: Any = None, beside: str = "", form: str = "csv", key: str = "sure") -> Any:
    client = Client()
    client.force_login(who or fay())
    place = [here.session.public_id, here["after"].pk, 2, key, form]
    return client.get(reverse("reports:result", args=place), {"beside": beside} if beside else {})


def test_one_result_is_a_file_as_it_is_shown_or_beside_what_is_wanted() -> None:
    here = made()
    assert "Round 1" in file(here).content.decode()
    assert "Engage" in file(here, beside="before").content.decode()
    alone = file(here, beside="now").content.decode()
    assert alone.splitlines()[1:6] == ["1,5,29", "2,0,0", "3,0,0", "4,0,0", "5,12,71"]


def test_a_picture_is_svg_that_can_do_nothing() -> None:
    response = file(made(), form="svg")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Content-Security-Policy"] == "sandbox"
    assert "attachment" in response["Content-Disposition"]
    assert response.content.decode().count("<rect") > 10


def test_who_may_not_export_gets_no_file() -> None:
    here = made()
    Staff.objects.create(session=here.session, user=user("Otto"), role="observer")
    assert file(here, olga()).status_code == 200
    assert file(here, user("Otto")).status_code == 404
    assert file(here, form="png").status_code == 404
    assert file(here, key="nothing").status_code == 404
    assert file(here, beside="elsewhere").status_code == 404


def test_the_gate_stands_before_a_file() -> None:
    here = running(Part("Engage", (sure("after", privacy="confidential"),)), people=PEOPLE)
    answer(here, "after", 1, [1, 1, 1, 1, 1, 5, 5, 5, 5, 5])
    client = Client()
    client.force_login(fay())
    address = reverse("reports:result", args=[here.session.public_id, here["after"].pk, 1, "sure", "csv"])
    assert client.get(address).status_code == 404
    settle(here)
    assert client.get(address).status_code == 200
