"""Lists that staff write one a line (options, items, criteria): ids stay the same while the words are edited.

Answers store the id of an option, never its words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workshop.kinds import Json

#: Most lines in one list.
MOST = 50
#: Characters of one line.
LONGEST = 300
#: Two wordings of one option: at least this share of their characters is the same.
ALIKE = 0.5
#: Likeness of a wording that only goes on where the other ends.
PART = 0.75


class Option(BaseModel):
    """One option. ``id`` is what answers store."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    text: str = Field(min_length=1, max_length=LONGEST)


def names(taken: Sequence[str]) -> Iterator[str]:
    """Ids that are not taken: a … z, then a1, b1 …"""
    for round_ in count():
        for letter in "abcdefghijklmnopqrstuvwxyz":
            name = letter + (str(round_) if round_ else "")
            if name not in taken:
                yield name


def with_ids(options: Sequence[Any], retired: Sequence[str]) -> list[Any]:
    """Options with ids for those that are plain texts; numbers and booleans that YAML saw are texts here."""
    taken = [str(option["id"]) for option in options if isinstance(option, Mapping) and "id" in option]
    taken += [option.id for option in options if isinstance(option, Option)]
    fresh = names([*taken, *retired])
    return [_option(option, fresh) for option in options]


def lists_with_ids(raw: Any, *lists: tuple[str, str]) -> Any:
    """A raw config whose lists have ids, for a validator that runs before all others.

    Args:
        raw: whatever was given as the config.
        lists: of each list its name and the name of its retired ids.
    """
    if not isinstance(raw, Mapping):
        return raw
    given = [(name, raw[name], raw.get(retired)) for name, retired in lists if isinstance(raw.get(name), list)]
    return {**raw, **{name: with_ids(found, gone if isinstance(gone, list) else ()) for name, found, gone in given}}


def right_by_words(raw: Any, made: Any) -> Any:
    """Where options were given as plain texts, ``right`` means texts first: "a" may be an option and an id of another.

    Args:
        raw: the config as it was given.
        made: the same, its options with ids (``lists_with_ids``).
    """
    right = made.get("right") if isinstance(made, dict) else None
    if not isinstance(right, list) or not all(isinstance(option, str) for option in raw.get("options") or [None]):
        return made
    ids = {option["text"].strip(): option["id"] for option in made["options"]}
    return {**made, "right": [ids.get(name.strip(), name) if isinstance(name, str) else name for name in right]}


def ids_of(options: Sequence[Option], given: Sequence[str], what: str) -> list[str]:
    """The ids of options that are named by id or text. Raises ValueError, which names the list as ``what``."""
    ids = {option.text: option.id for option in options} | {option.id: option.id for option in options}
    unknown = [name for name in given if name not in ids]
    if unknown:
        message = f"{what}: there is no option “{unknown[0]}”"
        raise ValueError(message)
    return [ids[name] for name in given]


def check_different(options: Sequence[Option], what: str = "options") -> None:
    """Raises ValueError when two have the same id or the same words. ``what``: the list's name in that sentence."""
    for name, values in (("ids", [o.id for o in options]), (what, [o.text for o in options])):
        if len(set(values)) != len(values):
            message = f"two {name} are the same"
            raise ValueError(message)


def _option(option: Any, fresh: Iterator[str]) -> Any:
    if isinstance(option, Option):
        return option
    if isinstance(option, Mapping):
        return dict(option) if "id" in option else {"id": next(fresh), **option}
    return {"id": next(fresh), "text": _words(option)}


def _words(option: Any) -> str:
    if isinstance(option, bool):
        return "Yes" if option else "No"
    return str(option)


def as_written(options: Sequence[Option], retired: Sequence[str]) -> list[Json]:
    """The list as a person would write it: plain texts where the ids are those they would get anyway."""
    texts: list[Json] = [option.text for option in options]
    if [Option(**option) for option in with_ids(texts, retired)] == list(options):
        return texts
    return [option.model_dump() for option in options]


def edited(before: Sequence[Option], lines: Sequence[str], retired: Sequence[str]) -> tuple[list[Option], list[str]]:
    """Options for edited lines: a line that only changed its words, or its place, keeps its id and its answers.

    Returns the options and the ids that are retired now.
    """
    by_text = {option.text: option for option in before}
    kept: dict[int, str] = {place: by_text[line].id for place, line in enumerate(lines) if line in by_text}
    free = [option for option in before if option.id not in kept.values()]
    for place, line in enumerate(lines):
        if place in kept or not free:
            continue
        here = before[place] if place < len(before) else None
        best = max(free, key=lambda option: (_likeness(option.text, line), option is here))
        if best is here or _likeness(best.text, line) >= ALIKE:
            kept[place] = best.id
            free.remove(best)
    gone = [*retired, *(option.id for option in free)]
    fresh = names([*(option.id for option in before), *gone])
    return [Option(id=kept.get(place) or next(fresh), text=line) for place, line in enumerate(lines)], gone


def _likeness(one: str, other: str) -> float:
    """0 to 1. What was only made longer or shorter is nearly the same."""
    one, other = one.casefold(), other.casefold()
    if one.startswith(other) or other.startswith(one):
        return max(PART, SequenceMatcher(None, one, other).ratio())
    return SequenceMatcher(None, one, other).ratio()


def revised(
    before: Sequence[Option], retired: Sequence[str], new: Mapping[str, Json], name: str, gone: str = "retired"
) -> dict[str, Json]:
    """A new config whose plain lines keep the ids they had before; a list that brings ids of its own is left as it is.

    Args:
        before: the options as they are stored.
        retired: the ids that are stored beside them.
        new: the raw config that takes their place.
        name: of the list in it.
        gone: name of the list of retired ids in it.
    """
    raw = new.get(name)
    if not isinstance(raw, list) or any(isinstance(item, Mapping) for item in raw):
        return dict(new)
    options, left = edited(before, [" ".join(_words(item).split()) for item in raw], retired)
    body = {**new, name: as_written(options, left)}
    if left:
        body[gone] = left
    return body


def lines_of(text: str, longest: int = LONGEST) -> list[str]:
    """The lines of a text field, without bullets, doubles and what is empty."""
    lines = [line.strip().lstrip("-*•·–").strip()[:longest] for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if line))


def remembered(options: Sequence[Option], retired: Sequence[str]) -> str:
    """Options with their ids, for the hidden field of an editor."""
    return json.dumps([[option.id, option.text] for option in options] + [[*retired]])


def recalled(text: str) -> tuple[list[Option], list[str]]:
    """What such a field holds: options and retired ids; a broken one is an empty one, and all lines are new."""
    try:
        *pairs, retired = json.loads(text or "[[]]")
        return [Option(id=name, text=words) for name, words in pairs], [str(name) for name in retired]
    except (ValueError, TypeError):
        return [], []
