"""The set-up of docker-compose.yml, running: every command, environment and health check of it, behind its own nginx."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets

from tests.integration.deploy.house import House, Voter, advanced
from tests.stack import ROOT, Stack

VOTERS = 24
LEARNERS = 'plenary_sockets{right="learner"}'


def tls(stack: Stack) -> ssl.SSLSocket:
    """A raw connection to the proxy."""
    raw = socket.create_connection(("127.0.0.1", stack.tls_port), timeout=30)
    return stack.trust().wrap_socket(raw, server_hostname="localhost")


def test_nginx_finds_no_fault_in_its_configuration(stack: Stack) -> None:
    ran = subprocess.run(
        ["nginx", "-t"],
        env={"PATH": f"{stack.proxy.folder}/bin:/usr/sbin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "successful" in ran.stderr
    assert "warn" not in ran.stderr.replace("user", "")


def test_every_service_is_healthy_by_its_own_check(stack: Stack) -> None:
    for container in (stack.db, stack.redis, *stack.web, stack.proxy):
        assert container.healthy(), container.name
    assert len(stack.web) == 2


def test_a_wrong_redis_password_is_not_healthy(stack: Stack) -> None:
    before = stack.redis.environment["REDIS_PASSWORD"]
    stack.redis.environment["REDIS_PASSWORD"] = "another"
    try:
        assert not stack.redis.healthy()
    finally:
        stack.redis.environment["REDIS_PASSWORD"] = before


def test_pages_come_by_tls_alone(stack: Stack, visitor: httpx.Client) -> None:
    plain = httpx.get(f"http://127.0.0.1:{stack.plain_port}/j/x/", headers={"Host": "localhost"})
    page = visitor.get("/")

    assert plain.status_code == 308
    assert plain.headers["Location"] == "https://localhost/j/x/"
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "server" not in page.headers or page.headers["server"] == "nginx"


def test_static_files_are_kept_by_the_proxy(stack: Stack, visitor: httpx.Client) -> None:
    style = visitor.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert style.startswith("/static/")
    answers = [visitor.get(style) for _ in range(2)]
    kept = [path for path in (stack.proxy.folder / "cache").rglob("*") if path.is_file()]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "immutable" in answers[0].headers["Cache-Control"]
    assert any(style.encode() in path.read_bytes() for path in kept)
    assert not any(b"csrf" in path.read_bytes() for path in kept), "no page is kept"


def test_numbers_are_told_to_who_has_the_token_and_not_to_the_world(stack: Stack, visitor: httpx.Client) -> None:
    web = f"http://127.0.0.1:{stack.web[0].port}/metrics"
    bearer = {"Authorization": "Bearer " + stack.variables["METRICS_TOKEN"], "X-Forwarded-Proto": "https"}

    assert visitor.get("/metrics", headers=bearer).status_code == 404
    assert httpx.get(web, headers={"X-Forwarded-Proto": "https"}).status_code == 404
    answer = httpx.get(web, headers=bearer)
    assert answer.status_code == 200
    assert "plenary_sockets{" in answer.text
    assert "plenary_database_pool_size" in answer.text
    by_address = httpx.get(web, headers={**bearer, "Host": "10.0.0.7:8000"})
    assert by_address.status_code == 200
    assert httpx.get(web, headers={"Host": "10.0.0.7:8000"}).status_code == 404


def test_what_a_visitor_claims_of_its_address_is_not_passed_on(stack: Stack, visitor: httpx.Client) -> None:
    claims = {"X-Forwarded-For": "9.9.9.9", "Forwarded": "for=9.9.9.9", "X-Real-IP": "9.9.9.9"}
    answer = visitor.get("/healthz", headers=claims)
    config = stack.nginx_conf()

    assert answer.status_code == 200
    assert "proxy_add_x_forwarded_for" not in config
    with tls(stack) as line:
        line.sendall(
            b"GET /accounts/sign-in/ HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_Proto: http\r\nConnection: close\r\n\r\n"
        )
        assert read_all(line).startswith(b"HTTP/1.1 200 ")


def read_all(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + b"x" * 65_536 + b"\r\n\r\n", b"400"),
        (b"GET /?" + b"x" * 30_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n", b"413"),
        (b"POST /slides/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", b"400"),
        (
            b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"400"),
        (b"\x00\x01\x02\r\n\r\n", b"400"),
    ],
    ids=["header", "cookie", "address", "body", "slides", "two-hosts", "smuggling", "foreign-host", "nonsense"],
)
def test_the_proxy_refuses_what_is_too_big_or_odd(stack: Stack, request_: bytes, status: bytes) -> None:
    with tls(stack) as line:
        line.settimeout(20)
        with contextlib.suppress(OSError):
            # It may have answered and closed before all was said.
            line.sendall(request_)
        found = line.recv(65_536)
    assert status in found.split(b"\r\n")[0] or (status == b"400" and found.startswith(b"<html>")), found[:200]


@pytest.mark.parametrize(
    "address", ["/plans/import/", "/plans/1/activities/deck/", "/panel/x/edit/1/", "/quiz/1/0/import/"]
)
def test_files_of_staff_get_as_far_as_plenary(visitor: httpx.Client, address: str) -> None:
    """It asks strangers to sign in, or for a token of theirs; the proxy alone would say 413."""
    file = b"%PDF-1.7 " + b"x" * 3_000_000
    answer = visitor.post(address, files={"file": ("deck.pdf", file)}, headers={"Referer": str(visitor.base_url)})
    assert answer.status_code in (302, 403)


def test_too_big_is_a_sentence(visitor: httpx.Client) -> None:
    answer = visitor.post("/join/", content=b"x" * 1_100_000)
    assert answer.status_code == 413
    assert "Go back: what you typed is still there." in answer.text


def test_a_big_cookie_that_is_not_too_big_still_gets_in(stack: Stack, visitor: httpx.Client) -> None:
    """A visitor that was in a hundred sessions."""
    cookies = "; ".join(f"p.session{number:03}=" + "x" * 150 for number in range(100))
    assert visitor.get("/", headers={"Cookie": cookies}).status_code == 200


def test_half_sent_requests_are_cut(stack: Stack) -> None:
    """Twenty at once, of each sort: the proxy ends them within ten seconds, and serves everybody else meanwhile.

    Left to itself nginx waits for a minute.
    """
    halves = (
        b"GET / HTTP/1.1\r\nHost: loc",
        b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\ncode=1",
    )
    lines = []
    for number in range(40):
        line = tls(stack)
        line.sendall(halves[number % 2])
        lines.append(line)
    began = time.monotonic()
    assert stack.proxy.healthy()
    for line in lines:
        try:
            found = line.recv(65_536)
        except (ConnectionResetError, ssl.SSLError):
            found = b""
        assert not found or b" 408 " in found.split(b"\r\n")[0], found[:100]
        line.close()
    assert time.monotonic() - began < 30


def test_a_flood_of_sign_ins_is_slowed_with_a_time_to_come_back(stack: Stack) -> None:
    async def flood() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=stack.url, verify=stack.trust(), timeout=60) as client:
            return list(await asyncio.gather(*(client.post("/accounts/sign-in/", data={"x": "y"}) for _ in range(160))))

    answers = asyncio.run(flood())
    slowed = [answer for answer in answers if answer.status_code == 429]

    assert 20 <= len(slowed) <= 60, [answer.status_code for answer in answers]
    assert len({answer.headers["Retry-After"] for answer in slowed}) > 1, "they would all come back at once"
    assert all(answer.status_code == 403 for answer in answers if answer not in slowed)


def test_a_whole_class_behind_one_address_joins(house: House, stack: Stack) -> None:
    async def join(client: httpx.AsyncClient, number: int) -> int:
        data = {"code": house.code, "name": f"Learner {number}"}
        answer = await client.post("/join/", data=data, headers={"Accept": "application/json"})
        return answer.status_code

    async def everybody() -> list[int]:
        async with httpx.AsyncClient(
            base_url=stack.url, verify=stack.trust(), timeout=120, limits=httpx.Limits(max_connections=50)
        ) as client:
            return list(await asyncio.gather(*(join(client, number) for number in range(200))))

    assert set(asyncio.run(everybody())) == {200}


def test_a_vote_goes_through_the_proxy_to_the_other_web_process(house: House, stack: Stack) -> None:
    """Both processes hold sockets; what one of them writes the other one shows."""
    people = [house.join(f"Learner {number}") for number in range(6)]

    async def vote() -> list[dict[str, Any]]:
        cookie = "; ".join(f"{name}={value}" for name, value in house.staff.cookies.items())
        staff = f"wss://{stack.host}/ws/session/{house.id}/?as=staff&view=data"
        panels = [await opened(stack, staff, {"Cookie": cookie, "Origin": stack.url}) for _ in range(4)]
        for person in people:
            phone = await opened(stack, person["ws_url"] + "?as=learner&view=data", bearer(person))
            op = {"op": "respond", "a": house.activity, "q": house.question, "round": 1, "n": 1, "v": "a"}
            await phone.send(json.dumps({"t": "do", "id": str(uuid4()), **op}))
            ack = await heard(phone, lambda frame: frame["t"] in ("ok", "no"))
            assert ack["t"] == "ok", ack
            await phone.close()
        name, everybody = f"tally:{house.activity}", len(people)
        seen = [
            await heard(panel, lambda f: f.get("s") == name and f["d"]["answered"] == everybody) for panel in panels
        ]
        for panel in panels:
            await panel.close()
        return seen

    assert len(asyncio.run(vote())) == 4
    assert len(house.stored()) == len(people)
    counted = [process_numbers(stack, number) for number in range(2)]
    assert all(numbers["plenary_connections_admitted_total"] > 0 for numbers in counted), "one process had all sockets"
    assert sum(numbers["plenary_signals_received_total"] for numbers in counted) > 0
    for name in ("ack_seconds_count", "batch_ops_sum", "slot_frames_sent_total", "frames_received_total"):
        assert sum(numbers[f"plenary_{name}"] for numbers in counted) >= len(people), name
    for name in ("refresh_seconds_count", "heads_check_seconds_count", "loop_lag_seconds_count", "sent_bytes_total"):
        assert all(numbers[f"plenary_{name}"] > 0 for numbers in counted), name


async def opened(stack: Stack, url: str, headers: dict[str, str]) -> websockets.ClientConnection:
    protocol = websockets.Subprotocol("plenary.v1")
    return await websockets.connect(url, subprotocols=[protocol], additional_headers=headers, ssl=stack.trust())


async def heard(line: websockets.ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first frame, or slot in a hello, that is wanted."""
    async with asyncio.timeout(15):
        async for text in line:
            frame: dict[str, Any] = json.loads(text)
            for found in (frame, *frame.get("slots", ())):
                if wanted(found):
                    return dict(found)
    raise AssertionError("closed")


