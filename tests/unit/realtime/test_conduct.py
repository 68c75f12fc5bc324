"""Who opens too much, says what is no frame, or says too much: told, then closed, and nobody else is hurt."""

from __future__ import annotations

import time

import pytest

from tests.realtime.fixtures import call, enter
from workshop.realtime import limits
from workshop.realtime.admission import Visitor
from workshop.realtime.connection import Connection
from workshop.realtime.door import Handshake
from workshop.realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("world")


async def poll(hub: Hub, who: str) -> Connection:
    """Let in a page that asks by HTTP."""
    return await hub.admission.enter(Visitor(Handshake("s1", "learner", {}, bearer=who), "data"))


async def test_the_fifth_socket_closes_the_oldest(hub: Hub) -> None:
    sockets = [await enter(hub, "p:1") for _ in range(5)]
    await sockets[0].until(lambda: sockets[0].code == 4409)  # B24
    assert [socket.code for socket in sockets[1:]] == [None] * 4


async def test_the_fifth_page_that_polls_takes_the_place_of_the_oldest(hub: Hub) -> None:
    socket, ben = await enter(hub, "p:1"), await poll(hub, "p:2")
    pages = [await poll(hub, "p:1") for _ in range(limits.SOCKETS_PER_PERSON + 2)]
    assert [page.closed for page in pages] == [True] * 2 + [False] * limits.SOCKETS_PER_PERSON
    home = hub.sessions[1]
    assert home.people["p:1"] == {socket.connection, *pages[2:]}
    assert home.polled == limits.SOCKETS_PER_PERSON + 1
    assert (socket.code, ben.closed) == (None, False)


async def test_three_malformed_frames_close(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    for text in ("{", "[]", '{"t":"x"}'):
        ana.say(text)
    await ana.until(lambda: ana.code == 4400)
    assert [f["code"] for f in ana.frames[1:]] == ["bad_json", "bad_shape", "unknown_type"]
    assert [f["id"] for f in ana.frames[1:]] == [None] * 3


async def test_too_big_and_binary(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    ana.say('"' + "x" * limits.TEXT_BYTES + '"')
    await ana.until(lambda: ana.code == 4419)  # B01
    ben.dialogue.hear(None)
    await ben.until(lambda: ben.frames[-1]["t"] == "no")
    assert ben.frames[-1]["code"] == "not_text"  # B10


async def test_a_flood_is_warned_and_closed_and_hurts_nobody(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    now = [time.monotonic()]
    monkeypatch.setattr("workshop.realtime.limits.time.monotonic", lambda: now[0])
    for _ in range(200):
        ana.say({"t": "do", "id": str(call("count").id), "op": "count"})
    await ana.until(lambda: len(ana.answers) == 200)  # B23
    assert sum(answer["t"] == "ok" for answer in ana.answers.values()) == 60
    assert {a["code"] for a in ana.answers.values() if a["t"] == "no"} == {"slow_down"}
    assert ana.code is None
    for _ in range(3):
        now[0] += 0.6
        for _ in range(20):
            ana.say({"t": "do", "id": str(call("count").id), "op": "count"})
    await ana.until(lambda: ana.code == 4429)
    assert (await ben.do("count"))["t"] == "ok"
