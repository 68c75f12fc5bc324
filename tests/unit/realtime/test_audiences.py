"""Who hears which slots, while the catalogue, groups and rights change."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.realtime.fixtures import call, enter
from workshop.realtime import inbox, lanes
from workshop.realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("world")


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


async def test_who_sees_a_slot_as_somebody_else_is_sent_it_anew(hub: Hub) -> None:
    """Its revision is the same: nothing in it changed, but for whom it is."""
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    await asyncio.to_thread(inbox.submit, call("show", "u:1", slots=["secret:1"]))
    await ana.slot("secret:1", {"canary": "only learner"})
    revision = ana.slots["secret:1"]["r"]
    for audiences, seen in ((["group:1"], "only group:1"), ([], "only learner")):
        await asyncio.to_thread(inbox.submit, call("place", "u:1", key="p:1", audiences=audiences))
        await ana.slot("secret:1", {"canary": seen})
        assert ana.slots["secret:1"]["r"] == revision
    await ben.slot("secret:1", {"canary": "only learner"})
    assert not any(frame.get("anew") for frame in ben.frames)


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
