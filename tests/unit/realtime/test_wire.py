"""Frames: the catalogue of bad ones (reliability notes, section 8), and anything that hypothesis thinks of."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.kinds import Refused
from workshop.realtime import wire

pytestmark = pytest.mark.usefixtures("world")
ID = "6d3c2f8e-8f7b-4b8a-9a53-1f9f7b0c2d11"


def outcome(text: str) -> str:
    """The code with which a frame is refused, or ``ok``."""
    try:
        frame = wire.parse(text)
        match frame["t"]:
            case "do":
                wire.op_id(frame)
                wire.payload(frame)
            case "watch" | "unwatch" | "resync":
                wire.slot_name(frame)
    except Refused as refusal:
        return refusal.code
    return "ok"


def do(**fields: Any) -> str:
    return json.dumps({"t": "do", "id": ID, "op": "card.put", "card": 1, "text": "a", **fields})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),  # B11
        ("{", "bad_json"),  # B12
        ("nul", "bad_json"),
        ('{"t":"pong",}', "bad_json"),
        ("\ufeff{}", "bad_json"),
        ('{"t":"pong"}{"t":"pong"}', "bad_json"),
        ('"x"', "bad_shape"),  # B13
        ("1", "bad_shape"),
        ("null", "bad_shape"),
        ("[]", "bad_shape"),
        ('{"t":"pong","t":"ping"}', "bad_json"),  # B14
        ('{"t":"do","id":"' + ID + '","op":"card.put","card":1,"card":2,"text":"a"}', "bad_json"),
        (do(text=[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]), "bad_json"),
        ('{"t":"pong","now":NaN}', "bad_json"),  # B15
        ('{"t":"pong","now":Infinity}', "bad_json"),
        ('{"t":"pong","now":1e999}', "bad_json"),
        ('{"t":"pong","now":-0}', "bad_json"),
        ('{"t":"pong","now":' + "1" * 5000 + "}", "bad_json"),
        ('{"t":"pong","now":18446744073709551616}', "bad_json"),
        (do(card=1.0), "bad_value"),
        (do(card="1"), "bad_value"),
        (do(card=True), "bad_value"),
        (do(card=None), "bad_value"),
        (do(text=5), "bad_value"),
        (do(id=5), "bad_shape"),
        (do(id="x" * 36), "bad_shape"),
        (do(id=ID.replace("-", "")), "bad_shape"),
        (do(op=5), "bad_shape"),
        (do(op="nope"), "unknown_op"),
        (do(op="close"), "unknown_op"),
        ('{"x":1}', "unknown_type"),  # B16
        ('{"t":null}', "unknown_type"),
        ('{"t":["do"]}', "unknown_type"),
        ('{"t":{}}', "unknown_type"),
        (json.dumps({"t": "x" * 10_000}), "unknown_type"),
        ('{"type":"websocket.close"}', "unknown_type"),
        ('{"t":"__init__"}', "unknown_type"),
        ('{"t":"_x"}', "unknown_type"),
        ('{"t":"group.send"}', "unknown_type"),
        ('{"t":"pong","x":1}', "extra_field"),  # B17
        *((do(**{name: True}), "extra_field") for name in ("role", "is_admin", "seq", "participant_id", "score")),
        (do(__proto__={"x": 1}), "extra_field"),
        (do(constructor=1), "extra_field"),
        ('{"t":"watch"}', "bad_shape"),
        ('{"t":"watch","s":5}', "bad_shape"),
        (json.dumps({"t": "watch", "s": "x" * 201}), "bad_shape"),
        (do(text="a\x00b"), "bad_text"),  # B41
        ('{"t":"watch","s":"\\ud800"}', "bad_json"),
        (do(), "ok"),
        (do(text="a\\u0000b"), "ok"),
        (do(text="Ünïcödé 🙂"), "ok"),
        (json.dumps(json.loads(do()), indent=2), "ok"),
        (json.dumps(json.loads(do(text="é"))), "ok"),
    ],
)
def test_the_catalogue(text: str, code: str) -> None:
    assert outcome(text) == code


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"t":"pong"' + "".join(f',"k{i}":1' for i in range(5_000)) + "}", "9" * 65_000, '{"a":' * 30_000],
)
def test_monsters_cost_little(text: str) -> None:
    began = time.process_time()
    assert outcome(text[:65_536]) != "ok"
    assert time.process_time() - began < 0.05  # B14


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=30,
)
FIELDS = st.dictionaries(st.sampled_from(["t", "id", "op", "card", "text", "s", "now", "role"]) | st.text(), JSON)


@settings(max_examples=500)
@given(st.text(max_size=300))
def test_any_text_is_refused_with_a_code(text: str) -> None:
    assert outcome(text)


@settings(max_examples=500)
@given(JSON | FIELDS)
def test_any_json_is_refused_with_a_code(value: Any) -> None:
    assert outcome(json.dumps(value))


@settings(max_examples=300)
@given(FIELDS, st.sampled_from(["do", "watch", "unwatch", "resync", "pong", "ping"]))
def test_any_fields_of_a_known_type_are_refused_with_a_code(fields: dict[str, Any], kind: str) -> None:
    assert outcome(json.dumps({**fields, "t": kind}))


@settings(max_examples=300)
@given(JSON)
def test_what_is_accepted_is_what_was_meant(value: Any) -> None:
    text = json.dumps({"t": "pong", "now": value})
    try:
        found = wire.parse(text)
    except Refused:
        return
    assert found == json.loads(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stage.1.12,tally:31.2.90", {"stage": (1, 12), "tally:31": (2, 90)}),
        ("a.b.1.2", {"a.b": (1, 2)}),
        ("stage.-1.2,stage.1,x,,.1.2,stage.1.99999999999999999999,stage.one.two,stage.1.²", {}),  # B28
        ("", {}),
    ],
)
def test_have(text: str, found: dict[str, tuple[int, int]]) -> None:
    assert wire.parse_have(text) == found
