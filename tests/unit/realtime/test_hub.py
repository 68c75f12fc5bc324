"""The hub in one process: what is read, what is sent, and that a page ends up with what a fresh one would show."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from django.db import connection

from tests.realtime import fake
from tests.realtime.fixtures import call, enter
from tests.realtime.looking import content, fresh, settled, shown, until
from workshop.realtime import batches, inbox, signals
from workshop.realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("world")


async def test_the_hello_is_first_and_complete(hub: Hub) -> None:
    await asyncio.to_thread(inbox.submit, call("card.put", card=1, text="a"))
    ana = await enter(hub, "p:1")
    assert ana.frames[0]["t"] == "hello"
    assert ana.frames[0]["you"] == {"key": "p:1"}
    assert shown(ana) == {
        "stage": {"text": ""},
        "counter": {"n": 0, "closed": False},
        "cards": {"1": {"text": "a", "r": 1}},
        "you": {"text": ""},
    }


async def test_all_hear_the_same_text_read_once(hub: Hub) -> None:
    sockets = [await enter(hub, f"p:{i}") for i in range(50)]
    before = fake.CounterSlot.reads
    await sockets[0].do("count", by=3)
    for socket in sockets:
        await socket.slot("counter", {"n": 3, "closed": False})
    assert fake.CounterSlot.reads == before + 1


async def test_a_slot_that_cannot_be_read_is_not_tried_again_at_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Any, requests: Any) -> Any:
        raise KeyError

    monkeypatch.setattr(fake.YouSlot, "read_many", fails)
    delays: list[float] = []
    monkeypatch.setattr(hub, "later", lambda seconds, act, *args: delays.append(seconds))
    ana = await enter(hub, "p:1")

    assert delays == [1.0]
    assert "you" not in ana.slots
    assert "counter" in ana.slots


async def test_html_goes_to_browsers_only(hub: Hub) -> None:
    browser, program = await enter(hub, "p:1", view="html"), await enter(hub, "p:2")
    assert browser.slots["stage"]["h"] == "<p></p>"
    assert "h" not in program.slots["stage"]


async def test_old_state_and_frames_make_the_fresh_state(hub: Hub) -> None:
    """Two hundred random ops by ten people; afterwards every page shows what a new one would."""
    rng = random.Random(7)
    fay = await enter(hub, "u:1")
    people = [await enter(hub, f"p:{i}") for i in range(10)]
    for step in range(200):
        who = rng.choice(people)
        match rng.randrange(7):
            case 0 | 1:
                await who.do("count", by=rng.randrange(1, 5))
            case 2 | 3:
                text = "" if rng.random() < 0.3 else f"text {step}"
                await asyncio.to_thread(inbox.submit, call("card.put", who.who, card=rng.randrange(8), text=text))
            case 4:
                await asyncio.to_thread(inbox.submit, call("say", "u:1", text=rng.choice(["a", "b", "hidden"])))
            case 5:
                await asyncio.to_thread(inbox.submit, call("mine", who.who, text=f"mine {step}"))
            case _ if step % 3 == 0:
                await asyncio.to_thread(inbox.submit, call("rewrite", "u:1"))
            case _:
                audiences = ["group:1"] if rng.random() < 0.5 else []
                await asyncio.to_thread(inbox.submit, call("place", "u:1", key=who.who, audiences=audiences))
        hub.limiter._buckets.clear()
    await settled(hub)
    for socket in (fay, *people):
        assert shown(socket) == await fresh(hub, socket), socket.who


async def test_two_hundred_idle_sessions_cost_one_query_and_no_frame(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = [await enter(hub, "p:1", session=s) for s in range(1, 201)]
    await asyncio.to_thread(batches.write, [call("count", session=s) for s in range(1, 201)])
    for socket in sockets:
        await socket.slot("counter", {"n": 1, "closed": False})
    await settled(hub)
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    frames = sum(len(socket.frames) for socket in sockets)
    await hub.on_common(lambda: connection.execute_wrappers.append(note))
    await hub.check()
    await hub.on_common(connection.execute_wrappers.clear)
    assert len(statements) == 1, statements
    assert sum(len(socket.frames) for socket in sockets) == frames


async def test_counts_are_read_after_a_step_of_the_session_has_gone_out(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake.StageSlot, "first", True)
    sockets = [await enter(hub, f"p:{i}") for i in range(3)]
    await settled(hub)
    told: list[int] = []
    read = fake.CounterSlot.read

    def counts(self: fake.CounterSlot, request: Any) -> Any:
        told.append(sum(content(socket.slots["stage"]) == {"text": "next"} for socket in sockets))
        return read(self, request)

    monkeypatch.setattr(fake.CounterSlot, "read", counts)
    signals.listen(lambda moved, people, calm: None)
    for step in (call("count"), call("say", "u:1", text="next")):
        await asyncio.to_thread(inbox.submit, step)
    hub.mark({(1, "session"): (1, 1), (1, "activity:1"): (1, 1)}, set())
    for socket in sockets:
        await socket.slot("counter", {"n": 1, "closed": False})
    assert told == [3]


async def test_one_move_on_a_board_of_500_cards_is_small(hub: Hub) -> None:
    await asyncio.to_thread(
        batches.write, [call("card.put", f"p:{i}", card=i, text="a card with some text on it " * 3) for i in range(500)]
    )
    ana = await enter(hub, "p:1")
    assert len(ana.slots["cards"]["items"]) == 500
    before = ana.bytes
    await asyncio.to_thread(inbox.submit, call("card.put", "p:2", card=7, text="moved"))
    await ana.until(lambda: ana.slots["cards"]["items"]["7"]["text"] == "moved")
    assert ana.bytes - before <= 1_000


async def test_who_comes_back_gets_what_is_newer_only(hub: Hub) -> None:
    for number in range(3):
        await asyncio.to_thread(inbox.submit, call("card.put", card=number, text="a"))
    ana = await enter(hub, "p:1")
    ana.leave()
    await asyncio.to_thread(inbox.submit, call("card.put", "p:2", card=1, text=""))
    await asyncio.to_thread(inbox.submit, call("card.put", "p:2", card=2, text="b"))
    back = await enter(hub, "p:1", have={**ana.have, "vanished": (1, 4)})
    assert [slot["s"] for slot in back.frames[0]["slots"]] == ["cards"]
    slot = back.frames[0]["slots"][0]
    assert (slot["from"], slot["r"], slot["items"]) == (3, 5, {"1": None, "2": {"text": "b", "r": 5}})


@pytest.mark.parametrize("had", [(1, 99), (7, 1), (0, 0), (1, 2**62)])
async def test_an_impossible_have_gets_everything(hub: Hub, had: tuple[int, int]) -> None:
    await asyncio.to_thread(inbox.submit, call("card.put", card=1, text="a"))
    await asyncio.to_thread(inbox.submit, call("count"))
    ana = await enter(hub, "p:1", have=dict.fromkeys(["stage", "counter", "cards", "you"], had))
    assert {slot["s"] for slot in ana.frames[0]["slots"]} == {"stage", "counter", "cards", "you"}  # B28
    assert ana.slots["cards"]["items"] == {"1": {"text": "a", "r": 1}}


async def test_rewritten_rows_replace_what_clients_hold(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    await asyncio.to_thread(inbox.submit, call("card.put", card=1, text="a"))
    await ana.until(lambda: ana.slots["cards"]["items"])
    await asyncio.to_thread(inbox.submit, call("rewrite", "u:1"))
    await ana.until(lambda: ana.slots["cards"]["e"] == 2)
    assert ana.slots["cards"]["items"]["1"]["text"] == "rewritten"


async def test_resync_sends_everything_again(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    for slot in ("cards", "stage", "you"):
        ana.say({"t": "resync", "s": slot})
    await ana.until(lambda: len(ana.frames) == 4)
    assert {frame["s"] for frame in ana.frames[1:]} == {"cards", "stage", "you"}
    assert next(f for f in ana.frames if f.get("s") == "cards")["from"] == 0


async def test_a_deadline_closes_by_itself(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    await asyncio.to_thread(inbox.submit, call("timer", "u:1", milliseconds=30))
    await ana.slot("counter", {"n": 0, "closed": True})
    assert (await ana.do("count"))["code"] == "closed"


async def test_a_session_that_nobody_hears_is_forgotten(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.leave()
    hub.sessions[1].left_at -= 61
    hub._unfollow()
    assert not hub.sessions
    assert not hub.heartbeat.connections


async def test_who_comes_in_the_middle_takes_nobodys_news_away(hub: Hub) -> None:
    """Two waves read a slot that nobody heard before, and it moves between their reads: the first must hear of it."""
    home = await hub.follow(1)
    real, gates = home.read, list[asyncio.Event]()

    async def read(requests: list[Any]) -> Any:
        found = await real(requests)
        if len(gates) < 2 and any(request.name == "counter" for request in requests):
            gates.append(asyncio.Event())
            await gates[-1].wait()
        return found

    home.read = read  # type: ignore[method-assign]
    first = asyncio.create_task(enter(hub, "p:1"))
    await until(lambda: len(gates) == 1)
    # By another process, whose signal comes later than the read.
    signals.listen(None)
    await asyncio.to_thread(batches.write, [call("count")])
    second = asyncio.create_task(enter(hub, "p:2"))
    await until(lambda: len(gates) == 2)
    signals.listen(hub.heard)
    gates[0].set()
    ana = await first
    assert ana.slots["counter"]["d"]["n"] == 0
    gates[1].set()
    ben = await second
    hub.mark({(1, "activity:1"): (1, 1)}, ())
    await ben.slot("counter", {"n": 1, "closed": False})
    await ana.slot("counter", {"n": 1, "closed": False})
