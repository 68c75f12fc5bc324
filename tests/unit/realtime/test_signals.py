"""What signals of heads bring about: lost, late, repeated, of answers alone, from any thread."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from tests.realtime import fake
from tests.realtime.fixtures import call, enter
from tests.realtime.looking import settled, until
from workshop.realtime import batches, bringing, inbox, signals
from workshop.realtime.hub import Hub
from workshop.realtime.signals import Calm, Relay

pytestmark = pytest.mark.usefixtures("world")


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
    await home.bringing.leisure_round([])
    assert (ana.slots["you"]["d"] == {"text": "answered"}) is read
    # What is in a hurry does not wait for it.
    home.person_moved("p:1")
    await ana.slot("you", {"text": "answered"})


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
