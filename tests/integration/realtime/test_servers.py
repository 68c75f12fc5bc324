"""The whole way through a real server: daphne or uvicorn, one process."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import secrets
import signal
import socket
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import websockets
from pytest_django.plugin import DjangoDbBlocker

from tests.realtime import database
from tests.realtime.client import Client
from tests.realtime.server import Server, serve
from tests.realtime.tables import Counter
from tests.services import ServiceMissing, missing
from workshop.realtime.heads import read_head

pytestmark = pytest.mark.usefixtures("world")


#: ``make run`` is Daphne on SQLite, docker-compose.yml is uvicorn on PostgreSQL.
SHIPPED = {"sqlite": "daphne", "postgresql": "uvicorn"}


@pytest.fixture(scope="module", params=SHIPPED)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def database_url(
    database_kind: str, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database for all tests of a kind, each with a session of its own."""
    folder = tmp_path_factory.mktemp("database")
    try:
        with (
            django_db_blocker.unblock(),
            database.fresh_url(database_kind, folder) as url,
            database.as_default(url),
        ):
            yield url
    except ServiceMissing as error:
        missing(error)


@pytest.fixture(scope="module")
def running(database_kind: str, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server of each of the two ways that ship."""
    with serve(SHIPPED[database_kind], database_url, folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The server, which no test may end or bring to complain."""
    before = running.complaints.count("Traceback")
    yield running
    assert running.process.poll() is None
    assert running.complaints.count("Traceback") == before, running.complaints[-4000:]


SESSIONS = itertools.count(1_000)


@pytest.fixture
def session() -> int:
    """A session that nobody was in before."""
    return next(SESSIONS)


async def test_a_session_from_hello_to_goodbye(
    database_kind: str, database_url: str, tmp_path: Path, session: int
) -> None:
    with serve(SHIPPED[database_kind], database_url, folder=tmp_path) as server:
        await from_hello_to_goodbye(server, session)


async def from_hello_to_goodbye(server: Server, session: int) -> None:
    fay, ana, ben = [await Client.open(server.ws, session, who) for who in ("u:1", "p:1", "p:2")]
    assert ana.frames[0]["t"] == "hello"
    assert ana.socket.subprotocol == "plenary.v1"
    assert (await ana.do("count", by=2))["d"] == {"r": 1}
    for client in (fay, ana, ben):
        await client.slot("counter", {"n": 2, "closed": False})
    await fay.do("say", text="go")
    await ben.slot("stage", {"text": "go"})
    await ben.do("card.put", card=1, text="a")
    await ana.until(lambda: ana.slots["cards"]["items"])
    assert (await ana.do("say", text="go"))["code"] == "not_allowed"
    have = ana.have
    await ana.close()
    await ben.do("mine", text="mine")
    await ben.do("count")
    ana = await Client.open(server.ws, session, "p:1", have=have)
    await ana.slot("counter", {"n": 3, "closed": False})
    assert "cards" not in {slot["s"] for slot in ana.frames[0]["slots"]}
    server.process.send_signal(signal.SIGTERM)
    for client in (fay, ana, ben):
        await client.ended()
        assert client.frames[-1]["t"] == "bye"
        assert client.code == 4412


async def test_two_hundred_people_vote_and_nothing_is_lost(server: Server, session: int) -> None:
    clients = await asyncio.gather(*(Client.open(server.ws, session, f"p:{i}") for i in range(200)))
    answers = await asyncio.gather(*(client.do("count") for client in clients for _ in range(5)))
    assert [answer["t"] for answer in answers] == ["ok"] * 1_000
    for client in clients:
        await client.slot("counter", {"n": 1_000, "closed": False})
    assert (await asyncio.to_thread(Counter.objects.get, session=session)).n == 1_000
    epoch, revision = await asyncio.to_thread(read_head, session, "activity:1")
    assert (epoch, max(answer["d"]["r"] for answer in answers)) == (1, revision)
    await asyncio.gather(*(client.close() for client in clients))


@pytest.mark.parametrize(
    ("session", "who", "options", "code"),
    [
        (404, "p:1", {}, 4404),
        (1, "nobody", {"right": "learner"}, 4401),
        (1, "p:1", {"right": "staff"}, 4401),
        (1, "p:1", {"right": "god"}, 4400),
        (1, "p:1", {"view": "html&view=data"}, 4400),
    ],
)
async def test_who_may_not_come_in(server: Server, session: int, who: str, options: dict[str, Any], code: int) -> None:
    client = await Client.open(server.ws, session, who, **options)
    await client.until(lambda: client.closed)
    assert client.code == code  # B19
    assert client.frames == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Cookie": "who=p:1"},
    ],
)
async def test_a_wrong_origin_is_refused_in_the_handshake(
    server: Server, session: int, headers: dict[str, str]
) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await Client.open(server.ws, session, "p:1", headers=headers)
    assert refused.value.response.status_code == 403  # B18


