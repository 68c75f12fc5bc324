"""Editing: every save is a version, the clock runs on, nothing is lost between windows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.integration.plans.conftest import FULL
from tests.integration.plans.pages import HTMX, at, document_of, form_of, number_of
from workshop.accounts.models import User
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live.start import start_session
from workshop.plans.edits import change_phase
from workshop.plans.models import Activity, Plan, PlanVersion
from workshop.plans.operations import create_plan, edit_plan
from workshop.plans.text import PhaseDoc, PlanDocument, read_plan, write_plan


@pytest.mark.parametrize("plans", [1, 3])
def test_the_library_asks_as_often_for_many_plans_as_for_one(desk: Client, fay: User, plans: int) -> None:
    for _number in range(plans):
        create_plan(fay, read_plan(FULL).document)
    with CaptureQueriesContext(connection) as queries:
        body = desk.get(reverse("plans:library")).content.decode()
    assert body.count("90 min, 3 phases") == plans
    own = [query["sql"] for query in queries if "plans_" in query["sql"] and "live_" not in query["sql"]]
    assert len(own) == 3, own


@pytest.mark.parametrize("plans", [1, 3])
def test_the_plan_page_asks_as_often_beside_many_plans_as_alone(desk: Client, fay: User, plans: int) -> None:
    made = [create_plan(fay, read_plan(FULL).document) for _number in range(plans)]
    with CaptureQueriesContext(connection) as queries:
        desk.get(at("plan", made[0]))
    own = [query["sql"] for query in queries if "plans_" in query["sql"] and "live_" not in query["sql"]]
    assert len(own) == 3, own


def test_the_library_finds_plans_by_title_word_and_kind(desk: Client, plan: Plan, demonstration: Plan) -> None:
    def found(words: str) -> set[str]:
        body = desk.get(reverse("plans:library"), {"q": words}, headers=HTMX).content.decode()
        assert "<html" not in body
        return {each.title for each in (plan, demonstration) if each.title in body}

    both = {plan.title, demonstration.title}
    assert found("") == both
    assert found("reading") == {plan.title}
    assert found("board") == {demonstration.title}
    assert found("sort MONEY") == {demonstration.title}
    assert found("reading money") == set()
    assert found("%'\"<") == set()
    assert desk.get(reverse("plans:library"), {"q": "\x00"}, headers=HTMX).status_code == 404


def test_minutes_move_the_clock_and_can_be_undone(desk: Client, plan: Plan) -> None:
    body = desk.post(
        at("phase_minutes", plan, 0), {"minutes": "20", "by": "5", "base": 1}, headers=HTMX
    ).content.decode()
    assert "<time>9:25</time>" in body
    assert "<time>10:05</time>" in body
    assert "5 minutes too much" in body
    assert at("restore", plan, 1) in body
    assert "<html" not in body
    desk.post(at("restore", plan, 1), headers=HTMX)
    assert [phase.minutes for phase in document_of(plan).phases] == [20, 40]
    assert number_of(plan) == 3
    assert list(PlanVersion.objects.filter(plan=plan).values_list("number", flat=True).order_by("number")) == [1, 2, 3]


def test_without_script_the_same_form_leads_back_to_the_page(desk: Client, plan: Plan) -> None:
    answer = desk.post(at("phase_minutes", plan, 1), {"minutes": "45"})
    assert (answer.status_code, answer["Location"]) == (302, at("plan", plan) + "#phase-1")
    assert "<time>10:05</time>" in desk.get(at("plan", plan)).content.decode()


@pytest.mark.parametrize("minutes", ["", "x", "-5", "1.5", "٤", "99999", "1e3", "NaN", "2147483648"])
def test_minutes_that_are_none_change_nothing(desk: Client, plan: Plan, minutes: str) -> None:
    body = desk.post(at("phase_minutes", plan, 0), {"minutes": minutes}, headers=HTMX).content.decode()
    assert 'role="alert"' in body
    assert number_of(plan) == 1


def test_a_save_that_changes_nothing_is_no_version(desk: Client, plan: Plan) -> None:
    desk.post(at("phase_minutes", plan, 0), {"minutes": "20"})
    assert number_of(plan) == 1


def test_the_clock_begins_when_one_says(desk: Client, plan: Plan) -> None:
    assert "<time>13:50</time>" in desk.get(at("plan", plan), {"from": "13:30"}, headers=HTMX).content.decode()
    assert "<time>9:20</time>" in desk.get(at("plan", plan), {"from": "soon"}, headers=HTMX).content.decode()


def test_phases_are_added_moved_copied_and_removed(desk: Client, demonstration: Plan) -> None:
    plan = demonstration

    def names() -> list[str]:
        return [phase.title for phase in document_of(plan).phases]

    desk.post(at("phase_move", plan, 2), {"to": "0", "base": 1})
    assert names() == ["Explore", "Engage", "Break"]
    desk.post(at("phase_duplicate", plan, 0), {"base": 2})
    assert names() == ["Explore", "Explore", "Engage", "Break"]
    keys = [spec.key for phase in document_of(plan).phases for spec in phase.activities]
    assert len(set(keys)) == len(keys) == 4
    desk.post(at("phase_remove", plan, 1), {"base": 3})
    desk.post(at("phase_add", plan), {"after": "0", "base": 4})
    assert names() == ["Explore", "New phase", "Engage", "Break"]
    assert [activity.key for activity in Activity.objects.filter(version=plan.current)] == ["sort", "driver", "ready"]


def test_the_last_phase_stays(desk: Client, plan: Plan) -> None:
    desk.post(at("phase_remove", plan, 0))
    body = desk.post(at("phase_remove", plan, 0), follow=True).content.decode()
    assert "at least one phase" in body
    assert len(document_of(plan).phases) == 1


def test_a_place_from_an_old_page_is_not_used_on_a_new_order(desk: Client, plan: Plan) -> None:
    desk.post(at("phase_move", plan, 1), {"to": "0", "base": 1})
    body = desk.post(at("phase_remove", plan, 0), {"base": 1}, headers=HTMX).content.decode()
    assert "changed in another window" in body
    assert [phase.title for phase in document_of(plan).phases] == ["Explore", "Engage"]


def test_the_six_fields_of_a_phase(desk: Client, plan: Plan) -> None:
    answer = desk.get(at("phase", plan, 0))
    data = {**answer.context["form"].initial, "base": 1, "title": "Begin", "notes": "# Not a heading\n**Duration:** no"}
    desk.post(at("phase", plan, 0), data)
    phase = document_of(plan).phases[0]
    assert (phase.title, phase.notes) == ("Begin", "# Not a heading\n**Duration:** no")
    assert read_plan(write_plan(document_of(plan))).document == document_of(plan)
    too_long = desk.post(at("phase", plan, 0), {**data, "title": "x" * 10_000, "learner_activities": "Kept words"})
    assert too_long.status_code == 422
    assert "Kept words" in too_long.content.decode()


def test_two_windows_on_one_phase(desk: Client, plan: Plan) -> None:
    first = {**desk.get(at("phase", plan, 0)).context["form"].initial, "base": 1}
    desk.post(at("phase", plan, 0), {**first, "resources": "From the first window"})
    second = desk.post(at("phase", plan, 0), {**first, "resources": "From the second window"})
    assert second.status_code == 422
    assert "From the second window" in second.content.decode()
    assert document_of(plan).phases[0].resources == "From the first window"
    desk.post(at("phase", plan, 0), {**first, "base": second.context["number"], "resources": "From the second window"})
    assert document_of(plan).phases[0].resources == "From the second window"


def test_objectives_keep_their_evidence_when_they_are_removed(desk: Client, demonstration: Plan) -> None:
    page = desk.get(at("details", demonstration))
    data = {name: value or "" for name, value in page.context["form"].initial.items()} | {"base": 1}
    rows = [
        ("0", "A new one", "apply"),
        ("2", "Compare three bills", "evaluate"),
        ("1", "Explain a bill", "understand"),
    ]
    for index, (number, text, level) in enumerate(rows):
        data |= {f"o{index}-number": number, f"o{index}-text": text, f"o{index}-level": level}
    data["safety"] = "Be kind\n  also online\nBe short"
    data["profiles"] = "Finance: explain the words\nEngineers"
    data["key_concepts"] = "Token: a piece of text\nBill"
    assert desk.post(at("details", demonstration), data).status_code == 302
    document = document_of(demonstration)
    assert [each.text for each in document.objectives] == ["A new one", "Compare three bills", "Explain a bill"]
    assert document.phases[0].activities[0].questions[0].objectives == (3,)
    assert [(each.term, each.meaning) for each in document.key_concepts] == [("Token", "a piece of text"), ("Bill", "")]
    assert len(document.safety) == 2
    assert [(each.label, each.text) for each in document.profiles] == [
        ("Finance", "explain the words"),
        ("Engineers", ""),
    ]
    assert read_plan(write_plan(document)).document == document
    late = desk.post(at("details", demonstration), data, follow=True)
    assert "changed in another window" in late.content.decode()


def test_the_plan_as_text_can_be_changed(desk: Client, plan: Plan) -> None:
    text = write_plan(document_of(plan)).replace("It may rain.", "It will rain.")
    assert desk.post(at("text", plan), {"text": text}).status_code == 302
    assert document_of(plan).extras[0].markdown == "It will rain."
    wrong = desk.post(
        at("text", plan), {"text": text.replace("### Explore", "```poll\nquestion: [\n```\nMy words\n### Explore")}
    )
    assert wrong.status_code == 422
    assert "My words" in wrong.content.decode()
    assert "Line " in wrong.content.decode()


def test_a_copy_is_a_plan_of_its_own(desk: Client, demonstration: Plan) -> None:
    desk.post(at("duplicate", demonstration))
    copy = Plan.objects.exclude(pk=demonstration.pk).get()
    assert copy.title == "Copy of Where does the money go?"
    assert document_of(copy).phases == document_of(demonstration).phases
    assert not copy.demonstration
    desk.post(at("phase_minutes", copy, 0), {"minutes": "1"})
    assert document_of(demonstration).phases[0].minutes == 25


def test_a_plan_is_deleted_after_a_question(desk: Client, plan: Plan) -> None:
    assert "Delete this plan?" in desk.get(at("remove", plan)).content.decode()
    assert Plan.objects.filter(pk=plan.pk).exists()
    body = desk.post(at("remove", plan), follow=True).content.decode()
    assert "is deleted" in body
    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_an_empty_plan_leads_to_its_title(desk: Client, fay: User) -> None:
    answer = desk.post(reverse("plans:new"))
    made = Plan.objects.get(owner=fay)
    assert answer["Location"] == at("details", made)
    assert document_of(made).total_minutes == 60


def test_somebody_new_sees_how_to_begin(desk: Client) -> None:
    body = desk.get(reverse("plans:library")).content.decode()
    assert "Paste my plan" in body
    assert reverse("plans:import") in body


def test_names_of_markup_and_of_any_length(desk: Client, plan: Plan) -> None:
    page = desk.get(at("activity_add", plan, 0, "poll"))
    evil = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    data = form_of(page) | {"a-title": evil, "q0-prompt": evil, "q0-kind": "choice", "q0-was": "choice"}
    data["q0-c-options"] = f"{evil}\nB"
    desk.post(at("activity_add", plan, 0, "poll"), data)
    for address in (at("plan", plan), at("activity", plan, document_of(plan).phases[0].activities[0].key)):
        body = desk.get(address).content.decode()
        assert "<img" not in body
        assert "&lt;img" in body
    answer = desk.post(at("activity_add", plan, 0, "poll"), data | {"a-title": "x" * 10_000})
    assert answer.status_code == 422


def test_activities_inside_each_other_all_become_rows_and_stay(fay: User) -> None:
    def inside(name: str, *children: ActivitySpec) -> ActivitySpec:
        question = QuestionSpec(kind="text", prompt=name)
        return ActivitySpec(kind="poll", title=name, key=name, questions=(question,), children=children)

    document = PlanDocument(
        title="Deep", phases=(PhaseDoc("One", minutes=5, activities=(inside("a", inside("b", inside("c"))),)),)
    )
    plan = create_plan(fay, document)
    before = dict(Activity.objects.filter(version=plan.current).values_list("key", "pk"))
    assert sorted(before) == ["a", "b", "c"]
    edit_plan(plan, fay, lambda now: change_phase(now, 0, minutes=6))
    assert dict(Activity.objects.filter(version=plan.current).values_list("key", "pk")) == before


def test_a_session_stands_on_the_page_of_its_plan(desk: Client, fay: User, plan: Plan) -> None:
    session = start_session(plan, fay)
    code = f"{session.code[:3]} {session.code[3:]}"
    for headers in ({}, HTMX):
        body = desk.get(at("plan", plan), headers=headers).content.decode()
        assert code in body
        assert reverse("live:panel", args=[session.public_id]) in body
    assert code in desk.get(reverse("plans:library")).content.decode()
    body = desk.post(at("remove", plan), follow=True).content.decode()
    assert "session" in body
    assert Plan.objects.filter(pk=plan.pk).exists()
