"""Options keep their ids, and with them their answers, while staff edit the words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.choice.config import ChoiceConfig, shortest
from workshop.questions.choice.editor import ChoiceEditor
from workshop.questions.choice.kind import Choice
from workshop.questions.options import Option, edited

CHOICE = question_kinds.get("choice")
line = st.text(alphabet="abcdefgh ", min_size=1, max_size=12).map(str.strip).filter(bool)
lines = st.lists(line, min_size=2, max_size=8, unique=True)


def ids(options: list[Option]) -> dict[str, str]:
    return {option.text: option.id for option in options}


def options(*texts: str) -> list[Option]:
    return list(ChoiceConfig.model_validate({"options": list(texts)}).options)


def test_pasted_lines_get_ids_by_their_place() -> None:
    assert ids(options("Training", "Inference", "Idle")) == {"Training": "a", "Inference": "b", "Idle": "c"}


def test_a_reworded_option_keeps_its_id() -> None:
    found, gone = edited(options("Training", "Inference", "Idle"), ["Training", "Inference (answers)", "Idle"], [])

    assert (ids(found), gone) == ({"Training": "a", "Inference (answers)": "b", "Idle": "c"}, [])


def test_a_wholly_new_wording_in_the_same_place_keeps_its_id() -> None:
    found, gone = edited(options("Training", "Inference"), ["Training", "Serving customers"], [])

    assert (ids(found)["Serving customers"], gone) == ("b", [])


def test_options_that_change_places_take_their_ids_along() -> None:
    found, gone = edited(options("Training", "Inference", "Idle"), ["Idle", "Training", "Inference"], [])

    assert (ids(found), gone) == ({"Idle": "c", "Training": "a", "Inference": "b"}, [])


def test_the_id_of_a_removed_option_is_never_given_again() -> None:
    found, gone = edited(options("Training", "Inference", "Idle"), ["Training", "Inference"], [])
    assert gone == ["c"]

    again, gone = edited(found, ["Training", "Inference", "Commitments"], gone)

    assert (ids(again)["Commitments"], gone) == ("d", ["c"])


@given(lines, lines)
def test_editing_never_gives_two_lines_one_id(before: list[str], after: list[str]) -> None:
    old = options(*before)
    found, gone = edited(old, after, [])

    assert [option.text for option in found] == after
    assert len({option.id for option in found}) == len(after)
    assert not {option.id for option in found} & set(gone)
    assert all(ids(found)[text] == ids(old)[text] for text in after if text in ids(old))


@given(lines)
def test_the_shortest_form_is_the_same_config(texts: list[str]) -> None:
    config = ChoiceConfig.model_validate({"options": texts})

    assert shortest(config) == {"options": texts}
    assert ChoiceConfig.model_validate(shortest(config)) == config


def test_the_editor_keeps_ids_across_a_save() -> None:
    config = {"options": ["Training", "Inference", "Idle"], "right": ["Idle"]}
    initial = ChoiceEditor.initial_for(config)
    form = ChoiceEditor(
        {**initial, "options": "- Idle machines\n- Training\n\n- Inference\n", "right": "Idle machines"}
    )

    assert form.is_valid(), form.errors
    found = CHOICE.load(form.config())
    assert (ids(found.options), found.right) == ({"Idle machines": "c", "Training": "a", "Inference": "b"}, ["c"])


def test_the_editor_says_what_is_wrong() -> None:
    form = ChoiceEditor({"options": "One", "right": "Two"})
    assert form.errors["options"] == ["Please write at least two options."]
    form = ChoiceEditor({"options": "One\nTwo", "right": "Three"})
    assert form.errors["right"] == ["“Three” is not one of the options."]
    form = ChoiceEditor({"options": "One\nTwo", "multiple": "on", "min": "2", "max": "1"})
    assert "max" in form.errors
    assert ChoiceEditor({"options": "One\nTwo", "before": "junk"}).is_valid()


def test_answers_in_own_words_are_counted_and_read_by_staff_alone() -> None:
    config = CHOICE.load({"options": ["Tags", "Alerts"], "other": True})
    tally = CHOICE.tally(config)
    for raw in ("a", ["other", "Kubernetes"], "other:Kubernetes", "other"):
        tally.add(CHOICE.parse(config, raw))

    assert tally.data() == {"n": 4, "counts": {"a": 1, "b": 0, "other": 3}, "texts": [["Kubernetes", 2]]}
    assert CHOICE.shared(config, tally.data()) == {"n": 4, "counts": {"a": 1, "b": 0, "other": 3}}


def test_an_option_of_another_poll_or_two_on_a_single_choice_are_refused() -> None:
    config = CHOICE.load({"options": ["Tags", "Alerts"]})

    for raw in ("c", ["a", "b"], ["a", "a"], "Tags", "A", ["a", None], {"a": True}):
        assert refusal(CHOICE.parse, config, raw).code == "bad_choice"
    assert refusal(CHOICE.parse, config, []).code == "empty"


def test_right_answers_are_shown_only_when_they_may_be() -> None:
    config = CHOICE.load({"options": ["Yes", "No"], "right": ["No"]})

    assert "right" not in CHOICE.public(config, audience="learner")
    assert CHOICE.public(config, audience="learner", reveal=True)["right"] == ["b"]
    assert (CHOICE.score(config, "b"), CHOICE.score(config, "a")) == (1.0, 0.0)
    assert isinstance(CHOICE, Choice)


def test_a_right_answer_is_named_by_its_words_before_it_is_named_by_an_id() -> None:
    from workshop.questions.choice.config import ChoiceConfig, shortest

    for options in (["0", "a"], [" 0 ", "a "]):
        config = ChoiceConfig.model_validate({"options": options, "right": ["a"]})
        assert config.right == ["b"]
        assert ChoiceConfig.model_validate(shortest(config)).right == ["b"]
    stored = {"options": [{"id": "a", "text": "0"}, {"id": "b", "text": "a"}], "right": ["a"]}
    assert ChoiceConfig.model_validate(stored).right == ["a"]


def test_an_answer_to_an_option_that_was_taken_away_is_not_a_letter() -> None:
    config = ChoiceConfig.model_validate({"options": [{"id": "b", "text": "Answers"}], "retired": ["a"], "other": True})

    assert CHOICE.in_words(config, "a") == "(an option that was taken away)"
    assert CHOICE.cells(config, "a") == ["(an option that was taken away)"]
    assert CHOICE.in_words(config, "other:a") == "a"
