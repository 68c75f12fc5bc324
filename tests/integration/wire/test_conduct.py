"""Guests who are let in and then behave badly (reliability notes, B23, B24, B26, B27, B29, B30), to both servers.

Who falls silent for a minute (B25), and who never reads and is left alone (B26), is met in the soak.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from tests.wire.house import Guest, House, Witness
from tests.wire.raw import Raw, request, text
from tests.wire.servers import Server

SECONDS = 15.0
REMOVED, FIFTH, FLOODING = 4403, 4409, 4429
ALIVE = text({"t": "ping", "at": 77})


def guest(house: House, server: Server, name: str) -> Raw:
    """Somebody with that name, past the hello."""
    raw = Raw(server.port)
    assert raw.ask(request(server.port, house.path(), house.bearer(name))) == 101
    assert next(raw.events(SECONDS)).json["t"] == "hello"
    return raw


def said(raw: Raw, until: str = "pong") -> list[dict[str, Any]]:
    """All frames up to the first of that type; the last one is ``{"t": "close", "code"}`` when there was none."""
    found: list[dict[str, Any]] = []
    for event in raw.events(SECONDS):
        if event.what in ("close", "end"):
            return [*found, {"t": "close", "code": event.code}]
        if event.what == "text":
            found.append(event.json)
            if found[-1]["t"] == until:
                return found
    raise AssertionError(f"neither answered nor closed: {found[-3:]}")


def codes(frames: list[dict[str, Any]]) -> list[Any]:
    """How each op and each frame was answered."""
    return [frame.get("code", "ok") for frame in frames if frame["t"] in ("ok", "no", "close")]


def note(number: int, **more: Any) -> bytes:
    return text({"t": "do", "id": str(uuid4()), "op": "note", "text": "x", "n": number, **more})


# ── B23: too fast ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_b23_answers_too_fast_are_refused_and_then_the_sender_is_closed(house: House, server: Server) -> None:
    answer = {"a": house.here["open"].pk, "q": "q1", "round": 1, "v": "much"}
    with guest(house, server, f"Fast {server.kind}") as raw:
        began, number = time.monotonic(), 0
        found: list[Any] = []
        while FLOODING not in found and time.monotonic() - began < 4 * SECONDS:
            burst = [{"t": "do", "id": str(uuid4()), "op": "respond", "n": number + n, **answer} for n in range(1, 51)]
            number += 50
            raw.send(*map(text, burst))
            for event in raw.events(0.1):
                found += codes([event.json if event.what == "text" else {"t": "close", "code": event.code}])
    assert found[-1] == FLOODING
    assert set(found) == {"ok", "slow_down", FLOODING}
    # The burst, and what the bucket was refilled with meanwhile.
    assert 60 <= found.count("ok") <= 61 + 10 * (time.monotonic() - began)


def test_b23_frames_that_are_no_ops_are_counted_too(house: House, server: Server) -> None:
    with guest(house, server, f"Chatty {server.kind}") as raw:
        began = time.monotonic()
        while time.monotonic() - began < 4 * SECONDS:
            raw.send(text({"t": "pong"}) * 1_000)
            found = raw.code(0.2)
            if found:
                break
        assert found == FLOODING


# ── B24: many sockets ───────────────────────────────────────────────────────────────────────────────────────────────


def test_b24_the_fifth_socket_closes_the_oldest(house: House, server: Server) -> None:
    sockets = [guest(house, server, f"Many {server.kind}") for _ in range(7)]
    for old in sockets[:3]:
        assert old.code(SECONDS) == FIFTH
    sockets[-1].send(note(1))
    assert codes(said(sockets[-1], until="ok")) == ["ok"]
    for there in sockets[3:]:
        # What one of them did the others are told.
        there.send(text({"t": "resync", "s": "you"}), ALIVE)
        assert said(there)[-1]["t"] == "pong"
        there.close()


# ── B26: who never reads ────────────────────────────────────────────────────────────────────────────────────────────


def test_b26_who_is_sent_away_and_never_reads_is_cut_off(house: House, server: Server, witness: Witness) -> None:
    """Whoever could keep a connection by reading nothing could keep them all."""
    path = house.path(view="html")
    with Raw(server.port, receive_buffer=2_048) as raw:
        assert raw.ask(request(server.port, path, house.bearer(f"Deaf {server.kind}"))) == 101
        own = raw.socket.getsockname()[1]
        for name in ("stage", f"activity:{house.here['open'].pk}", "you"):
            raw.send(text({"t": "resync", "s": name}) * 20)
        raw.send(text({"t": "watch", "s": "x" * 150}) * 300, text("{") * 3)
        deadline = time.monotonic() + 4 * SECONDS
        while any(c.raddr and c.raddr.port == own for c in witness.process.net_connections()):
            assert time.monotonic() < deadline, "its connection is still there"
            witness.speaks()


# ── B27: in and out ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_b27_hundreds_come_and_go_at_once(house: House, server: Server, witness: Witness) -> None:
    """Of one address, as a class is: nobody of it is locked out."""
    before = witness.memory
    path, headers = house.path(), house.bearer("Restless")
    began = time.monotonic()
    for number in range(200):
        with Raw(server.port) as raw:
            raw.send(request(server.port, path, headers))
            if number % 2:
                raw.answered(SECONDS)
    witness.speaks()
    assert time.monotonic() - began < 4 * SECONDS
    assert witness.memory - before < 16 * 2**20


# ── B29: what is not for me ─────────────────────────────────────────────────────────────────────────────────────────


def test_b29_a_learner_may_watch_nothing_and_gets_nothing(house: House, server: Server) -> None:
    other, mine = house.other["open"].pk, house.here["open"].pk
    names = [
        "panel", "people", "queue", "room", "scene", "undo", f"tally:{other}", f"tally:{mine}", f"answers:{mine}",
        f"wall:{mine}", f"board:{mine}:1", f"board:{mine}:999999", "you", "you:p:1", "person:p:1", "stage:2", "session",
        "stream:x", "..", "people:*", "*", "group:1", "activity:-1", f"activity:{other}", "nothing", "x" * 200,
    ]  # fmt: skip
    with guest(house, server, f"Curious {server.kind}") as raw:
        for name in names:
            raw.send(text({"t": "watch", "s": name}), text({"t": "resync", "s": name}))
            raw.send(text({"t": "unwatch", "s": name}))
        raw.send(ALIVE)
        found = said(raw)
        refused = {frame["d"]["s"] for frame in found if frame["t"] == "no" and frame["code"] == "not_allowed"}
        assert {frame["code"] for frame in found if frame["t"] == "no"} <= {"not_allowed", "no_slot"}
        got = {frame["s"] for frame in found if frame["t"] == "slot"}
        assert got <= {"you"}
        assert refused >= {"panel", "people", "queue", "room", f"answers:{mine}"}


def test_b29_staff_may_watch_nothing_of_another_session(house: House, server: Server) -> None:
    other = house.other["open"].pk
    fay = Guest(server.port, house.path("staff"), house.staff(server.port))
    for name in (f"tally:{other}", f"answers:{other}", f"activity:{other}", f"board:{other}:1", f"wall:{other}", "you"):
        fay.send(text({"t": "watch", "s": name}))
    fay.send(ALIVE)
    fay.until(lambda found: any(each["t"] == "pong" for each in found))
    assert fay.do("hand", up=True)["code"] == "not_allowed"
    held = [frame for frame in fay.heard if frame["t"] == "slot" and str(other) in frame["s"] and "gone" not in frame]
    assert held == []
    fay.close()


# ── B30: what is long past ──────────────────────────────────────────────────────────────────────────────────────────


def test_b30_an_op_of_another_time_or_place(house: House, server: Server) -> None:
    name = f"Late {server.kind}"
    here, other = house.here["open"].pk, house.other["open"].pk
    first = {"t": "do", "id": str(uuid4()), "op": "respond", "a": here, "q": "q1", "round": 1, "n": 5, "v": "mine"}
    hand = {"t": "do", "id": str(uuid4()), "op": "hand", "up": True}

    def answer(raw: Raw, frame: dict[str, Any]) -> dict[str, Any]:
        raw.send(text(frame))
        return next(e.json for e in raw.events(SECONDS) if e.what == "text" and e.json.get("id") == frame["id"])

    with guest(house, server, name) as raw:
        acks = [answer(raw, frame) for frame in (first, hand)]
        assert [ack["t"] for ack in acks] == ["ok", "ok"]
    # The answer was lost on the way: sent again after the reconnect it counts once, and says the same.
    with guest(house, server, name) as raw:
        again = [answer(raw, frame) for frame in (first, hand)]
        assert [{**ack["d"], "saved": 0} for ack in again] == [{**ack["d"], "saved": 0} for ack in acks]
        assert answer(raw, {**hand, "up": False})["code"] == "op_reused"
        assert answer(raw, {**first, "v": "other"})["code"] == "op_reused"
        assert answer(raw, {**first, "id": str(uuid4()), "n": 4})["code"] == "stale"
        for changed, code in (
            ({"round": 2, "n": 9}, "old_round"),
            ({"a": other, "n": 9}, "no_activity"),
            ({"a": 2**53 - 1, "n": 9}, "no_activity"),
            ({"q": "q9", "n": 9}, "no_question"),
            ({"subject": "p:1", "n": 9}, "bad_value"),
        ):
            assert answer(raw, {**first, "id": str(uuid4()), **changed})["code"] == code
        # Removed meanwhile, as by another process: it is noticed within two seconds.
        house.here.fay("person.remove", p=house.people[name].row.pk)
        assert raw.code(SECONDS) == REMOVED
    with Raw(server.port) as raw:
        assert raw.ask(request(server.port, house.path(), house.bearer(name))) == 101
        raw.send(text({**first, "n": 99, "id": str(uuid4())}))
        assert raw.code(SECONDS) == REMOVED
