"""Sessions from plans: a lineage of their own, and what may be changed while they run."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests.cast import Part, fay, lobby, organisation, plan, plan_document, refusal, running, user
from tests.live.kinds import ask, steps
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import start
from workshop.live.models import ActivityRun, PhaseRun
from workshop.live.start import quick_session, start_session
from workshop.plans.models import Activity, Phase, Plan, PlanVersion, Question
from workshop.plans.operations import empty_plan
from workshop.plans.rows import document_of, new_version, spec_of, store_document
from workshop.plans.text.document import ObjectiveDoc
from workshop.realtime.models import Head

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def asked(title: str, *questions: QuestionSpec, **more: Any) -> ActivitySpec:
    return ask(title, questions=questions, **more)


def test_a_session_has_rows_of_its_own_with_the_same_keys() -> None:
    row = plan(
        Part("Engage", (asked("Which?", QuestionSpec("text", "Why?", objectives=(1,)), key="which"),)),
        Part("Explain", (steps("Slides", 3, "slides", children=(ask("Clear?", "clear"),)),)),
        objectives=(ObjectiveDoc("Compare two bills", "evaluate"),),
    )
    assert row.current is not None
    session = start_session(row, fay())
    version = session.version
    assert (version.lineage, version.number, version.plan) == (session.public_id, 1, row)
    keys = [list(each.activities.order_by("key").values_list("key", flat=True)) for each in (row.current, version)]
    assert keys == [["clear", "slides", "which"]] * 2
    clear = version.activities.get(key="clear")
    assert clear.parent == version.activities.get(key="slides")
    question = Question.objects.get(activity__version=version)
    assert question.objectives.get().version == version
    assert PhaseRun.objects.filter(session=session).count() == 2
    assert set(ActivityRun.objects.filter(session=session).values_list("state", "round")) == {("ready", 1)}
    names = set(Head.objects.filter(session=session.pk).values_list("name", flat=True))
    assert {"session", "people", "own", f"activity:{clear.pk}"} <= names


def test_what_changes_in_a_session_stays_there() -> None:
    row = plan(Part("Engage", (ask("Which?", "which"),)))
    made = lobby()
    one, two = start_session(row, fay()), start_session(row, fay())
    made.session = one
    made.fay("activity.edit", a=made["which"].pk, spec={"kind": "t-ask", "title": "Which one?"})
    titles = [each.activities.get().title for each in (row.current, two.version) if each]
    assert titles == ["Which?", "Which?"]


def test_a_plan_without_phases_or_of_others_starts_nothing() -> None:
    empty = Plan.objects.create(organisation=organisation(), owner=fay(), title="Empty")
    assert refusal(start_session, empty, fay()).code == "no_phases"
    mallory = user("Mallory", organisation=organisation("Elsewhere"))
    assert refusal(start_session, plan(), mallory).code == "not_yours"


def test_one_question_needs_no_plan() -> None:
    session = quick_session(fay(), "Where do we stand?", activities=(ask("Which?"),))
    assert session.title == "Where do we stand?"
    assert [each.title for each in session.version.activities.all()] == ["Which?"]


def test_a_session_is_never_called_like_an_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-abc", "--def", "ghi-"])
    monkeypatch.setattr(start.secrets, "token_urlsafe", lambda _size: next(drawn))
    assert start.new_public_id() == "ghi-"


def test_one_question_is_asked_in_the_language_of_the_page() -> None:
    with translation.override("de"):
        session = quick_session(fay(), "Wo stehen wir?", activities=(ask("Which?"),))
        made = empty_plan(fay())
    assert session.language == "de"
    assert made.current is not None
    assert made.current.document["language"] == "de"


def test_an_edit_keeps_ids_and_makes_the_next_version() -> None:
    made = running(Part("Engage", (asked("Which?", QuestionSpec("text", "Why?", key="why"), key="which"),)))
    activity, question = made["which"], Question.objects.get(activity=made["which"])
    made.fay("activity.open", a=activity.pk)
    questions = [{"kind": "text", "prompt": "Why exactly?", "key": "why"}]
    made.fay("activity.edit", a=activity.pk, spec={"kind": "t-ask", "title": "Which one?", "questions": questions})
    question.refresh_from_db()
    assert (made["which"].pk, made["which"].title, question.prompt) == (activity.pk, "Which one?", "Why exactly?")
    assert (made.version.number, made.version.lineage) == (2, made.session.public_id)
    assert document_of(made.version).phases[0].activities[0].title == "Which one?"
    first = PlanVersion.objects.get(lineage=made.session.public_id, number=1)
    assert document_of(first).phases[0].activities[0].title == "Which?"
    assert made.run("which").state == "open"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"kind": "t-ask"}, "bad_config"),
        ({"kind": "t-ask", "title": " "}, "bad_config"),
        ({"kind": "nothing", "title": "x"}, "unknown_kind"),
        ({"kind": "t-ask", "title": "x", "config": {"colour": 1}}, "bad_config"),
        ({"kind": "t-ask", "title": "x", "privacy": "secret"}, "bad_config"),
        ({"kind": "t-ask", "title": "x", "questions": [{"kind": "text"}]}, "bad_config"),
        ({"kind": "t-ask", "title": "x", "questions": "many"}, "bad_config"),
        ({"kind": "t-read", "title": "x"}, "other_kind"),
    ],
)
def test_a_wrong_edit_changes_nothing(spec: dict[str, Any], code: str) -> None:
    made = running(Part("Engage", (ask("Which?", "which"),)))
    assert refusal(made.fay, "activity.edit", a=made["which"].pk, spec=spec).code == code
    assert (made["which"].title, made.version.number) == ("Which?", 1)


def test_an_activity_is_added_to_a_running_phase() -> None:
    made = running(Part("Engage", (ask("Which?", "which"),)))
    result = made.fay("activity.add", spec={"kind": "t-ask", "title": "And now?"})
    assert made.fay("activity.open", a=result["a"])["state"] == "open"
    assert [each.title for each in document_of(made.version).phases[0].activities] == ["Which?", "And now?"]
    assert Head.objects.filter(session=made.session.pk, name=f"activity:{result['a']}").exists()


def test_a_stored_document_keeps_rows_whose_key_stays() -> None:
    row = plan(Part("Engage", (ask("Which?", "which"), ask("Why?", "why"))), Part("Explore"))
    assert row.current is not None
    ids = dict(Activity.objects.filter(version=row.current).values_list("key", "pk"))
    phases = list(Phase.objects.filter(version=row.current).values_list("pk", flat=True))
    changed = plan_document(Part("Beginning", (ask("Which one?", "which"),)), Part("Explore", (ask("How?", "how"),)))
    version = store_document(row, changed, fay())
    assert (version.number, row.current) == (2, version)
    assert list(version.phases.values_list("pk", "title")) == [(phases[0], "Beginning"), (phases[1], "Explore")]
    assert set(version.activities.values_list("key", flat=True)) == {"which", "how"}
    assert version.activities.get(key="which").pk == ids["which"]


def test_an_activity_that_moves_to_another_phase_is_the_same() -> None:
    row = plan(Part("Engage", (ask("Which?", "which"),)), Part("Explore"))
    before = Activity.objects.get()
    version = store_document(row, plan_document(Part("Engage"), Part("Explore", (ask("Which?", "which"),))), fay())
    after = version.activities.get()
    assert (after.pk, after.phase.title) == (before.pk, "Explore")


def test_a_spec_comes_back_as_it_was_written() -> None:
    spec = asked(
        "Which?",
        QuestionSpec("text", "Why?", key="why", privacy="anonymous", required=True, objectives=(1,)),
        key="which", minutes=3, privacy="named", audience="screen", results="all", optional=True, keep_open=True,
        off_record=True, for_profiles=("Finance",), group_set="tables", group_set_spec={"mode": "table", "count": 8},
    )  # fmt: skip
    row = plan(Part("Engage", (spec,)), objectives=(ObjectiveDoc("Compare", "evaluate"),))
    assert row.current is not None
    found = spec_of(row.current.activities.get())
    question = found.questions[0]
    assert (found.title, found.minutes, found.for_profiles, found.group_set_spec) == (
        "Which?", 3, ("Finance",), {"mode": "table", "count": 8},
    )  # fmt: skip
    assert (question.key, question.privacy, question.required, question.objectives) == ("why", "anonymous", True, (1,))
    again = new_version(row.current, fay())
    assert document_of(again).phases[0].activities[0].off_record is True
    assert again.activities.count() == 1
