"""Frames, handshakes and posted bodies by chance, through the real consumer in a real server, beside people at work.

Bytes that are no frame, frames that are no JSON, JSON that is nearly right, all in one go and in any order. Every reply is a
frame of the protocol; a socket is closed with a code that says why; nobody else notices; the log has no error in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.depth import IS_DEEP, examples, trying
from tests.fuzz.json_values import TEXTS, VALUES, mutated
from tests.fuzz.shapes import Things, payloads
from tests.wire.house import APPLICATION, House, Witness, build, committed, environment
from tests.wire.raw import BINARY, CLOSE, CONTINUATION, NO_CODE, PING, PONG, TEXT, Raw, frame, request, text
from tests.wire.schema import check_frame
from tests.wire.servers import KINDS, Server, serve
from workshop.realtime import ops

pytestmark = pytest.mark.postgres
SOON, SECONDS = 0.5, 10.0
GUESTS = 20
MEGABYTE = 2**20
ALIVE = {"t": "ping", "at": 77}
#: Closed by us, by the server program, and as the client itself closed it. Daphne ends without a word after a broken close.
CODES = {4400, 4401, 4419, 4429, 1002, 1007, 1009, 1000, NO_CODE}
#: Ops that take the sender out of the session, or name the sender's own things only.
OPS = [spec for spec in ops.all_ops() if spec.public and spec.name != "leave"]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with committed(django_db_blocker):
        yield build(GUESTS)


@pytest.fixture(scope="module", params=KINDS if IS_DEEP else KINDS[:1])
def server(request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("wire")
    (folder / "static").mkdir()
    with serve(request.param, APPLICATION, folder, environment(folder)) as running:
        yield running
    for trouble in ("Traceback", '"level": "error"', '"level": "critical"', " 1011", " 500"):
        assert trouble not in running.log, running.log[-3000:]


@pytest.fixture(scope="module")
def witness(house: House, server: Server) -> Iterator[Witness]:
    found = Witness(house, server.port, psutil.Process(server.process.pid))
    found.speaks()
    yield found
    found.close()


class Turn:
    """Guests take turns, so that no one of them is limited for all."""

    def __init__(self) -> None:
        self.number = 0

    def next(self) -> str:
        self.number += 1
        return f"Guest {self.number % GUESTS}"


def frames(house: House) -> st.SearchStrategy[bytes]:
    """One thing to send: mostly a text, mostly nearly right."""
    numbers = [house.here["open"].pk, house.here["board"].pk, house.other["open"].pk]
    things = Things(numbers, ["q1", "teams", "you", "stage"], [{"kind": "text", "prompt": "What?"}])
    ids = st.uuids().map(str) | TEXTS
    acts = st.one_of(
        [
            st.builds(lambda o, i, p: {**p, "t": "do", "id": i, "op": o}, st.just(s.name), ids, payloads(s, things))
            for s in OPS
        ]
    )
    names = st.sampled_from(["you", "stage", f"tally:{numbers[0]}", f"board:{numbers[1]}:1", "people"]) | TEXTS
    small = st.builds(
        lambda t, s: {"t": t, "s": s}, st.sampled_from(["watch", "unwatch", "resync"]), names
    ) | st.builds(lambda at: {"t": "ping", "at": at}, VALUES)
    good = acts | small | st.just({"t": "pong"})
    texts = (good | good.flatmap(mutated) | VALUES).map(json.dumps) | TEXTS
    raw = st.builds(
        lambda o, p, fin, rsv, masked: frame(o, p, fin=fin, rsv=rsv, masked=masked),
        st.sampled_from([TEXT, TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE, 3, 11]),
        st.binary(max_size=130), st.booleans(), st.sampled_from([0, 0, 0, 0, 4, 1]), st.booleans(),
    )  # fmt: skip
    return texts.map(text) | texts.map(text) | texts.map(text) | raw | st.binary(max_size=60)


def test_whatever_is_sent(house: House, server: Server, witness: Witness) -> None:
    turn, before = Turn(), witness.memory

    @examples(30, 6_000)
    @given(st.lists(frames(house), min_size=1, max_size=10), st.booleans())
    def run(sent: list[bytes], together: bool) -> None:
        with trying("frames, through real servers", len(sent)), Raw(server.port) as raw:
            headers = house.bearer(turn.next())
            assert raw.ask(request(server.port, house.path(), headers)) == 101
            if together:
                raw.send(*sent, text(ALIVE))
            else:
                for each in (*sent, text(ALIVE)):
                    if not raw.send(each):
                        break
            listen(raw)
        if turn.number % 10 == 0:
            witness.speaks()

    run()
    witness.speaks()
    assert witness.memory - before < 48 * MEGABYTE


def listen(raw: Raw) -> None:
    """Until the pong, or until it is closed. Where a frame or a message was begun and not ended neither comes: then we go."""
    if not ends(raw, SOON):
        raw.quit()
        assert ends(raw, SECONDS), "it was left open"


def ends(raw: Raw, seconds: float) -> bool:
    """Whether the pong or the end came within the time."""
    for event in raw.events(seconds):
        if event.what == "end":
            # Nothing was said: it had sent half a frame, or (Daphne) a close that was none.
            return True
        if event.what == "close":
            assert event.code != 1_011
            assert event.code in CODES or 1_000 <= event.code < 1_015 or 3_000 <= event.code < 5_000, event
            return True
        if event.what == "text":
            check_frame(event.json)
            if event.json["t"] == "pong" and event.json["at"] == ALIVE["at"]:
                return True
        else:
            assert event.what == "pong", event
    return False


@pytest.mark.parametrize("what", ["do", "slots"])
def test_whatever_is_posted(house: House, server: Server, witness: Witness, what: str) -> None:
    turn = Turn()
    bodies = frames(house) | st.binary(max_size=200) | TEXTS.map(str.encode)

    @examples(25, 3_000)
    @given(bodies, TEXTS, TEXTS)
    def run(body: bytes, right: str, have: str) -> None:
        path = f"/live/{house.id}/{what}/?as=learner&view=data&have={quote(have)[:1_500]}"
        path += f"&as={quote(right)[:200]}" if len(right) % 5 == 1 else ""
        method = "POST" if what == "do" else "GET"
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in house.bearer(turn.next()).items()]
        with trying("requests without a socket, through real servers"), Raw(server.port) as raw:
            status = raw.ask("\r\n".join([*lines, "", ""]).encode() + body, SECONDS)
            assert status in {200, 204, 400, 401, 403, 404, 405, 409, 413, 429, 503}, status
            assert raw.headers.get("content-type") == "application/json", raw.headers
        if turn.number % 10 == 0:
            witness.speaks()

    run()
    witness.speaks()
