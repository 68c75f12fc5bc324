"""Frames that no client of ours would send (reliability notes, B01 to B17), each once by name, to both servers.

Where the two differ it is said. What is refused by the server program itself has its codes (1002, 1007, 1009); what is
refused by us is answered, and closes with our own only when it is repeated.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.rows import rows
from tests.wire.house import House, Witness
from tests.wire.raw import (
    ABNORMAL,
    BINARY,
    CLOSE,
    CONTINUATION,
    NO_CODE,
    PING,
    TEXT,
    Raw,
    frame,
    header,
    nonce,
    request,
    text,
)
from tests.wire.servers import Server
from workshop.realtime import limits

K64 = 65_536
M1 = 2**20
PROTOCOL, NOT_UTF8, TOO_BIG, OUR_TOO_BIG, MALFORMED, FLOODING = 1002, 1007, 1009, 4419, 4400, 4429
ALIVE = text({"t": "ping", "at": 77})
SECONDS = 15.0


def guest(house: House, server: Server, **options: Any) -> Raw:
    """Mallory, let in."""
    raw = Raw(server.port, **options)
    assert raw.ask(request(server.port, house.path(), house.bearer("Mallory"))) == 101
    return raw


def answers(raw: Raw) -> list[Any]:
    """The codes with which frames were refused, until the pong or the close, whose code is the last one."""
    found: list[Any] = []
    for event in raw.events(SECONDS):
        if event.what in ("close", "end"):
            return [*found, event.code]
        said = event.json if event.what == "text" else {"t": event.what}
        if said["t"] == "no":
            found.append(said["code"])
            assert said["message"]
        elif said["t"] == "pong" and "at" in said:
            return found
    raise AssertionError(f"neither alive nor closed: {found}")


def padded(size: int) -> str:
    """A good frame of so many bytes."""
    return '{"t":"pong","now":"' + "x" * (size - 21) + '"}'


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


# ── what the server program refuses ─────────────────────────────────────────────────────────────────────────────────

BROKEN = [
    ("B01 a frame of 1 MiB and a byte", [header(TEXT, M1 + 1), b"x" * (M1 + 1)], TOO_BIG),
    ("B01 the same in two fragments", [frame(TEXT, b"x" * M1, fin=False), frame(CONTINUATION, b"x")], TOO_BIG),
    ("B02 2^63 bytes announced", [header(TEXT, 2**63 - 1)], TOO_BIG),
    ("B03 fragments without end", [frame(TEXT, b"x", fin=False), frame(CONTINUATION, b"x", fin=False) * 5_000], TOO_BIG),
    ("B04 a compressed frame", [frame(TEXT, b"\x00", rsv=4)], PROTOCOL),
    ("B05 no UTF-8", [text(b"\xff\xfe")], NOT_UTF8),
    ("B05 half a surrogate", [text(b'{"t":"\xed\xa0\x80"}')], NOT_UTF8),
    ("B05 cut within a letter", [text(b"\xf0\x9f\x99")], NOT_UTF8),
    *((f"B06 reserved opcode {code}", [frame(code)], PROTOCOL) for code in (3, 7, 11, 15)),
    *((f"B06 reserved bit {bit}", [frame(TEXT, b"{}", rsv=bit)], PROTOCOL) for bit in (1, 2)),
    ("B06 not masked", [frame(TEXT, b"{}", masked=False)], PROTOCOL),
    ("B06 a continuation of nothing", [frame(CONTINUATION, b"{}")], PROTOCOL),
    ("B06 a message within a message", [frame(TEXT, b"{", fin=False), frame(TEXT, b"}")], PROTOCOL),
    ("B07 a ping of 126 bytes", [frame(PING, b"x" * 126)], PROTOCOL),
    ("B07 a ping in fragments", [frame(PING, b"x", fin=False)], PROTOCOL),
]  # fmt: skip
BROKEN_CLOSES = [
    *((f"B08 close code {code}", close(code), PROTOCOL) for code in (0, 999, 1004, 1005, 1006, 1015, 5000, 65535)),
    ("B08 half a close code", frame(CLOSE, b"x"), PROTOCOL),
    ("B08 a close with 124 bytes of reason", close(1000, b"x" * 124), PROTOCOL),
    ("B08 a reason that is no UTF-8", close(1000, b"\xff"), NOT_UTF8),
]


@pytest.mark.parametrize(("data", "code"), [pytest.param(data, code, id=name) for name, data, code in BROKEN])
def test_what_is_no_websocket_is_closed_at_once(
    house: House, server: Server, witness: Witness, data: Sequence[bytes], code: int
) -> None:
    before = witness.memory
    with guest(house, server) as raw:
        raw.send(*data)
        began = time.monotonic()
        assert raw.code(SECONDS) == code
        assert time.monotonic() - began < SECONDS
        # Nothing was set aside for what was only announced.
        assert witness.memory - before < 16 * M1


@pytest.mark.parametrize(("data", "code"), [pytest.param(data, code, id=name) for name, data, code in BROKEN_CLOSES])
def test_b08_a_broken_close_ends_it(house: House, server: Server, data: bytes, code: int) -> None:
    with guest(house, server) as raw:
        raw.send(data)
        # Daphne takes it for the end of the conversation, and says nothing more.
        assert raw.code(SECONDS) in {"uvicorn": (code,), "daphne": (code, ABNORMAL)}[server.kind]


def test_b02_two_to_the_64_bytes_announced(house: House, server: Server) -> None:
    with guest(house, server) as raw:
        raw.send(header(TEXT, 2**64 - 1))
        # The highest bit must be zero: a frame too big for one, a broken one for the other.
        assert raw.code(SECONDS) == {"uvicorn": TOO_BIG, "daphne": PROTOCOL}[server.kind]


def test_b04_compression_is_not_agreed_upon(house: House, server: Server) -> None:
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    with Raw(server.port) as raw:
        assert raw.ask(request(server.port, house.path(), {**house.bearer("Mallory"), **offer})) == 101
        assert "sec-websocket-extensions" not in raw.headers


def test_b07_ten_thousand_pings_are_answered_and_disturb_nobody(house: House, server: Server) -> None:
    """Pings are the server program's: it answers them itself, in thousandths of a second for all of them."""
    with guest(house, server) as raw:
        raw.send(frame(PING, b"x") * 10_000, ALIVE)
        assert answers(raw) == []