async def test_a_page_comes_in_by_cookie_and_its_own_origin(server: Server, session: int) -> None:
    url = f"{server.ws}/ws/session/s{session}/?as=learner"
    async with websockets.connect(
        url,
        subprotocols=[websockets.Subprotocol("plenary.v1")],
        additional_headers={"Cookie": "who=p:5", "Origin": server.http},
    ) as page:
        assert json.loads(await page.recv())["you"] == {"key": "p:5"}


async def test_without_the_subprotocol_nothing_is_said(server: Server, session: int) -> None:
    async with websockets.connect(
        f"{server.ws}/ws/session/s{session}/", additional_headers={"Authorization": "Bearer p:1"}
    ) as program:
        with pytest.raises(websockets.ConnectionClosed):
            await program.recv()
    assert program.close_code == 4400


async def test_bad_frames_hurt_only_their_sender(server: Server, session: int) -> None:
    mallory, ana = await Client.open(server.ws, session, "p:66"), await Client.open(server.ws, session, "p:1")
    for text in ('{"t":"do","id":"x"}', "[" * 20_000):
        await mallory.send(text)
    await mallory.socket.send(b"binary")
    await mallory.until(lambda: mallory.closed)
    assert [frame["code"] for frame in mallory.frames[1:]] == ["bad_shape", "bad_json", "not_text"]
    assert mallory.code == 4400
    big = await Client.open(server.ws, session, "p:67")
    await big.send(json.dumps({"t": "x" * 70_000}))
    await big.until(lambda: big.closed)
    assert big.code in {1009, 4419}
    assert (await ana.do("count"))["t"] == "ok"


