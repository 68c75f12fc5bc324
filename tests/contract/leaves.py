"""The texts and numbers inside a JSON value, and the same value with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no others, with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path, value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """The value with another one at the end of that way."""
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {key: replaced(inner, tuple(rest), new) if key == step else inner for key, inner in value.items()}
    return [replaced(inner, tuple(rest), new) if place == step else inner for place, inner in enumerate(value)]


def with_texts(value: Any, texts: Iterator[str], takes: Callable[[Any], Any]) -> tuple[Any, list[str]]:
    """The value with as many of its texts replaced as ``takes`` allows (it raises where not), and what stands there."""
    written = []
    for path, old in list(leaves(value)):
        if not isinstance(old, str) or not old:
            continue
        text = next(texts)
        tried = replaced(value, path, text)
        try:
            takes(tried)
        except Exception:
            continue
        value = tried
        written.append(text)
    return value, written
