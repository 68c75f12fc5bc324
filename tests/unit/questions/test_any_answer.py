"""Every kind, every example of a config: whatever arrives is refused in words or stored; tallies know no order."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.kinds import QuestionKind, Refused, question_kinds

EXAMPLES = [
    pytest.param(kind, config, good, id=f"{kind.slug}-{number}")
    for kind in question_kinds
    for number, (config, good, _bad) in enumerate(kind.examples())
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**30), 2**63, 1e9, -0.0])
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["a", "b", "c", "1", "0", "other", "x", "y", "v"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from("abcxy") | st.text(max_size=3), inner),
    max_leaves=10,
)


def stored(kind: QuestionKind, config: Any, raw: Any) -> Any:
    """The value, or the refusal."""
    try:
        return kind.parse(config, raw)
    except Refused as refused:
        return refused


@pytest.mark.parametrize(("kind", "config", "good"), EXAMPLES)
@given(raw=anything)
@settings(max_examples=60, deadline=None)
def test_anything_is_refused_in_words_or_stored_as_it_can_be_sent_again(
    kind: QuestionKind, config: Any, good: Any, raw: Any
) -> None:
    loaded = kind.load(config)
    found = stored(kind, loaded, raw)

    if isinstance(found, Refused):
        assert str(found.message).rstrip().endswith((".", "!"))
    else:
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        assert kind.parse(loaded, found) == found


@pytest.mark.parametrize(("kind", "config", "good"), EXAMPLES)
@given(raw=anything)
@settings(max_examples=30, deadline=None)
def test_a_draft_of_anything_is_refused_or_stored(kind: QuestionKind, config: Any, good: Any, raw: Any) -> None:
    loaded = kind.load(config)
    try:
        value = kind.partial(loaded, raw)
    except Refused as refused:
        value = refused.code
    assert json.dumps(value, allow_nan=False)


@pytest.mark.parametrize(("kind", "config", "good"), EXAMPLES)
@given(seed=st.integers(0, 10_000), weights=st.lists(st.integers(1, 40), min_size=2, max_size=9))
@settings(max_examples=15, deadline=None)
def test_tallies_know_no_order_and_forget_what_was_taken_back(
    kind: QuestionKind, config: Any, good: Any, seed: int, weights: list[int]
) -> None:
    loaded, chance = kind.load(config), Random(seed)
    values = [kind.parse(loaded, chance.choice(good)) for _weight in weights]
    answers = list(zip(values, weights, strict=True))
    whole, one, other = (kind.tally(loaded) for _ in range(3))
    for value, weight in answers:
        whole.add(value, weight)
    chance.shuffle(answers)
    half = len(answers) // 2
    for value, weight in answers[:half]:
        one.add(value, weight)
    for value, weight in [*answers[half:], *answers[:half]]:
        other.add(value, weight)
    for value, weight in answers[:half]:
        other.remove(value, weight)
    one.merge(other)

    assert one.data() == whole.data()
    assert whole.data()["n"] == sum(weights)
