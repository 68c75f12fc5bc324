"""What every question kind keeps to, whichever is installed."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template.loader import render_to_string

from tests.contract.forms import posted
from tests.questions.room import Room
from workshop.kinds import ActivitySpec, Chart, EditorForm, QuestionKind, QuestionSpec, Refused, question_kinds
from workshop.plans.text import activity_from_block, block_from_activity
from workshop.questions.catalogue import of_activity
from workshop.questions.gate import LEAST
from workshop.questions.sketch import Sketch, pretended

ROOT = Path(__file__).resolve().parents[2]
KINDS = [pytest.param(kind, id=kind.slug) for kind in question_kinds]
EXAMPLES = [
    pytest.param(kind, config, good, bad, id=f"{kind.slug}-{number}")
    for kind in question_kinds
    for number, (config, good, bad) in enumerate(kind.examples())
]
PICTURE_BYTES = 60_000
#: Numbers of one result that are looked for: the projector leaves out what has no room.
MOST_CHECKED = 12
#: What no kind may take for an answer, whatever it asks.
JUNK: list[Any] = [{"$gt": ""}, [[["a"]]], ["\0"], "\0", "\ud800", 1e308, [None] * 200, {"__proto__": {}}, -(2**70)]


@pytest.mark.parametrize(("kind", "config", "good", "bad"), EXAMPLES)
class TestExamples:
    def test_good_answers_are_stored_as_they_can_be_sent_again(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        assert good
        for raw in good:
            value = kind.parse(loaded, raw)
            assert json.loads(json.dumps(value)) == value
            assert kind.parse(loaded, value) == value

    def test_bad_answers_are_refused_in_words(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        assert bad
        for raw in [*bad, *JUNK]:
            with pytest.raises(Refused) as caught:
                kind.parse(loaded, raw)
            assert caught.value.code
            assert str(caught.value.message).rstrip().endswith((".", "!"))

    def test_a_draft_of_a_good_answer_is_kept(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        for raw in good:
            assert kind.parse(loaded, kind.partial(loaded, raw)) == kind.parse(loaded, raw)

    def test_a_tally_ignores_order_and_takes_back_what_it_was_given(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        values = [kind.parse(loaded, raw) for raw in good][:4]
        empty = kind.tally(loaded).data()
        found = []
        for order in permutations(values):
            tally = kind.tally(loaded)
            for value in order:
                tally.add(value)
            found.append(tally.data())
            for value in values:
                tally.remove(value)
            assert tally.data() == empty
        assert all(data == found[0] for data in found)
        assert found[0]["n"] == len(values)
        assert json.loads(json.dumps(found[0])) == found[0]

    def test_two_tallies_merge_to_the_tally_of_all(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        values = [kind.parse(loaded, raw) for raw in good]
        whole, one, other = (kind.tally(loaded) for _ in range(3))
        for place, value in enumerate(values):
            whole.add(value, 2)
            (one if place % 2 else other).add(value, 2)
        one.merge(other)
        assert one.data() == whole.data()

    def test_cells_fit_the_columns(self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]) -> None:
        loaded = kind.load(config)
        for raw in good:
            value = kind.parse(loaded, raw)
            cells = kind.cells(loaded, value)
            assert len(cells) == len(kind.columns(loaded))
            assert all(cell is None or isinstance(cell, (str, int, float, bool)) for cell in cells)
            assert isinstance(kind.in_words(loaded, value), str)

    def test_a_chart_of_full_empty_and_guarded_results(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        tally = kind.tally(loaded)
        for data in (
            tally.data(),
            _filled(kind, loaded, good),
            kind.guarded(loaded, _filled(kind, loaded, good), LEAST),
        ):
            chart = kind.chart(loaded, data)
            assert chart is None or isinstance(chart, Chart)
            assert chart is None or len(chart.labels) == len(chart.values)

    def test_a_guarded_result_of_lone_answers_names_none_of_them(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        data = _filled(kind, loaded, good)
        guarded = kind.guarded(loaded, data, LEAST)
        assert guarded["n"] == data["n"]
        assert _numbers(guarded, skip=("n", "mean")) <= {0} | set(range(LEAST, 1000))

    def test_answer_and_result_render_for_everybody_empty_and_full(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any], room: Room
    ) -> None:
        run = room.open(ActivitySpec("poll", "Poll", questions=(QuestionSpec(kind.slug, "Which?", config),)))
        [asked] = of_activity(run.activity)
        field = {"question": asked, "config": asked.config, "field": "f", "round": 1}
        for own in (None, kind.parse(asked.config, good[0])):
            for closed in (False, True):
                html = render_to_string(
                    f"{kind.template_folder}/answer.html",
                    {**field, "closed": closed, **kind.answering(asked.config, own)},
                )
                assert 'name="v"' in html
                assert "disabled" in html or not closed
                assert "<script" not in html
                assert "style=" not in html
        full = _filled(kind, asked.config, good)
        for data in (kind.tally(asked.config).data(), full, kind.guarded(asked.config, full, LEAST)):
            for audience in ("staff", "learner", "screen"):
                html = render_to_string(
                    f"{kind.template_folder}/result.html",
                    {
                        "question": asked,
                        "config": asked.config,
                        "audience": audience,
                        "data": data,
                        **kind.result(asked.config, data),
                    },
                )
                assert html.strip()
                assert "style=" not in html

    def test_the_editor_gives_back_what_it_was_given(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        initial = kind.Editor.initial_for(config)
        form = kind.Editor(posted(kind.Editor, initial))
        assert form.is_valid(), form.errors
        assert kind.load(form.config()) == kind.load(config)

    def test_a_form_without_script_gives_the_same_value(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        if kind.value_shape == "json":
            return  # its element keeps JSON in a hidden field
        loaded = kind.load(config)
        for raw in good:
            value = kind.parse(loaded, raw)
            post = QueryDict(mutable=True)
            post.setlist("v", [str(item) for item in (value if isinstance(value, list) else [value])])
            assert kind.parse(loaded, kind.from_form(post, "v")) == value
        with pytest.raises(Refused):
            kind.parse(loaded, kind.from_form(QueryDict(""), "v"))

    def test_it_survives_a_plan_as_text(self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]) -> None:
        for activity in ("poll", "form"):
            spec = ActivitySpec(
                activity, "Title", key="x", questions=(QuestionSpec(kind.slug, "Which one?", dict(config)),)
            )
            block = block_from_activity(spec)
            info, body = block.strip("`").split("\n", 1)
            again = activity_from_block(info, body.removesuffix("```"), 1)
            assert again == spec
            assert kind.load(again.questions[0].config) == kind.load(config)

    def test_clients_know_of_the_config_what_is_plain(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded = kind.load(config)
        for audience in ("learner", "screen", "staff"):
            public = kind.public(loaded, audience=audience)
            assert json.loads(json.dumps(public)) == public
            assert "right" not in public

    def test_practice_learners_answer_it(
        self, kind: QuestionKind, config: Any, good: list[Any], bad: list[Any]
    ) -> None:
        loaded, chance = kind.load(config), Random(1)
        for _ in range(20):
            raw = kind.sample(loaded, chance)
            if raw is not None:
                kind.parse(loaded, raw)


@pytest.mark.parametrize("kind", KINDS)
class TestKind:
    def test_it_says_what_it_is(self, kind: QuestionKind) -> None:
        assert str(kind.label)
        assert kind.schema_version >= 1
        assert kind.value_shape in ("one", "many", "number", "text", "json")

    def test_short_words_stand_for_valid_configs(self, kind: QuestionKind) -> None:
        for preset in kind.types.values():
            assert any(
                all(config.get(name, value) == value for name, value in preset.items())
                for config, _good, _bad in kind.examples()
            )

    def test_its_modules_and_styles_exist(self, kind: QuestionKind) -> None:
        for path in (*kind.modules, *kind.styles):
            assert finders.find(path), path
        for path in kind.styles:
            text = Path(str(finders.find(path))).read_text()
            assert "@layer kinds" in text
            assert "url(" not in text

    def test_unknown_keys_in_a_config_are_refused(self, kind: QuestionKind) -> None:
        config, _good, _bad = kind.examples()[0]
        with pytest.raises(ValueError, match="extra_thing"):
            kind.load({**config, "extra_thing": 1})

    def test_it_is_documented_with_a_small_picture(self, kind: QuestionKind) -> None:
        if type(kind).__module__.startswith("tests."):
            return  # shown to nobody
        text = (ROOT / "docs/kinds.md").read_text()
        assert f"### `{kind.slug}`" in text
        section = text.partition(f"### `{kind.slug}`")[2].partition("\n#")[0]
        picture = ROOT / "docs/images/kinds" / f"{kind.slug}.png"
        assert f"(images/kinds/{kind.slug}.png)" in section
        assert picture.stat().st_size < PICTURE_BYTES

    def test_it_has_an_editor_of_its_own(self, kind: QuestionKind) -> None:
        assert kind.Editor is not EditorForm
        assert kind.Editor().fields

    def test_its_specimens_can_be_asked_and_answered(self, kind: QuestionKind) -> None:
        specimens = kind.specimens()
        names = [specimen.name for specimen in specimens]
        assert names
        assert len(set(names)) == len(names)
        for specimen in specimens:
            assert re.fullmatch(r"[a-z0-9-]+", specimen.name)
            assert specimen.prompt.strip()
            assert len(pretended(kind, kind.load(specimen.config), 5, draw=specimen.draw)) == 5

    def test_its_specimens_are_awkward(self, kind: QuestionKind) -> None:
        if type(kind).__module__.startswith("tests."):
            return  # shown to nobody
        specimens = kind.specimens()
        assert len(specimens) >= 3
        assert any(specimen.right_to_left for specimen in specimens)
        assert max(len(specimen.prompt) + len(str(specimen.config)) for specimen in specimens) > 100

    @pytest.mark.parametrize("audience", ["learner", "staff", "screen"])
    def test_every_number_of_a_result_stands_in_it_as_text(self, kind: QuestionKind, audience: Any) -> None:
        """What a picture shows is said in words: each label of the chart, and each whole number."""
        for specimen in kind.specimens():
            config = kind.load(specimen.config)
            tally = kind.tally(config)
            for value in pretended(kind, config, 60, draw=specimen.draw):
                tally.add(value)
            chart = kind.chart(config, tally.data())
            drawn = Sketch(kind, specimen.config, specimen.prompt, state="closed", shown=True, data=tally.data())
            text = said(drawn.result(audience))
            assert chart is not None
            for value in chart.values[:MOST_CHECKED]:
                # Of a text that one person wrote the text itself is what there is to say.
                if value.is_integer() and not (chart.shape == "list" and value == 1):
                    assert re.search(rf"(?<![\d.,]){value:.0f}(?![\d])", text), (specimen.name, value)


def said(html: str) -> str:
    """What is read aloud of a result: its text, without drawings that are hidden."""
    seen = re.sub(r"<svg\b[^>]*aria-hidden=\"true\".*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def test_no_two_kinds_share_a_short_word() -> None:
    words = [
        word for kind in question_kinds for word in (*kind.types, *([kind.slug] if kind.slug not in kind.types else []))
    ]
    assert len(words) == len(set(words))


def _filled(kind: QuestionKind, config: Any, good: list[Any]) -> dict[str, Any]:
    tally = kind.tally(config)
    for raw in good:
        tally.add(kind.parse(config, raw))
    return tally.data()


def _numbers(data: Any, skip: tuple[str, ...]) -> set[float]:
    if isinstance(data, dict):
        return set().union(*(_numbers(value, skip) for name, value in data.items() if name not in skip), set())
    if isinstance(data, (list, tuple)):
        return set().union(*(_numbers(value, skip) for value in data), set())
    return {data} if isinstance(data, (int, float)) and not isinstance(data, bool) else set()
