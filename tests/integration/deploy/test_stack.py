"""The set-up of docker-compose.yml, running: every command, environment and health check of it, behind its own nginx."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import websockets

from tests.integration.deploy.house import House, Voter, advanced
from tests.stack import ROOT, Stack

VOTERS = 24
LEARNERS = 'plenary_sockets{right="learner"}'


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
