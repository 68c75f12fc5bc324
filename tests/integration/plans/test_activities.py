"""Proposals become activities; activities are changed, moved, copied and removed, and keep their answers' places."""

from __future__ import annotations

from django.test import Client
from django.utils import translation

from tests.integration.plans.conftest import FULL
from tests.integration.plans.pages import HTMX, at, document_of, form_of, number_of, offers, titles
from workshop.plans.models import Activity, Plan
from workshop.plans.text import read_plan, write_plan


def test_an_accepted_proposal_is_a_row_a_block_and_the_same_after_import(desk: Client, plan: Plan) -> None:
    offer = next(offer for offer in offers(plan) if offer.phase == 0 and offer.spec.questions)
    page = desk.get(at("proposal", plan, offer.id))
    assert offer.because in page.content.decode().replace("&quot;", '"')
    data = form_of(page)
    data |= {"q0-kind": "choice", "do": "kind"}
    redrawn = desk.post(at("proposal", plan, offer.id), data, headers=HTMX)
    assert redrawn.status_code == 200
    assert "<html" not in redrawn.content.decode()
    assert number_of(plan) == 1
    data = form_of(redrawn)
    data |= {
        "a-title": "What comes first?",
        "q0-prompt": "What comes first?",
        "q0-kind": "choice",
        "q0-was": "choice",
        "q0-c-options": "Training\nAnswers\n\n- Machines",
        "q0-objectives": ["2"],
        "a-minutes": "4",
        "a-privacy": "anonymous",
    }
    assert desk.post(at("proposal", plan, offer.id), data).status_code == 302
    document = document_of(plan)
    row = Activity.objects.get(version=plan.current)
    assert (row.title, row.minutes, row.privacy) == ("What comes first?", 4, "anonymous")
    assert [o.position for o in row.questions.get().objectives.all()] == [2]
    text = desk.get(at("download", plan)).content.decode()
    assert "```poll\ntitle: What comes first?" in text
    assert "- Machines" in text
    assert read_plan(text).document == document
    assert offer.id not in {each.id for each in offers(plan)}
    assert "No activity gives evidence for objective 2" not in desk.get(at("plan", plan)).content.decode()


def test_the_other_proposals_of_a_phase_stay(desk: Client, plan: Plan) -> None:
    before = offers(plan)
    phase = [offer for offer in before if offer.phase == 0]
    assert len(phase) > 1
    desk.post(at("proposal_dismiss", plan, phase[0].id), headers=HTMX)
    assert [offer.id for offer in offers(plan)] == [offer.id for offer in before if offer is not phase[0]]
    assert number_of(plan) == 1


def test_what_somebody_dismissed_is_settled_in_every_language(desk: Client, plan: Plan) -> None:
    assert offers(plan)
    desk.post(at("proposals", plan), {"do": "dismiss"})
    with translation.override("de"):
        assert offers(plan) == []


def test_all_proposals_at_once(desk: Client, plan: Plan) -> None:
    before = offers(plan)
    desk.post(at("proposals", plan), {"do": "accept"})
    assert offers(plan) == []
    assert sum(len(phase.activities) for phase in document_of(plan).phases) == len(before)
    desk.post(at("restore", plan, 1))
    desk.post(at("proposals", plan), {"do": "again"})
    assert [offer.id for offer in offers(plan)] == [offer.id for offer in before]
    assert desk.post(at("proposals", plan), {"do": "nonsense"}).status_code == 400
    assert offers(plan)
    desk.post(at("proposals", plan), {"do": "dismiss"})
    assert offers(plan) == []
    assert sum(len(phase.activities) for phase in document_of(plan).phases) == 0


def test_only_what_was_dismissed_is_offered_again(desk: Client, plan: Plan) -> None:
    first, second, *_rest = [offer for offer in offers(plan) if offer.phase == 0]
    for offer in offers(plan):
        desk.post(at("proposal_dismiss", plan, offer.id))
    desk.post(at("proposals", plan), {"do": "again"})
    assert second.id in {offer.id for offer in offers(plan)}
    data = form_of(desk.get(at("proposal", plan, first.id)))
    assert desk.post(at("proposal", plan, first.id), data).status_code == 302
    desk.post(at("proposals", plan), {"do": "dismiss"})
    body = desk.post(at("proposals", plan), {"do": "again"}, headers=HTMX).content.decode()
    assert first.id not in body
    assert second.id in body