def test_b07_pings_of_who_never_reads_fill_no_memory(house: House, server: Server, witness: Witness) -> None:
    before = witness.memory
    with guest(house, server, receive_buffer=4_096) as raw:
        raw.socket.settimeout(0.5)
        # 16 MB of pings, which would be as much in answers.
        for _ in range(250):
            if not raw.send(frame(PING, b"x" * 125) * 500):
                break
        witness.speaks()
        assert witness.memory - before < 8 * M1


def test_b09_what_comes_after_the_close_is_ignored(house: House, server: Server) -> None:
    with guest(house, server) as raw:
        raw.send(close(1000), text("{}") * 100, frame(BINARY, b"x") * 100, b"\xff" * 100)
        assert raw.code(SECONDS) == 1000


def test_b09_a_close_without_a_code_is_answered(house: House, server: Server) -> None:
    with guest(house, server) as raw:
        raw.send(frame(CLOSE), text("{}"))
        assert raw.code(SECONDS) in (1000, NO_CODE)


# ── what we refuse ──────────────────────────────────────────────────────────────────────────────────────────────────


def do(**fields: Any) -> str:
    return json.dumps({"t": "do", "id": str(uuid4()), "op": "note", "text": "a", "n": 1, **fields})


REFUSED = [
    ("B01 64 KB exactly", text(padded(K64)), None),
    ("B10 binary", frame(BINARY, b"x"), "not_text"),
    ("B10 1 MiB of binary", frame(BINARY, b"x" * M1), "not_text"),
    ("B10 nothing, as binary", frame(BINARY), "not_text"),
    ("B11 nothing", frame(TEXT), "empty"),
    ("B11 nothing, in fragments", frame(TEXT, fin=False) + frame(CONTINUATION), "empty"),
    ("B12 a brace", text("{"), "bad_json"),
    ("B12 half a word", text("nul"), "bad_json"),
    ("B12 a comma too many", text('{"t":"pong",}'), "bad_json"),
    ("B12 a byte order mark", text("\ufeff{}"), "bad_json"),
    ("B12 two documents", text('{"t":"pong"}{"t":"pong"}'), "bad_json"),
    ("B13 a string", text('"x"'), "bad_shape"),
    ("B13 a number", text("1"), "bad_shape"),
    ("B13 null", text("null"), "bad_shape"),
    ("B13 a list", text('[{"t":"pong"}]'), "bad_shape"),
    ("B14 60,000 brackets", text("[" * 60_000), "bad_json"),
    ("B14 60,000 brackets, closed", text("[" * 30_000 + "]" * 30_000), "bad_json"),
    ("B14 5,000 keys", text('{"t":"pong"' + "".join(f',"k{i}":1' for i in range(5_000)) + "}"), "extra_field"),
    ("B14 a key twice", text('{"t":"pong","t":"do"}'), "bad_json"),
    *((f"B15 {number[:9]}", text(f'{{"t":"ping","at":{number}}}'), "bad_json")
      for number in ("NaN", "-Infinity", "1e999", "-0", "1" * 5_000, str(2**64))),
    ("B15 1.0 for a number", text('{"t":"ping","at":1.0}'), "bad_shape"),
    ("B15 1.0 for an id", text(do(n=1.0)), "bad_value"),
    ("B16 no type", text("{}"), "unknown_type"),
    *((f"B16 {str(kind)[:16]}", text({"t": kind}), "unknown_type")
      for kind in (None, 5, [], {}, "x" * 10_000, "websocket.close", "__init__", "_x", "group.send", "hello", "slot")),
    ("B16 a message of Channels", text({"type": "websocket.close", "code": 1000}), "unknown_type"),
    *((f"B17 {name}", text(do(**{name: True})), "extra_field")
      for name in ("role", "is_admin", "seq", "participant_id", "score", "__proto__", "constructor", "session", "r")),
    ("B17 a field of another frame", text('{"t":"pong","op":"note"}'), "extra_field"),
    ("B17 an op that is the server's own", text(do(op="activity.tick")), "unknown_op"),
    ("B41 a NUL", text(do(text="a\0b")), "bad_text"),
    ("B41 half a surrogate, escaped", text('{"t":"watch","s":"\\ud800"}'), "bad_json"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code"), [pytest.param(data, code, id=name) for name, data, code in REFUSED])
def test_what_is_no_frame_of_ours_is_answered_and_the_socket_stays(
    house: House, server: Server, data: bytes, code: str | None
) -> None:
    with guest(house, server) as raw:
        began = time.monotonic()
        raw.send(data, ALIVE)
        assert answers(raw) == ([] if code is None else [code])
        assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(text(padded(K64 + 1)), id="in one frame"),
        pytest.param(
            frame(TEXT, padded(K64)[:-2].encode(), fin=False) + frame(CONTINUATION, b'xx"}'), id="in two fragments"
        ),
        # Letters of three bytes each: few enough letters, too many bytes.
        pytest.param(text('{"t":"pong","now":"' + "ह" * 30_000 + '"}'), id="of long letters"),
        pytest.param(
            frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b"x" * 200, fin=False) * 400 + frame(CONTINUATION, b"}"),
            id="in four hundred fragments",
        ),
    ],
)
def test_b01_more_than_64_kb_closes(house: House, server: Server, data: bytes) -> None:
    """The server programs take 1 MiB, for documents; ours is the limit of a frame."""
    with guest(house, server) as raw:
        raw.send(data)
        assert raw.code(SECONDS) == OUR_TOO_BIG


def test_three_malformed_frames_close(house: House, server: Server) -> None:
    with guest(house, server) as raw:
        raw.send(text("{"), frame(BINARY, b"x"), frame(TEXT), ALIVE)
        assert answers(raw) == ["bad_json", "not_text", "empty", MALFORMED]


def test_b17_nothing_of_it_changes_anything(house: House, server: Server) -> None:
    with guest(house, server) as raw:
        # Who comes for the first time is given a group.
        raw.send(ALIVE)
        assert answers(raw) == []
        before = rows()
        for name in ("role", "is_admin", "seq", "participant_id", "score", "__proto__"):
            raw.send(text(do(**{name: "facilitator"})))
        raw.send(ALIVE)
        assert answers(raw) == ["extra_field"] * 6
    assert rows() == before


def test_b16_a_name_that_is_nobodys(house: House, server: Server) -> None:
    """Names of methods and of slots reach nothing."""
    with guest(house, server) as raw:
        for name in ("hear", "dispatch", "__call__", nonce()):
            raw.send(text(do(op=name)))
        raw.send(ALIVE)
        assert answers(raw) == ["unknown_op"] * 4
    assert limits.MALFORMED == 3
