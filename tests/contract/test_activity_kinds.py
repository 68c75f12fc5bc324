"""What every activity kind keeps to, whichever is installed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from tests.contract.forms import posted
from tests.questions.room import Room
from workshop.kinds import ActivityKind, ActivitySpec, PlanLine, activity_kinds, question_kinds
from workshop.live.models import ActivityRun
from workshop.plans.text import activity_from_block, block_from_activity
from workshop.questions.catalogue import of_activity
from workshop.questions.models import Response

ROOT = Path(__file__).resolve().parents[2]
KINDS = [pytest.param(kind, id=kind.slug) for kind in activity_kinds]
EXAMPLES = [
    pytest.param(kind, spec, id=f"{kind.slug}-{number}")
    for kind in activity_kinds
    for number, spec in enumerate(kind.examples())
]
#: Examples with at least one question.
ASKING = [
    pytest.param(kind, spec, id=f"{kind.slug}-{number}")
    for kind in activity_kinds
    for number, spec in enumerate(kind.examples())
    if spec.questions
]
LINES = [
    PlanLine(
        field, text, "Engage", phase, ("Analyze the features", "Design a strategy"), ("What changes?",), ("FinOps",)
    )
    for field in ("technology", "learner_activities", "facilitator_actions", "resources", "assessment")
    for phase in ("engage", "explore", "explain", "elaborate", "evaluate", "other")
    for text in (
        "Use digital polling tool for gathering initial thoughts",
        "Use online forms for self-assessment submission",
        "Use breakout rooms for group discussions",
        "Action plan for implementing FinOps",
        "Use interactive presentation software",
        "Brainstorm potential solutions",
        "Online-Formular zur Selbsteinschätzung",
        "Digitale Umfrage für erste Gedanken",
        "",
    )
]


@pytest.mark.parametrize(("kind", "spec"), EXAMPLES)
class TestExamples:
    def test_it_is_valid(self, kind: ActivityKind, spec: ActivitySpec) -> None:
        assert spec.kind == kind.slug
        kind.load(spec.config)
        for question in spec.questions:
            question_kinds.get(question.kind).load(question.config)
        assert {"none": 0, "one": 1}.get(kind.questions, len(spec.questions)) == len(spec.questions)

    def test_it_survives_a_plan_as_text(self, kind: ActivityKind, spec: ActivitySpec) -> None:
        block = block_from_activity(spec)
        marks = block[: len(block) - len(block.lstrip("`"))]
        info, body = block.removeprefix(marks).split("\n", 1)
        again = activity_from_block(info, body.removesuffix(marks), 1)
        assert again == spec
        assert kind.load(again.config) == kind.load(spec.config)

    @pytest.mark.parametrize("state", ["ready", "open", "closed"])
    def test_every_audience_sees_it_in_every_state_empty_and_full(
        self, kind: ActivityKind, spec: ActivitySpec, state: str, room: Room
    ) -> None:
        run = room.open(spec)
        for full in (False, True):
            if full:
                _fill(room, run)
            ActivityRun.objects.filter(pk=run.pk).update(state=state)
            run.refresh_from_db()
            for audience in ("staff", "learner", "screen"):
                part = kind.stage(run, audience)
                html = render_to_string(part.template, dict(part.context))
                assert html.strip()
                assert "style=" not in html
                assert "<script" not in html
                assert "csrf" not in html
            ActivityRun.objects.filter(pk=run.pk).update(state="open")
            run.refresh_from_db()

    def test_a_shared_frame_holds_nobodys_answer(self, kind: ActivityKind, spec: ActivitySpec, room: Room) -> None:
        run = room.open(spec)
        before = [_stage(kind, run, audience) for audience in ("learner", "screen")]
        at_first = run.state_data
        _fill(room, run)
        # Where questions are asked one after the other, the page says which.
        run.state_data = at_first

        assert [_stage(kind, run, audience) for audience in ("learner", "screen")] == before

    def test_programs_get_plain_data(self, kind: ActivityKind, spec: ActivitySpec, room: Room) -> None:
        run = room.open(spec)
        assert json.loads(json.dumps(kind.data(run), default=str))
        assert all(use.audience.partition(":")[0] in {"staff", "learner", "screen", "group"} for use in kind.slots(run))

    def test_slots_belong_to_a_reader(self, kind: ActivityKind, spec: ActivitySpec, room: Room) -> None:
        from workshop.realtime.slots import SlotRequest, reader_for

        run = room.open(spec)
        for use in kind.slots(run):
            reader = reader_for(use.name)
            assert use.audience.partition(":")[0] in reader.audiences or use.audience in reader.audiences
            reader.read(SlotRequest(room.session.pk, use.name, use.audience))

    def test_the_editor_gives_back_what_it_was_given(self, kind: ActivityKind, spec: ActivitySpec) -> None:
        initial = kind.Editor.initial_for(spec.config)
        form = kind.Editor(posted(kind.Editor, initial))
        if form.fields:
            assert form.is_valid(), form.errors
            assert kind.load({**spec.config, **form.config()}) == kind.load(spec.config)


@pytest.mark.parametrize(("kind", "spec"), ASKING)
class TestAsking:
    def test_progress_counts_those_who_are_done(self, kind: ActivityKind, spec: ActivitySpec, room: Room) -> None:
        run = room.open(spec)
        nobody = kind.progress(run)
        _fill(room, run)
        all_of_them = kind.progress(run)
        assert nobody is not None
        assert all_of_them is not None
        assert (nobody.done, all_of_them.done) == (0, len(room.people))

    def test_no_answer_of_a_hidden_author_keeps_a_trace_after_the_close(
        self, kind: ActivityKind, spec: ActivitySpec, room: Room
    ) -> None:
        run = room.open(replace(spec, privacy="anonymous"))
        _fill(room, run)
        before = set(Response.objects.filter(author__startswith="x:").values_list("pk", flat=True))

        room.close(run, final=True)

        after = Response.objects.filter(author__startswith="x:")
        assert not before & set(after.values_list("pk", flat=True))
        assert {(row.n, row.op) for row in after} <= {(0, "")}


@pytest.mark.parametrize("kind", KINDS)
class TestKind:
    def test_it_says_what_it_is(self, kind: ActivityKind) -> None:
        assert str(kind.label)
        sprite = (ROOT / "templates/_sprite.html").read_text()
        assert f'id="i-{kind.icon}"' in sprite

    def test_its_modules_and_styles_exist(self, kind: ActivityKind) -> None:
        for path in (*kind.modules, *kind.styles):
            assert finders.find(path), path

    def test_unknown_keys_in_a_config_are_refused(self, kind: ActivityKind) -> None:
        with pytest.raises(ValueError, match="extra_thing"):
            kind.load({**kind.examples()[0].config, "extra_thing": 1})

    def test_what_it_proposes_and_asks_at_once_is_valid(self, kind: ActivityKind) -> None:
        specs = [proposal.spec for line in LINES for proposal in kind.proposes(line) if str(proposal.because)]
        specs += [quick.spec for question in ("", "Why?") for quick in kind.quick(question) if str(quick.label)]
        specs += [quick.spec for quick in kind.at_hand({"applications": ["One", "Another"]}) if str(quick.label)]
        for spec in specs:
            activity_kinds.get(spec.kind).load(spec.config)
            assert spec.title
            for question in spec.questions:
                assert question.prompt
                question_kinds.get(question.kind).load(question.config)

    def test_it_is_documented(self, kind: ActivityKind) -> None:
        if not type(kind).__module__.startswith("tests."):
            assert f"### `{kind.slug}`" in (ROOT / "docs/kinds.md").read_text()


def _stage(kind: ActivityKind, run: ActivityRun, audience: str) -> str:
    part = kind.stage(run, audience)
    return render_to_string(part.template, dict(part.context))


def _fill(room: Room, run: ActivityRun) -> None:
    """Everybody answers every question with an example that fits, one after the other where they are asked so."""
    from random import Random

    chance, kind = Random(7), activity_kinds.get(run.activity.kind)
    for asked in of_activity(run.activity):
        _step_to(kind, run, asked.key)
        for name in room.people:
            raw = asked.kind.sample(asked.config, chance)
            if raw is not None and Response.objects.filter(question_id=asked.id).count() < len(room.people):
                room.say(name, run, raw, q=asked.key)


def _step_to(kind: ActivityKind, run: ActivityRun, question: str) -> None:
    """Press the clicker until the question is asked."""
    while kind.in_steps and (now := kind.asking(run)) is not None and question not in now:
        assert kind.on_screen(run, forward=True), f"{question} is never asked"
        run.save(update_fields=["state_data"])
