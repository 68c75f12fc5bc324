"""A poll is the same wherever it stands: by itself, between slides, on a board, or as a question of a form."""

from __future__ import annotations

import pytest

from tests.cast import Part, Workshop, running
from workshop.kinds import ActivitySpec, QuestionSpec, activity_kinds
from workshop.live.stages import load
from workshop.questions.slots import TallyReader
from workshop.realtime.slots import SlotRequest

pytestmark = pytest.mark.django_db
ASKED = QuestionSpec("choice", "Which one?", {"options": ["Budgets", "Idle machines"]}, key="q1")
POLL = ActivitySpec("poll", "Which one?", key="vote", questions=(ASKED,), results="all")


def counts(here: Workshop, key: str, audience: str = "learner") -> object:
    state = TallyReader().read(SlotRequest(here.session.pk, f"tally:{here[key].pk}", audience, view="data"))
    return state and state.data["questions"]["q1"]


@pytest.mark.parametrize("kind", ["slides", "board", "resource"])
def test_inside_another_activity_it_is_opened_answered_and_shown(kind: str) -> None:
    around = ActivitySpec(kind, "Around it", key="around", children=(POLL,))
    here = running(Part("Explain", (around,)), people=("Ana", "Ben"))
    here.fay("activity.open", a=here["around"].pk) if here.run("around").state == "ready" else None
    here.fay("activity.open", a=here["vote"].pk)
    here.people["Ana"]("respond", a=here["vote"].pk, q="q1", round=1, n=1, v="b")

    scene = load(here.session.pk)
    assert scene is not None
    assert {run.activity.key for run in scene.on_stage()} == {"around", "vote"}
    assert counts(here, "vote") == {"n": 1, "counts": {"a": 0, "b": 1}}


def test_as_a_question_of_a_form_it_is_counted_the_same() -> None:
    form = ActivitySpec("form", "Look back", key="form", questions=(ASKED,), results="all")
    here = running(Part("Evaluate", (form,)), people=("Ana", "Ben"))
    here.fay("activity.open", a=here["form"].pk)
    here.people["Ana"]("respond", a=here["form"].pk, q="q1", round=1, n=1, v="b")
    assert counts(here, "form") == {"n": 1, "counts": {"a": 0, "b": 1}}
    here.fay("result.note", a=here["form"].pk, text="One only", q="q1", mark="Budgets")


def test_the_editor_offers_to_put_it_into_slides_and_onto_a_board() -> None:
    assert {kind.slug for kind in activity_kinds if kind.holds_activities} >= {"board", "slides"}
