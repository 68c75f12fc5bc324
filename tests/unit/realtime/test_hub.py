"""The hub in one process: what is read, what is sent, and that a page ends up with what a fresh one would show."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.realtime import fake
from tests.realtime.fixtures import SECONDS, Socket, call, enter
from workshop.realtime import batches, bringing, heads, heartbeat, inbox, lanes, presence, signals
from workshop.realtime.hub import Hub
from workshop.realtime.models import Presence
from workshop.realtime.signals import Calm, Relay

pytestmark = pytest.mark.usefixtures("world")


async def until(holds: Callable[[], Any]) -> None:
    """Wait for a condition that no socket tells of."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - threads tell no event
            await asyncio.sleep(0.01)


async def settled(hub: Hub) -> None:
    """Wait until nothing is under way: all ops written, all rounds done."""
    await asyncio.to_thread(inbox.wait_idle)
    lanes = [lane for home in hub.sessions.values() for lane in home.lanes]
    await until(lambda: not any(lane.busy for lane in lanes))


async def fresh(hub: Hub, socket: Socket) -> dict[str, Any]:
    """What a new page of the same person shows."""
    other = await enter(hub, socket.who, socket.session)
    other.leave()
    return {name: content(slot) for name, slot in other.slots.items()}


def content(slot: dict[str, Any]) -> Any:
    return slot.get("d", slot.get("items"))


def shown(socket: Socket) -> dict[str, Any]:
    return {name: content(slot) for name, slot in socket.slots.items()}


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


