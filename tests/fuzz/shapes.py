"""Payloads for every op, from its own model: fields as they should be, of things that there are and of none."""

from __future__ import annotations

import types
import typing
from typing import Any, Literal, Union

from hypothesis import strategies as st
from pydantic import BaseModel

from tests.fuzz.json_values import TEXTS, VALUES, mutated
from workshop.realtime.ops import OpSpec


class Things:
    """Numbers and words that mean something in a world."""

    def __init__(self, numbers: list[int], words: list[str], specs: list[dict[str, Any]]) -> None:
        self.numbers = st.sampled_from([*numbers, 1, 2, 3]) | st.integers(-2, 100)
        self.words = st.sampled_from(words) | TEXTS
        self.mappings = st.sampled_from(specs).flatmap(mutated)


def payloads(spec: OpSpec, things: Things) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody may send with this op."""
    whole = shaped(spec.payload, things)
    return whole | whole.flatmap(mutated).filter(lambda found: isinstance(found, dict))


def shaped(model: type[BaseModel], things: Things) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of the right types; those with a default may be missing."""
    needed, optional = {}, {}
    for name, field in model.model_fields.items():
        place = needed if field.is_required() else optional
        place[field.alias or name] = of_type(field.annotation, things)
    return st.fixed_dictionaries(needed, optional=optional)


def of_type(annotation: Any, things: Things) -> st.SearchStrategy[Any]:
    """Values of that annotation, nearly always."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(each, things) for each in arguments])
    if origin in (list, tuple, set, frozenset):
        return st.lists(of_type(arguments[0] if arguments else Any, things), max_size=4)
    if origin is dict or origin is typing.get_origin(typing.Mapping[str, Any]):
        return things.mappings | st.dictionaries(things.words, of_type(arguments[1] if arguments else Any, things))
    if origin is typing.Annotated:
        return of_type(arguments[0], things)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shaped(annotation, things)
    plain = {int: things.numbers, str: things.words, bool: st.booleans(), type(None): st.none(), float: st.floats(0, 9)}
    return plain.get(annotation, VALUES)