def bearer(person: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {person['token']}"}


def process_numbers(stack: Stack, number: int) -> dict[str, float]:
    """What a web process tells of itself."""
    text = httpx.get(
        f"http://127.0.0.1:{stack.web[number].port}/metrics",
        headers={"Authorization": "Bearer " + stack.variables["METRICS_TOKEN"], "X-Forwarded-Proto": "https"},
    ).text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_a_rolling_restart_during_a_vote_loses_nothing(house: House, stack: Stack) -> None:
    """Everybody is told before, comes back by the other process, and no acknowledged answer is missing."""
    people = [house.join(f"Learner {number}") for number in range(VOTERS)]
    voters = [Voter(house, person["token"], person["ws_url"]) for person in people]

    async def restart() -> list[int | None]:
        done = asyncio.Event()
        work = [asyncio.create_task(voter.vote_until(done, stack.trust())) for voter in voters]
        await advanced(voters)
        codes = await asyncio.to_thread(stack.roll)
        await advanced(voters)
        done.set()
        async with asyncio.timeout(30):
            await asyncio.gather(*work)
        return codes

    async def within() -> list[int | None]:
        async with asyncio.timeout(150):
            return await restart()

    codes = asyncio.run(within())
    stored = house.stored()
    closes = [code for voter in voters for code in voter.closes]

    assert codes == [0, 0] or codes == [-15, -15], f"a web process did not end by itself: {codes}"
    assert sorted(stored.values()) == sorted(voter.acked for voter in voters)
    assert all(4412 in (*voter.byes, *voter.closes) for voter in voters), "somebody was not told"
    assert any(voter.byes for voter in voters)
    assert set(closes) <= {4412, 4413}, f"closed without a reason: {closes}"
    assert [voter.refused for voter in voters if voter.refused] == []


def test_small_sessions_can_each_have_a_web_process_of_their_own(house: House, stack: Stack) -> None:
    """The lines of docs/scaling.md: everybody of a session comes to the same process."""
    text = (ROOT / "docs/scaling.md").read_text()
    (choosing,) = re.findall(r"^ *(map \$uri .*)$", text, re.MULTILINE)
    (rule,) = re.findall(r"upstream plenary \{ (hash [^;]*;)", text)
    file, before = stack.proxy.folder / "nginx.conf", stack.nginx_conf()
    file.write_text(
        before.replace("least_conn;", rule).replace("upstream plenary {", f"{choosing}\n    upstream plenary {{")
    )
    assert rule in file.read_text()
    people = [house.join(f"Learner {number}") for number in range(6)]

    async def come() -> list[float]:
        lines = [await opened(stack, person["ws_url"] + "?as=learner&view=data", bearer(person)) for person in people]
        for line in lines:
            await heard(line, lambda frame: frame["t"] == "hello")
        found = await asyncio.to_thread(lambda: [process_numbers(stack, number)[LEARNERS] for number in range(2)])
        for line in lines:
            await line.close()
        return found

    try:
        subprocess.run([stack.proxy.folder / "bin/nginx", "-s", "reload"], check=True, capture_output=True)
        # Who was asked by the old workers stays with them: a new connection is taken by the new ones.
        deadline = time.monotonic() + 20
        while sorted(asyncio.run(come())) != [0, len(people)] and time.monotonic() < deadline:
            pass
        assert sorted(asyncio.run(come())) == [0, len(people)]
    finally:
        file.write_text(before)
        subprocess.run([stack.proxy.folder / "bin/nginx", "-s", "reload"], check=True, capture_output=True)


def test_while_no_web_process_runs_the_proxy_says_so_and_asks_again(stack: Stack, visitor: httpx.Client) -> None:
    for web in stack.web:
        web.stop()
    try:
        answer = visitor.get("/")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) == int(answer.headers["Refresh"])
        assert "coming back" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    finally:
        for web in stack.web:
            web.start()
        for web in stack.web:
            web.wait_healthy()
    assert visitor.get("/").status_code == 200