async def test_a_lost_signal_is_made_up_for(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    signals.listen(lambda moved, people, calm: None)
    await asyncio.to_thread(inbox.submit, call("mine", text="unheard"))
    await asyncio.to_thread(inbox.submit, call("count"))
    await hub.check()
    await ana.slot("counter", {"n": 1, "closed": False})
    await ana.slot("you", {"text": "unheard"})


async def test_an_old_or_repeated_signal_changes_nothing(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    await ana.do("count")
    await ana.slot("counter", {"n": 1, "closed": False})
    reads = fake.CounterSlot.reads
    hub.mark({(1, "activity:1"): (1, 1), (1, "session"): (1, 0), (9, "session"): (1, 5)}, set())
    await settled(hub)
    assert fake.CounterSlot.reads == reads


async def test_answers_alone_leave_a_steady_slot_as_it_is(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake.CounterSlot, "steady", True)
    ana = await enter(hub, "p:1")
    await ana.do("count")
    await ana.slot("counter", {"n": 1, "closed": False})
    reads, place = fake.CounterSlot.reads, (1, "activity:1")
    epoch, revision = hub.sessions[1].heads["activity:1"]
    hub.mark({place: (epoch, revision + 1)}, set(), Calm(heads={place: 1}))
    await settled(hub)
    assert fake.CounterSlot.reads == reads
    # Another process's step lies between, and its signal comes a moment later: answers too.
    hub.mark({place: (epoch, revision + 3)}, set(), Calm(heads={place: 1}))
    hub.mark({place: (epoch, revision + 2)}, set(), Calm(heads={place: 1}))
    await settled(hub)
    assert not hub.sessions[1].known.waits("activity:1")
    assert fake.CounterSlot.reads == reads
    # It tells of more than answers.
    hub.mark({place: (epoch, revision + 5)}, set(), Calm(heads={place: 1}))
    hub.mark({place: (epoch, revision + 4)}, set())
    await settled(hub)
    assert fake.CounterSlot.reads == reads + 1
    # It never comes: it may have told of more than answers.
    hub.mark({place: (epoch, revision + 7)}, set(), Calm(heads={place: 1}))
    await until(lambda: fake.CounterSlot.reads == reads + 2)


@pytest.mark.parametrize(
    ("pause", "patience", "read"),
    [
        pytest.param(0.0, 3600.0, True, id="in a pause"),
        pytest.param(3600.0, 3600.0, False, id="while more answers come"),
        pytest.param(3600.0, 0.0, True, id="after a while in any case"),
    ],
)
async def test_who_goes_on_answering_is_read_for_in_a_pause(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, *, pause: float, patience: float, read: bool
) -> None:
    monkeypatch.setattr(bringing, "PAUSE_SECONDS", pause)
    monkeypatch.setattr(bringing, "PATIENCE_SECONDS", patience)
    ana = await enter(hub, "p:1")
    signals.listen(None)
    await asyncio.to_thread(batches.write, [call("mine", text="answered")])
    home = hub.sessions[1]
    for _ in range(3):
        home.person_moved("p:1", told=True)
    await home.leisure_round([])
    assert (ana.slots["you"]["d"] == {"text": "answered"}) is read
    # What is in a hurry does not wait for it.
    home.person_moved("p:1")
    await ana.slot("you", {"text": "answered"})


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


async def test_a_frozen_client_hears_nothing_and_then_the_newest(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    ana.connection.heard_at = time.monotonic() - heartbeat.FROZEN_SECONDS - 1
    hub.heartbeat.look(time.monotonic())
    assert ana.connection.frozen
    frames = len(ana.frames)
    for number in range(5):
        assert (await ben.do("count"))["t"] == "ok"
        await ben.do("card.put", card=number, text="x")
    await ben.until(lambda: len(ben.slots["cards"]["items"]) == 5)
    await ben.slot("counter", {"n": 5, "closed": False})
    assert len(ana.frames) == frames
    ana.say({"t": "pong", "now": 1})
    await ana.slot("counter", {"n": 5, "closed": False})
    await ana.until(lambda: len(ana.slots["cards"]["items"]) == 5)
    assert len(ana.frames) == frames + 2


async def test_silence_closes(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.connection.heard_at = time.monotonic() - heartbeat.CLOSED_SECONDS - 1
    hub.heartbeat.look(time.monotonic())
    await ana.until(lambda: ana.code == 4408)  # B25


async def test_a_client_that_does_not_read_is_only_marked(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    ana.writable.clear()
    for number in range(10):
        await ben.do("count")
        await ben.slot("counter", {"n": number + 1, "closed": False})
    assert ana.connection.waiting
    assert len(ana.connection.marked) == 1
    ana.writable.set()
    await ana.slot("counter", {"n": 10, "closed": False})
    assert len([f for f in ana.frames if f.get("s") == "counter"]) <= 2


async def test_answers_wait_in_order_for_a_client_that_does_not_read(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.writable.clear()
    for number in range(5):
        ana.say({"t": "ping", "at": number})
    ana.writable.set()
    await ana.until(lambda: len([f for f in ana.frames if f["t"] == "pong"]) == 5)
    assert [f["at"] for f in ana.frames if f["t"] == "pong"] == [0, 1, 2, 3, 4]


async def test_new_slots_come_and_vanished_ones_go(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    await asyncio.to_thread(inbox.submit, call("show", "u:1", slots=["secret:9"]))
    await ana.slot("secret:9", {"canary": "only learner"})
    await asyncio.to_thread(inbox.submit, call("show", "u:1", slots=[]))
    await ana.until(lambda: "secret:9" not in ana.slots)
    assert ana.frames[-1] == {"t": "slot", "s": "secret:9", "gone": True}


async def test_a_new_slot_comes_though_the_first_round_with_it_fails(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lanes, "RETRY_SECONDS", 0.0)
    ana = await enter(hub, "p:1")
    home = hub.sessions[1]
    real, failures = home.read, list[str]()

    async def read(requests: list[Any]) -> Any:
        if any(request.name == "secret:9" for request in requests) and not failures:
            failures.append("once")
            raise RuntimeError
        return await real(requests)

    home.read = read  # type: ignore[method-assign]
    await asyncio.to_thread(inbox.submit, call("show", "u:1", slots=["secret:9"]))
    await ana.slot("secret:9", {"canary": "only learner"})
    assert failures
    assert "a round failed" in caplog.text


async def test_a_slot_that_is_nothing_is_gone(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    await asyncio.to_thread(inbox.submit, call("say", "u:1", text="hidden"))
    await ana.until(lambda: "stage" not in ana.slots)
    await asyncio.to_thread(inbox.submit, call("say", "u:1", text="back"))
    await ana.slot("stage", {"text": "back"})


async def test_groups_change_what_one_hears_and_nobody_else(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    await asyncio.to_thread(inbox.submit, call("place", "u:1", key="p:1", audiences=["group:1"]))
    await ana.slot("secret:1", {"canary": "only group:1"})
    await asyncio.to_thread(inbox.submit, call("place", "u:1", key="p:1", audiences=[]))
    await ana.until(lambda: "secret:1" not in ana.slots)
    assert "canary" not in str(ben.frames)


async def test_a_removed_person_is_closed(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    await asyncio.to_thread(inbox.submit, call("place", "u:1", key="p:1", removed=True))
    await ana.until(lambda: ana.code == 4403)
    assert ben.code is None


async def test_own_slots_are_nobody_elses(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    await ana.do("mine", text="my canary")
    await ana.slot("you", {"text": "my canary"})
    await ben.do("count")
    assert "canary" not in str(ben.frames)


async def test_watching_is_for_those_who_may(hub: Hub) -> None:
    fay, ana = await enter(hub, "u:1"), await enter(hub, "p:1")
    for socket in (fay, ana):
        socket.say({"t": "watch", "s": "secret:5"})
    await fay.slot("secret:5", {"canary": "only staff"})
    await ana.until(lambda: ana.frames[-1]["t"] == "no")
    assert ana.frames[-1]["code"] == "not_allowed"  # B29
    fay.say({"t": "unwatch", "s": "secret:5"})
    fay.say({"t": "watch", "s": "nonsense:5"})
    await fay.until(lambda: fay.frames[-1]["t"] == "no")
    assert fay.frames[-1]["code"] == "no_slot"


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


async def test_presence_tells_who_is_there(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == {"p:1", "p:2"}
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1
    ben.leave()
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == {"p:1"}
    assert await hub.on_common(presence.seen, 1) == {"p:1", "p:2"}
    ana.connection.heard_at -= presence.ONLINE_SECONDS + 1
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == set()
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 3
    assert await hub.on_common(Presence.objects.count) == 1


def heads_of(found: dict[int, dict[str, tuple[int, int]]]) -> int:
    return found[1][presence.HEAD][1]


async def test_signals_merge_while_redis_is_away(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    relay = Relay(lambda moved, people, calm: None, lambda: None)
    relay.start()
    for revision in range(10_000):
        relay.send({(1, "session"): (1, revision)}, {(1, "p:1")})
    assert len(relay._moved) == 1
    await relay.stop()


async def test_the_hub_can_be_marked_from_any_thread(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    thread = threading.Thread(target=lambda: inbox.submit(call("count", by=4)))
    thread.start()
    await ana.slot("counter", {"n": 4, "closed": False})
    thread.join()


async def test_a_session_that_nobody_hears_is_forgotten(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.leave()
    hub.sessions[1].left_at -= 61
    hub._unfollow()
    assert not hub.sessions
    assert not hub.heartbeat.connections


async def test_people_of_a_process_that_died_are_taken_out(hub: Hub) -> None:
    """kill -9 leaves a row that says who is online; whoever still writes takes them out, and the panels are told."""
    await enter(hub, "u:1")

    def leave_a_row() -> None:
        past = timezone.now() - timedelta(seconds=presence.ONLINE_SECONDS + 5)
        rows = [("dead", past, [["p:7", 0], ["p:8", 1_000]]), ("alive", timezone.now(), [["p:9", 0]])]
        for process, at, keys in rows:
            Presence.objects.create(session=1, process=process, seen_at=at, keys=keys)

    await asyncio.to_thread(leave_a_row)
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1
    row = await asyncio.to_thread(Presence.objects.get, process="dead")
    assert row.keys == [["p:7", int(row.seen_at.timestamp())], ["p:8", 1_000]]
    assert await hub.on_common(presence.online, 1) == {"u:1", "p:9"}
    assert await hub.on_common(presence.seen, 1) == {"u:1", "p:7", "p:9"}
    # Only once.
    await asyncio.to_thread(presence.write, hub.process, {1: ([["u:1", 0]], False)})
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1


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
