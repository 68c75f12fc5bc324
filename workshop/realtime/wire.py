"""Frames: reading what clients send, writing what they get. No database, no hub.

Reading refuses everything that is not exactly a frame of the protocol (docs/protocol.md): bad JSON, duplicate keys,
numbers that are not finite, depth over 20, unknown types and unknown fields.
"""

from __future__ import annotations

import json
import math
from typing import Any
from uuid import UUID

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from workshop import numbers
from workshop.kinds import Json, Refused
from workshop.realtime import ops
from workshop.realtime.limits import JSON_DEPTH
from workshop.realtime.ops import OpSpec, Payload

#: Fields of each type of frame beside ``t``; ``do`` has the fields of its op as well.
FIELDS = {
    "do": frozenset({"id", "op"}),
    "watch": frozenset({"s"}),
    "unwatch": frozenset({"s"}),
    "resync": frozenset({"s"}),
    "pong": frozenset({"now", "at"}),
    "ping": frozenset({"at"}),
}
SLOT_NAME_LENGTH = 200
#: Whole numbers have 64 bits.
_LEAST = -(2**63)
UUID_LENGTH = 36


class Malformed(Refused):
    """Not a frame at all; three of them in ten seconds close the socket."""


def parse(text: str) -> dict[str, Any]:
    """The frame in a text.

    Raises:
        Malformed: ``empty``, ``bad_json``, ``bad_shape``, ``bad_text`` or ``unknown_type``.
        Refused: ``extra_field``.
    """
    if not text:
        raise Malformed("empty", "An empty frame.")
    frame = _load(text)
    if not isinstance(frame, dict):
        raise Malformed("bad_shape", "A frame is a JSON object.")
    kind = frame.get("t")
    fields = FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise Malformed("unknown_type", "This type of frame is unknown.")
    if kind != "do" and not fields.issuperset(frame.keys() - {"t"}):
        raise Malformed("extra_field", "This frame has a field that it must not have.")
    return frame


def _load(text: str) -> Any:
    try:
        raw = text.encode()
        found = orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise Malformed("bad_json", "This is not JSON.") from None
    # What comes back the same has no duplicate keys, no huge or odd numbers: true of nearly all frames, and cheap.
    # Only the others are read a second time by a parser that can look.
    try:
        same = orjson.dumps(found) == raw
    except orjson.JSONEncodeError:
        raise Malformed("bad_json", "This is nested too deeply.") from None
    if not same:
        _look_closely(text)
    if "\\u0000" in text and _has_nul(found):
        raise Malformed("bad_text", "This text has a character that cannot be stored.")
    if text.count("[") + text.count("{") > JSON_DEPTH and _depth(found) > JSON_DEPTH:
        raise Malformed("bad_json", "This is nested too deeply.")
    return found


def _look_closely(text: str) -> None:
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer, parse_float=_float)
    except (ValueError, RecursionError):
        raise Malformed("bad_json", "This is not JSON, or has a key or number that is not allowed.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _integer(text: str) -> int:
    # No -0; longer texts are not even turned into a number.
    if len(text) > len(str(_LEAST)) or text == "-0" or not _LEAST <= int(text) < -_LEAST:
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _depth(value: Any) -> int:
    """Levels of nesting, found without recursion and given up once over the limit."""
    depth, level = 0, [value]
    while level and depth <= JSON_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, (dict, list))
        ]
    return depth


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)


def op_id(frame: dict[str, Any]) -> UUID:
    """The client's id of a ``do`` frame. Raises Malformed ``bad_shape``."""
    raw = frame.get("id")
    if isinstance(raw, str) and len(raw) == UUID_LENGTH:
        try:
            return UUID(raw)
        except ValueError:
            pass
    raise Malformed("bad_shape", "An op needs an id: a UUID.")


def payload(frame: dict[str, Any]) -> tuple[OpSpec, Payload]:
    """The op of a ``do`` frame and its checked payload.

    Raises:
        Refused: ``unknown_op``, ``extra_field`` or ``bad_value`` (with ``fields``).
    """
    name = frame.get("op")
    if not isinstance(name, str):
        raise Malformed("bad_shape", "An op needs a name.")
    spec = ops.get(name)
    if not spec.public:
        raise Refused("unknown_op", _("This page is newer or older than the server. Please reload."))
    rest = frame.copy()
    for field in ("t", "id", "op"):
        rest.pop(field, None)
    try:
        # From JSON and not from Python: strict types then mean JSON's types, so an array may fill a tuple.
        return spec, spec.payload.model_validate_json(orjson.dumps(rest))
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> Refused:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    fields = sorted({str(part["loc"][0]) for part in found if part["loc"]})[:10]
    code = "extra_field" if any(part["type"] == "extra_forbidden" for part in found) else "bad_value"
    return Refused(code, "Something in this entry is not as it must be.", fields=[name[:80] for name in fields])


def slot_name(frame: dict[str, Any]) -> str:
    """The slot that a ``watch``, ``unwatch`` or ``resync`` names. Raises Malformed ``bad_shape``."""
    name = frame.get("s")
    if not isinstance(name, str) or not 0 < len(name) <= SLOT_NAME_LENGTH:
        raise Malformed("bad_shape", "This frame needs the name of a slot.")
    return name


def parse_have(text: str) -> dict[str, tuple[int, int]]:
    """``have=stage.1.12,tally:31.2.90`` as ``{slot: (epoch, revision)}``; what is not understood is left out."""
    found: dict[str, tuple[int, int]] = {}
    for part in text.split(","):
        match part.rsplit(".", 2):
            case [name, epoch, revision] if name and numbers.is_row(epoch) and numbers.is_row(revision):
                found[name] = (int(epoch), int(revision))
    return found


def text_of(value: Json) -> str:
    """A value as JSON text."""
    return orjson.dumps(value, default=str).decode()


def ok(op: str, result: dict[str, Json]) -> str:
    """The frame that says an op was committed."""
    return f'{{"t":"ok","id":"{op}","d":{text_of(result)}}}'


def no(op: str | None, refusal: Refused, language: str = "") -> str:
    """The frame that says an op was refused; its sentence in ``language`` where it was not made in one already."""
    with translation.override(language or None):
        message = str(refusal.message)
    frame: dict[str, Json] = {"t": "no", "id": op, "code": refusal.code, "message": message}
    if refusal.details:
        frame["d"] = refusal.details
    return text_of(frame)


def value_frame(name: str, epoch: int, revision: int, content: str) -> str:
    """The frame of a value slot; ``content`` is ``"d":…`` or ``"h":…`` or both."""
    return f'{{"t":"slot","s":{text_of(name)},"e":{epoch},"r":{revision},{content}}}'


def anew(text: str) -> str:
    """The frame of a slot for somebody who sees it otherwise from now on: it replaces what they hold, whatever that is."""
    start = '{"t":"slot",'
    return f'{start}"anew":true,{text.removeprefix(start)}'


def items_frame(name: str, epoch: int, since: int, revision: int, content: str) -> str:
    """The frame of a collection; ``content`` is ``"items":{…}``."""
    return f'{{"t":"slot","s":{text_of(name)},"e":{epoch},"from":{since},"r":{revision},{content}}}'


def gone_frame(name: str) -> str:
    """The frame that removes a slot."""
    return f'{{"t":"slot","s":{text_of(name)},"gone":true}}'