def test_a_plan_with_activities_gets_no_proposals(desk: Client, demonstration: Plan) -> None:
    del desk
    assert [offer.phase for offer in offers(demonstration)] == []


def test_an_activity_of_ones_own_leaves_the_proposals_of_its_phase(desk: Client, plan: Plan) -> None:
    before = {offer.id for offer in offers(plan)}
    page = desk.get(at("activity_add", plan, 0, "poll"))
    data = form_of(page) | {"q0-prompt": "Why?", "q0-kind": "choice", "q0-was": "choice", "q0-c-options": "A\nB"}
    assert desk.post(at("activity_add", plan, 0, "poll"), data).status_code == 302
    assert titles(plan, 0) == ["Why?"]
    assert {offer.id for offer in offers(plan)} == before


def test_an_activity_keeps_its_key_and_questions_when_its_words_change(desk: Client, demonstration: Plan) -> None:
    page = desk.get(at("activity", demonstration, "driver"))
    row = Activity.objects.get(key="driver")
    question = row.questions.get()
    data = form_of(page) | {
        "q0-prompt": "What drives it?",
        "q0-c-options": "Answers\nTraining runs\nMachines that wait",
    }
    assert desk.post(at("activity", demonstration, "driver"), data).status_code == 302
    after = Activity.objects.get(key="driver")
    assert (after.pk, after.questions.get().pk, after.questions.get().key) == (row.pk, question.pk, question.key)
    assert after.questions.get().prompt == "What drives it?"
    ids = [option["id"] for option in after.questions.get().config["options"]]
    assert ids == [option["id"] for option in question.config["options"]]


def test_saving_a_form_as_it_is_changes_nothing(desk: Client, demonstration: Plan) -> None:
    for key in ("driver", "ready", "sort"):
        desk.post(at("activity", demonstration, key), form_of(desk.get(at("activity", demonstration, key))))
    before = read_plan(FULL).document
    assert read_plan(write_plan(document_of(demonstration))).document == before


def test_what_is_missing_is_marked_and_what_was_typed_stays(desk: Client, demonstration: Plan) -> None:
    page = desk.get(at("activity", demonstration, "driver"))
    data = form_of(page) | {"q0-prompt": "", "q0-c-options": "Only one", "a-title": "Typed title", "a-minutes": "-1"}
    answer = desk.post(at("activity", demonstration, "driver"), data)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing is saved yet" in body
    assert "Typed title" in body
    assert "Only one" in body
    assert number_of(demonstration) == 1


def test_two_windows_on_one_activity(desk: Client, demonstration: Plan) -> None:
    data = form_of(desk.get(at("activity", demonstration, "ready")))
    desk.post(at("activity", demonstration, "ready"), data | {"a-title": "First"})
    second = desk.post(at("activity", demonstration, "ready"), data | {"a-title": "Second"})
    assert second.status_code == 422
    assert titles(demonstration, 0) == ["What drives the bill?", "First"]
    desk.post(at("activity", demonstration, "ready"), data | {"a-title": "Second", "base": number_of(demonstration)})
    assert titles(demonstration, 0) == ["What drives the bill?", "Second"]


def test_activities_are_moved_copied_and_removed(desk: Client, demonstration: Plan) -> None:
    plan = demonstration
    desk.post(at("activity_move", plan, "ready"), {"by": "-1"})
    assert titles(plan, 0) == ["Ready?", "What drives the bill?"]
    desk.post(at("activity_move", plan, "driver"), {"by": "1"})
    assert titles(plan, 1) == ["What drives the bill?"]
    desk.post(at("activity_move", plan, "driver"), {"to": "2"})
    assert titles(plan, 2) == ["Sort the bill", "What drives the bill?"]
    row = Activity.objects.get(key="driver")
    assert row.phase.title == "Explore"
    desk.post(at("activity_duplicate", plan, "driver"))
    assert titles(plan, 2) == ["Sort the bill", "What drives the bill?", "What drives the bill?"]
    desk.post(at("activity_remove", plan, "driver"))
    assert titles(plan, 2) == ["Sort the bill", "What drives the bill?"]
    assert not Activity.objects.filter(key="driver").exists()
    assert "moved" in desk.post(at("activity_move", plan, "ready"), {"by": "-1"}, headers=HTMX).content.decode()