def get(url: str, who: str = "p:1", body: dict[str, Any] | None = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {who}", **headers},
        method="GET" if body is None else "POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        text = error.read()
        return error.code, json.loads(text) if text else None


async def test_the_way_without_a_socket(server: Server, session: int) -> None:
    slots, do = (
        f"{server.http}/live/s{session}/slots/?as=learner&view=data",
        f"{server.http}/live/s{session}/do/?as=learner&view=data",
    )
    status, page = await asyncio.to_thread(get, slots)
    assert status == 200
    assert {slot["s"] for slot in page["slots"]} == {"stage", "counter", "cards", "you"}
    assert 2 < page["again"] <= 18
    have = ",".join(f"{slot['s']}.{slot['e']}.{slot['r']}" for slot in page["slots"])
    assert await asyncio.to_thread(get, f"{slots}&have={have}") == (204, None)
    body = {"t": "do", "id": str(uuid4()), "op": "card.put", "card": 1, "text": "a"}
    status, answer = await asyncio.to_thread(get, do, body=body)
    assert (status, answer["t"], answer["d"]) == (200, "ok", {"r": 1})
    assert (await asyncio.to_thread(get, do, body=body))[1] == answer
    assert (await asyncio.to_thread(get, do, body={**body, "text": "b"}))[0] == 409
    await asyncio.to_thread(get, do, body={"t": "do", "id": str(uuid4()), "op": "mine", "text": "me"})

    async def newer() -> dict[str, Any]:
        found = (await asyncio.to_thread(get, f"{slots}&have={have}"))[1] or {"slots": []}
        return {slot["s"]: slot for slot in found["slots"]}

    async with asyncio.timeout(10):
        while set(found := await newer()) != {"cards", "you"}:
            pass
    assert found["cards"]["items"] == {"1": {"text": "a", "r": 1}}
    assert found["you"]["d"] == {"text": "me"}
    assert (await asyncio.to_thread(get, slots, "nobody"))[0] == 401
    assert (await asyncio.to_thread(get, slots.replace(f"s{session}", "s404")))[0] == 404
    assert (await asyncio.to_thread(get, do.replace("/do/", "/slots/"), body=body))[0] == 405


async def test_a_foreign_page_cannot_post_ops(server: Server, session: int) -> None:
    do = f"{server.http}/live/s{session}/do/?as=learner"
    body = {"t": "do", "id": str(uuid4()), "op": "count"}
    for headers in (
        {"Origin": "http://evil.example", "X-Requested-With": "x"},
        {"Origin": server.http},
        {"Cookie": "who=p:1"},
    ):
        assert (await asyncio.to_thread(get, do, body=body, **headers))[0] == 403
    page = {"Origin": server.http, "X-Requested-With": "plenary", "Cookie": "who=p:1"}
    assert (await asyncio.to_thread(get, do, body=body, **page))[0] == 200


async def test_a_client_that_never_reads_stops_nobody(server: Server, session: int) -> None:
    """A raw socket that reads nothing while boards of 100 kB fly by."""
    deaf = socket.create_connection(("127.0.0.1", server.port))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    deaf.sendall(
        (
            f"GET /ws/session/s{session}/?as=learner HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: plenary.v1\r\nAuthorization: Bearer p:99\r\n\r\n"
        ).encode()
    )
    fay, ana = await Client.open(server.ws, session, "u:1"), await Client.open(server.ws, session, "p:1", max_size=None)
    for number in range(40):
        text = f"{number} " + "x" * 50_000
        await fay.do("say", text=text)
        await ana.slot("stage", {"text": text})
    assert (await ana.do("count"))["t"] == "ok"
    deaf.close()


async def test_frames_that_no_client_would_send(server: Server, session: int) -> None:
    """Raw bytes after a good handshake; whatever happens, the server goes on."""
    ana = await Client.open(server.ws, session, "p:1")
    frames = [
        b"\x81\x05hello",  # B06: not masked
        b"\xf1\x80\0\0\0\0",  # B06: reserved bits
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",  # B02: 2^63 bytes announced
        b"\x81\x84\0\0\0\0\xff\xfe\xfd\xfc",  # B05: not UTF-8
        b"\x89\xfe\x00\x7e\0\0\0\0" + b"x" * 126,  # B07: a ping of 126 bytes
        b"\x88\x82\0\0\0\0" + struct.pack("!H", 999),  # B08: close code 999
        b"\x88\x80\0\0\0\0" + b"\x81\x82\0\0\0\0{}",  # B09: data after close
    ]
    for number, frame in enumerate(frames):
        raw = await Client.open(server.ws, session, f"p:{70 + number}")
        transport = raw.socket.transport
        transport.write(frame)
        await raw.ended()
    assert (await ana.do("count"))["t"] == "ok"


NUMBER = struct.Struct(">Q")


async def open_stream(server: Server, who: str, name: str, after: int = 0) -> websockets.ClientConnection:
    return await websockets.connect(
        f"{server.ws}/ws/stream/{name}/?as=learner&after={after}",
        subprotocols=[websockets.Subprotocol("plenary.stream.v1")],
        additional_headers={"Authorization": f"Bearer {who}"},
    )


async def entries(stream: websockets.ClientConnection, count: int) -> list[bytes]:
    """The next binary frames."""
    found: list[bytes] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            frame = await stream.recv()
            if isinstance(frame, bytes):
                found.append(frame)
    return found


async def test_a_stream_keeps_every_entry_in_order(server: Server, session: int) -> None:
    name = f"s{session}:doc"
    ana, ben = await open_stream(server, "p:1", name), await open_stream(server, "p:2", name)
    assert await entries(ana, 1) == await entries(ben, 1) == [NUMBER.pack(0)]
    ids = [uuid4() for _ in range(50)]
    for number, op_id in enumerate(ids):
        await ana.send(op_id.bytes + f"entry {number}".encode())
    assert await entries(ben, 50) == [NUMBER.pack(n + 1) + f"entry {n}".encode() for n in range(50)]
    acks = [frame for frame in await entries(ana, 100) if len(frame) == 24]
    assert acks == [op_id.bytes + NUMBER.pack(n + 1) for n, op_id in enumerate(ids)]
    await ana.send(ids[3].bytes + b"entry 3")
    assert await entries(ana, 1) == [ids[3].bytes + NUMBER.pack(4)]
    late = await open_stream(server, "p:3", name, after=48)
    assert await entries(late, 3) == [NUMBER.pack(50), NUMBER.pack(49) + b"entry 48", NUMBER.pack(50) + b"entry 49"]
    for stream in (ana, ben, late):
        await stream.close()


async def test_a_stream_is_for_those_who_may_watch_it(server: Server, session: int) -> None:
    stranger = await open_stream(server, "nobody", f"s{session}:doc")
    await stranger.wait_closed()
    assert stranger.close_code == 4401
    odd = await open_stream(server, "p:1", name="s1")
    await odd.wait_closed()
    assert odd.close_code == 4400