def test_the_logs_of_all_services_name_nobody(house: House, stack: Stack) -> None:
    """A learner with a name that can be searched for says and sends what can go right and wrong."""
    ana = house.join("Kanarienvogel")
    secret = {"Authorization": f"Bearer {ana['token']}"}
    for op in (
        {"op": "note", "text": "kanariennotiz", "n": 1},
        {"op": "note", "text": "kanarien\u0000null", "n": 2},
        {"op": "note", "kanarienfeld": 1},
        {"op": "session.end"},
        {"op": "kanarienop"},
    ):
        httpx.post(
            stack.url + f"/live/{house.id}/do/?as=learner", json={"t": "do", "id": str(uuid4()), **op}, headers=secret
        )
    httpx.post(stack.url + f"/live/{house.id}/do/?as=learner", content=b'{"kanarienrest', headers=secret)
    for path in (
        "/j/kanarientoken-0123456789/",
        f"/{house.code}/",
        f"/s/{house.id}/",
        "/kanarienweg/?q=kanarienfrage",
        "/r/kanarien/",
    ):
        httpx.get(stack.url + path, headers={"Cookie": "p.x=kanariencookie", "User-Agent": "kanarien\x1b[31m"})
    httpx.post(stack.url + "/accounts/sign-in/", data={"username": "kanarien@example.org", "password": "kanarienwort"})

    for container in (stack.db, stack.redis, stack.migrate, *stack.web, stack.proxy):
        for word in ("anarien", ana["token"], house.code, house.id, *stack.variables.values()):
            assert len(word) < 4 or word not in container.log, f"{container.name}: {word}"
    for web in stack.web:
        # The server program itself says that it starts before Plenary's settings are read.
        ours = [line for line in web.log.splitlines() if not line.startswith("INFO:  ")]
        assert [line for line in ours if not line.startswith('{"')] == []
        assert all({"timestamp", "level", "event", "logger"} <= json.loads(line).keys() for line in ours)
        assert ours
