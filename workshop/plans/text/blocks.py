"""Activities as fenced blocks of a plan: ``poll`` and its YAML become an ``ActivitySpec``, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from workshop.kinds import ActivitySpec, Json, QuestionSpec, Refused, activity_kinds, question_block, question_kinds
from workshop.plans.text.durations import read_duration
from workshop.plans.text.errors import LONGEST_TITLE, MAX_MINUTES, MAX_QUESTIONS, PlanUnreadable
from workshop.plans.text.guard import info_word
from workshop.plans.text.tidy import tidy_line, tidy_text
from workshop.plans.text.yamls import Body, Path, write_yaml

PRIVACY: Final = ("own", "named", "pseudonymous", "anonymous", "confidential")
#: Keys with a fixed set of values: key → values, the default first.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "privacy": ("pseudonymous", "own", "named", "anonymous", "confidential"),
    "audience": ("both", "screen", "phones"),
    "pace": ("led", "self"),
    "results": ("screen", "staff", "all"),
}
FLAGS: Final = ("optional", "keep_open", "off_record")
COMMON: Final = frozenset({"key", "title", "minutes", "for", "group_set", "activities", *CHOICES, *FLAGS})
GROUP_MODES: Final = ("table", "random", "hand")
_GROUP_KEYS: Final = ("key", "mode", "size", "count")
_QUESTION_KEYS: Final = frozenset({"kind", "prompt", "key", "privacy", "required", "objectives"})
_KEY = re.compile(r"[\w][\w.:-]{0,79}$")
_DEEPEST: Final = 3
_MOST_GROUPS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Part:
    """A mapping inside a block, and where it stands.

    The words of a single question may stand in several ``places``: in ``questions``, below ``question``, or among the
    activity's own keys, as its kind likes.
    """

    body: Body
    path: Path
    values: dict[str, Json]
    places: tuple[Path, ...] = ((),)

    def refuse(self, message: str, *path: str | int) -> PlanUnreadable:
        """A refusal with the line of the key at ``path``, or of what is nearest to it."""
        place = max(self.places, key=lambda place: self.body.depth((*self.path, *place, *path)) - len(place))
        return PlanUnreadable(message, self.body.line((*self.path, *place, *path)))


def activity_from_block(info: str, body: str, line: int) -> ActivitySpec:
    """The activity of a fenced block.

    Args:
        info: the words behind the fence's marks; the first is the kind.
        body: the YAML between the marks.
        line: line of the opening marks in the file, counted from 1.

    Raises:
        PlanUnreadable: with the line of the wrong key.
    """
    slug = info_word(info)
    if slug not in activity_kinds:
        raise PlanUnreadable(_("There is no activity of the kind “%(kind)s”.") % {"kind": slug}, line)
    read = Body(body, line + 1)
    return _activity(slug, _Part(read, (), read.values), 1)


def block_from_activity(spec: ActivitySpec) -> str:
    """The fenced block, with its marks, that ``activity_from_block`` reads back."""
    body = write_yaml(_block_values(spec))
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{spec.kind}\n{body}{marks}"


def nearest_kind(info: str) -> str:
    """The kind that an unknown info string nearly spells, or ''."""
    near = get_close_matches(info_word(info), activity_kinds.slugs(), n=1, cutoff=0.75)
    return near[0] if near else ""


def _activity(slug: str, part: _Part, depth: int) -> ActivitySpec:
    questions, config = _questions_and_config(slug, part)
    group_set, group_set_spec = _group_set(part)
    return ActivitySpec(
        kind=slug,
        title=_title(part, questions),
        key=_key(part),
        config=config,
        questions=questions,
        minutes=_minutes(part),
        for_profiles=_profiles(part),
        group_set=group_set,
        group_set_spec=group_set_spec,
        children=_children(part, depth),
        **{name: _choice(part, name, values) for name, values in CHOICES.items()},
        **{name: _flag(part, name) for name in FLAGS},
    )


def _title(part: _Part, questions: Sequence[QuestionSpec]) -> str:
    title = tidy_line(_text(part, "title"))
    if len(title) > LONGEST_TITLE:
        raise part.refuse(_("This title is too long: at most 300 characters."), "title")
    return title or tidy_line(questions[0].prompt if questions else "")[:LONGEST_TITLE].strip()


def _text(part: _Part, name: str) -> str:
    value = part.values.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise part.refuse(_("“%(name)s” must be a text.") % {"name": name}, name)
    return str(value)


def _key(part: _Part) -> str:
    key = _text(part, "key").strip()
    if key and not _KEY.match(key):
        raise part.refuse(_("“key” may hold letters, digits, “-”, “_” and “.”, at most 80."), "key")
    return key


def _minutes(part: _Part) -> int | None:
    value = part.values.get("minutes")
    if value is None:
        return None
    if isinstance(value, str):
        read = read_duration(value, part.body.line((*part.path, "minutes")))
        value = read.minutes if read else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_MINUTES:
        raise part.refuse(_("“minutes” must be a whole number from 0 to %(most)s.") % {"most": MAX_MINUTES}, "minutes")
    return value


def _choice(part: _Part, name: str, values: tuple[str, ...]) -> Any:
    value = part.values.get(name, values[0])
    if value not in values:
        raise part.refuse(
            _("“%(name)s” must be one of: %(values)s.") % {"name": name, "values": ", ".join(values)}, name
        )
    return value


def _flag(part: _Part, name: str) -> Any:
    value = part.values.get(name, False)
    if not isinstance(value, bool):
        raise part.refuse(_("“%(name)s” must be true or false.") % {"name": name}, name)
    return value


def _profiles(part: _Part) -> tuple[str, ...]:
    value = part.values.get("for") or []
    labels = [value] if isinstance(value, str) else value
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise part.refuse(_("“for” must be a list of profiles."), "for")
    return tuple(label for label in map(tidy_line, labels) if label)


def _group_set(part: _Part) -> tuple[str, dict[str, Json]]:
    value = part.values.get("group_set")
    if not isinstance(value, dict):
        key = _text(part, "group_set").strip()
        if key and not _KEY.match(key):
            raise part.refuse(_("The key of a group set may hold letters, digits, “-”, “_” and “.”."), "group_set")
        return key, {}
    inner = _Part(part.body, (*part.path, "group_set"), value)
    key = _key(inner)
    if not key:
        raise inner.refuse(_("“group_set” needs a “key”."))
    for name in value:
        if name not in _GROUP_KEYS:
            raise inner.refuse(_unknown(name, _GROUP_KEYS), name)
    return key, _group_spec(inner)


def _group_spec(part: _Part) -> dict[str, Json]:
    spec = {name: value for name, value in part.values.items() if name != "key"}
    if spec and spec.get("mode") not in GROUP_MODES:
        raise part.refuse(
            _("“%(name)s” must be one of: %(values)s.") % {"name": "mode", "values": ", ".join(GROUP_MODES)}, "mode"
        )
    if "size" in spec and "count" in spec:
        raise part.refuse(_("Give either “size” or “count” of the groups, not both."), "count")
    for name in ("size", "count"):
        value = spec.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_GROUPS:
            raise part.refuse(
                _("“%(name)s” must be a whole number from 1 to %(most)s.") % {"name": name, "most": _MOST_GROUPS}, name
            )
    return spec


def _children(part: _Part, depth: int) -> tuple[ActivitySpec, ...]:
    value = part.values.get("activities") or []
    if not isinstance(value, list):
        raise part.refuse(_("“activities” must be a list."), "activities")
    if value and depth >= _DEEPEST:
        raise part.refuse(_("Activities may stand inside each other %(n)s deep.") % {"n": _DEEPEST}, "activities")
    return tuple(_child(part, number, item, depth) for number, item in enumerate(value))


def _child(part: _Part, number: int, item: Json, depth: int) -> ActivitySpec:
    if not isinstance(item, dict):
        raise part.refuse(_("Each of the “activities” needs a “kind”."), "activities", number)
    inner = _Part(part.body, (*part.path, "activities", number), item)
    slug = _text(inner, "kind").strip().lower()
    if slug not in activity_kinds:
        raise inner.refuse(_("There is no activity of the kind “%(kind)s”.") % {"kind": slug[:60]}, "kind")
    rest = {name: value for name, value in item.items() if name != "kind"}
    return _activity(slug, _Part(part.body, inner.path, rest), depth + 1)


def _questions_and_config(slug: str, part: _Part) -> tuple[tuple[QuestionSpec, ...], dict[str, Json]]:
    kind = activity_kinds.get(slug)
    own = {name: value for name, value in part.values.items() if name not in COMMON}
    try:
        config, raw = kind.read_block(own)
    except Refused as refusal:
        raise part.refuse(str(refusal.message), *_named_in(refusal)) from None
    except ValidationError as error:
        raise _explained(error, part, ()) from None
    except (TypeError, ValueError, KeyError, AttributeError, IndexError):
        raise part.refuse(_("This block does not have the form of the kind “%(kind)s”.") % {"kind": slug}) from None
    if len(raw) > MAX_QUESTIONS:
        raise part.refuse(_("“questions” must be a list of at most %(most)s.") % {"most": MAX_QUESTIONS}, "questions")
    _validate(kind.Config, config, part)
    single = kind.questions != "many"
    return tuple(_question(part, item, number, single=single) for number, item in enumerate(raw)), config


def _named_in(refusal: Refused) -> Path:
    path = refusal.details.get("path", ())
    return tuple(path) if isinstance(path, (list, tuple)) else ()


def _question(part: _Part, item: Json, number: int, *, single: bool) -> QuestionSpec:
    places: tuple[Path, ...] = (("questions", number), ("question",), ()) if single else (("questions", number),)
    inner = _Part(part.body, part.path, item, places)
    if not isinstance(item, dict):
        raise inner.refuse(_("Each question needs a “kind” and a “prompt”."))
    slug = _text(inner, "kind").strip().lower()
    if slug not in question_kinds:
        raise inner.refuse(_("There is no question of the kind “%(kind)s”.") % {"kind": slug[:60]}, "kind")
    config = {name: value for name, value in item.items() if name not in _QUESTION_KEYS}
    slug, config = question_kinds.get(slug).renewed(config)
    _validate(question_kinds.get(slug).Config, config, inner)
    return QuestionSpec(
        kind=slug,
        prompt=tidy_text(_text(inner, "prompt")),
        config=config,
        key=_key(inner),
        privacy=_choice(inner, "privacy", ("", *PRIVACY)),
        required=_flag(inner, "required"),
        objectives=_objectives(inner),
    )


def _objectives(part: _Part) -> tuple[int, ...]:
    value = part.values.get("objectives") or []
    numbers = [value] if isinstance(value, int) else value
    if not isinstance(numbers, list) or not all(type(number) is int and number >= 1 for number in numbers):
        raise part.refuse(_("“objectives” must be numbers of the plan’s objectives, from 1."), "objectives")
    return tuple(numbers)


def _validate(model: type[BaseModel], config: Mapping[str, Json], part: _Part) -> None:
    try:
        model.model_validate(dict(config))
    except ValidationError as error:
        raise _explained(error, part, tuple(model.model_fields)) from None


def _explained(error: ValidationError, part: _Part, known: Sequence[str]) -> PlanUnreadable:
    """One sentence about one thing that is wrong (a misspelt key before a missing one), with its line."""
    errors = error.errors(include_url=False, include_input=False)
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    where: Path = first["loc"]
    name = ".".join(str(step + 1) if isinstance(step, int) else step for step in where)
    if first["type"] == "extra_forbidden":
        message = _unknown(name, known)
    elif first["type"] == "missing":
        message = _("“%(name)s” is missing.") % {"name": name}
    else:
        reason = str(first["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
        message = f"“{name}”: {reason}." if name else f"{reason}."
    return part.refuse(message, *where)


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    message = _("“%(name)s” is not known here.") % {"name": name[:60]}
    return f"{message} {_('Did you mean “%(near)s”?') % {'near': near[0]}}" if near else message


def _block_values(spec: ActivitySpec) -> dict[str, Json]:
    """The mapping of a block, common keys first, without defaults."""
    values: dict[str, Json] = {"title": spec.title} if spec.title else {}
    if spec.key:
        values["key"] = spec.key
    if spec.minutes is not None:
        values["minutes"] = spec.minutes
    values |= {name: getattr(spec, name) for name, known in CHOICES.items() if getattr(spec, name) != known[0]}
    values |= {name: True for name in FLAGS if getattr(spec, name)}
    if spec.for_profiles:
        values["for"] = list(spec.for_profiles)
    if spec.group_set:
        values["group_set"] = {"key": spec.group_set, **spec.group_set_spec} if spec.group_set_spec else spec.group_set
    own = _own_values(spec)
    values |= {name: value for name, value in own.items() if name not in COMMON}
    if spec.children:
        values["activities"] = [{"kind": child.kind, **_block_values(child)} for child in spec.children]
    return values


def _own_values(spec: ActivitySpec) -> dict[str, Json]:
    if spec.kind in activity_kinds:
        return activity_kinds.get(spec.kind).write_block(spec)
    own = dict(spec.config)
    return own | {"questions": [question_block(question) for question in spec.questions]} if spec.questions else own
