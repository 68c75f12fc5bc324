"""Short words for questions in plans: ``type: multiple`` instead of a kind and its settings.

The words come from the question kinds themselves (``QuestionKind.types``), so that a new kind can be polled at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from django.utils.translation import gettext as _

from workshop.kinds import Json, QuestionKind, QuestionSpec, Refused, question_kinds


def words() -> dict[str, tuple[QuestionKind, Mapping[str, Json]]]:
    """Every word with its kind and the config that it stands for."""
    known: dict[str, tuple[QuestionKind, Mapping[str, Json]]] = {kind.slug: (kind, {}) for kind in question_kinds}
    for kind in question_kinds:
        known |= {word: (kind, preset) for word, preset in kind.types.items()}
    return known


def expand(word: str, rest: Mapping[str, Json]) -> dict[str, Json]:
    """``kind`` and config for a word and the other keys of a block.

    Raises:
        Refused: ``unknown_kind`` with the nearest word.
    """
    known = words()
    found = known.get(word.strip().lower())
    if found is None:
        near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
        hint = _(" Did you mean “%s”?") % near[0] if near else _(" Known are: %s.") % ", ".join(sorted(known))
        raise Refused("unknown_kind", _("There is no question of type “%s”.") % word[:60] + hint, path=("type",))
    kind, preset = found
    return {"kind": kind.slug, **preset, **rest}


def shorten(question: QuestionSpec) -> tuple[str, dict[str, Json]]:
    """The word that says most about a question, and what is left of its config."""
    config = dict(question.config)
    if question.kind not in question_kinds:
        return question.kind, config
    fitting = [
        (word, preset)
        for word, preset in question_kinds.get(question.kind).types.items()
        if all(config.get(name) == value for name, value in preset.items())
    ]
    if not fitting:
        return question.kind, config
    word, preset = max(fitting, key=lambda item: len(item[1]))
    return word, {name: value for name, value in config.items() if name not in preset}


def question(word: str, prompt: str, **config: Json) -> QuestionSpec:
    """A question of a type named by its short word."""
    body = expand(word, config)
    return QuestionSpec(kind=str(body.pop("kind")), prompt=prompt, config=body)
