"""Limits: per person and class of op; saves are slowed, all else is refused."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from workshop.kinds import Refused
from workshop.realtime import origin
from workshop.realtime.limits import Bucket, Limiter
from workshop.realtime.ops import Rate
from workshop.realtime.pace import Pacer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("workshop.realtime.limits.time.monotonic", lambda: now[0])
    return now


def taken(limiter: Limiter, who: str, rate: Rate, times: int) -> int:
    count = 0
    for _ in range(times):
        with contextlib.suppress(Refused):
            limiter.take(1, who, rate)
            count += 1
    return count


def test_a_burst_and_then_the_rate(clock: list[float]) -> None:
    limiter = Limiter()
    assert taken(limiter, "p:1", "answer", 200) == 60
    clock[0] += 1
    assert taken(limiter, "p:1", "answer", 200) == 10
    assert taken(limiter, "p:1", "create", 200) == 20
    clock[0] += 3600
    assert taken(limiter, "p:1", "answer", 200) == 60


def test_one_person_does_not_limit_another(clock: list[float]) -> None:
    limiter = Limiter()
    assert taken(limiter, "p:1", "act", 1000) == 60
    assert taken(limiter, "u:1", "act", 60) == 60


def test_saves_are_slowed_before_they_are_refused(clock: list[float]) -> None:
    limiter = Limiter()
    delays = []
    with contextlib.suppress(Refused):
        while True:
            delays.append(limiter.take(1, "p:1", "save"))
    assert delays[:60] == [0.0] * 60
    assert delays[60:62] == pytest.approx([0.1, 0.2])
    assert len(delays) == 110
    assert max(delays) == pytest.approx(5.0)


def test_full_buckets_are_forgotten(clock: list[float]) -> None:
    limiter = Limiter()
    taken(limiter, "p:1", "answer", 10)
    limiter.tidy()
    assert limiter._buckets
    clock[0] += 2
    limiter.tidy()
    assert not limiter._buckets


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(10.0, 5.0, 5.0, 0.0)
    assert [bucket.take(1e9) for _ in range(6)] == [True] * 5 + [False]


class Jumping(asyncio.SelectorEventLoop):
    """An event loop whose clock goes on only while it would wait, and that comes ``late`` to every timer."""

    def __init__(self, late: float = 0.0) -> None:
        super().__init__()
        self._at = 0.0
        real = self._selector.select  # type: ignore[attr-defined] # of asyncio's own loop

        def select(timeout: float | None = None) -> Any:
            self._at += timeout + late if timeout else 0.0
            return real(0)

        self._selector.select = select  # type: ignore[attr-defined] # the same

    def time(self) -> float:
        return self._at


def all_answer() -> bool:
    return True


def nobody_answers() -> bool:
    return False


async def begins(pacer: Pacer, sessions: int, seconds: float, rounds: int = 1) -> list[float]:
    """When the fan-outs of so many sessions begin that all ask at once."""
    loop, found = asyncio.get_running_loop(), list[float]()

    async def session() -> None:
        usual = 0.002
        for _ in range(rounds):
            await pacer.turn(usual)
            found.append(loop.time())
            await asyncio.sleep(seconds)
            due = pacer.spent(loop.time(), usual, seconds)
            usual = seconds
            await asyncio.sleep(max(0.0, due - loop.time()))

    await asyncio.gather(*(session() for _ in range(sessions)))
    return found


def paced(pacer: Pacer, sessions: int, seconds: float, rounds: int = 1, *, late: float = 0.0) -> list[float]:
    with asyncio.Runner(loop_factory=partial(Jumping, late)) as runner:
        return runner.run(begins(pacer, sessions, seconds, rounds))


def test_the_pace_keeps_all_sessions_below_the_share_from_their_first_fan_out_on() -> None:
    # 100 fan-outs of 10 ms at a quarter of the time: 4 s, and not all at once.
    found = paced(Pacer(share=0.25, floor=0.1, busy=all_answer), sessions=100, seconds=0.010)
    assert found == sorted(found)
    assert found[-1] == pytest.approx(100 * 0.040, rel=0.1)
    assert all(sum(at <= each < at + 0.4 for each in found) <= 14 for at in found), "10, and what may run at once"


def test_sessions_take_turns() -> None:
    found = paced(Pacer(share=0.25, floor=0.0001, busy=all_answer), sessions=10, seconds=0.010, rounds=5)
    assert found[-1] == pytest.approx(50 * 0.040, rel=0.1)


def test_timers_that_come_late_cost_nobody_their_share() -> None:
    found = paced(Pacer(share=0.25, floor=0.0001, busy=all_answer), sessions=10, seconds=0.002, rounds=20, late=0.005)
    assert found[-1] == pytest.approx(200 * 0.008, rel=0.1), "and not 13 ms for each"


def test_one_session_keeps_its_floor() -> None:
    found = paced(Pacer(share=0.25, floor=0.1, busy=all_answer), sessions=1, seconds=0.001, rounds=5)
    assert [after - before for before, after in pairwise(found)] == pytest.approx([0.101] * 4)


def test_without_answers_there_is_more() -> None:
    found = paced(Pacer(share=0.25, floor=0.1, busy=nobody_answers), sessions=100, seconds=0.010)
    assert found[-1] == pytest.approx(100 * 0.020, rel=0.1)


def test_what_goes_at_once_waits_for_nobody_else() -> None:
    assert paced(Pacer(share=0.5, floor=0.0, busy=all_answer), sessions=50, seconds=0.010) == [0.0] * 50
    found = paced(Pacer(share=0.5, floor=0.0, busy=all_answer), sessions=1, seconds=0.010, rounds=3)
    assert [after - before for before, after in pairwise(found)] == pytest.approx([0.020] * 2)


def test_who_has_gone_does_not_hold_up_the_others() -> None:
    async def all_but_one() -> float:
        pacer = Pacer(share=0.1, floor=0.1, busy=all_answer)
        await pacer.turn(1.0)
        gone, there = asyncio.create_task(pacer.turn(100.0)), asyncio.create_task(pacer.turn(1.0))
        await asyncio.sleep(0)
        gone.cancel()
        await there
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=Jumping) as runner:
        assert runner.run(all_but_one()) == pytest.approx(10.0, abs=0.1)


HOST = (b"host", b"plenary.example:8000")


def scope(*headers: tuple[bytes, bytes], scheme: str = "ws") -> origin.Scope:
    return {"headers": [HOST, *headers], "scheme": scheme}


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ("http://plenary.example:8000", True),
        ("HTTP://PLENARY.example:8000", True),
        ("https://other.example", True),
        ("https://other.example:443", True),
        ("http://other.example", False),
        ("https://plenary.example:8000", False),
        ("http://plenary.example", False),
        ("http://plenary.example:9999", False),
        ("http://evil-plenary.example:8000", False),
        ("http://plenary.example:8000.evil", False),
        ("http://evil.plenary.example:8000", False),
        ("http://plenary.example:8000@evil", False),
        ("http://evil@plenary.example:8000", False),
        ("http://plenary.example:8000/", False),
        ("http://plenary.example:8000#x", False),
        ("http://127.0.0.1:8000", False),
        ("http://plenary.example:99999", False),
        ("null", False),
        ("", False),
    ],
)
def test_origins(given: str, allowed: bool, settings: object) -> None:
    settings.PLENARY_ORIGINS = ["https://other.example"]
    settings.ALLOWED_HOSTS = ["plenary.example"]
    assert origin.allowed(scope((b"origin", given.encode()))) is allowed  # B18


def test_an_origin_is_missing_only_for_programs(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["plenary.example"]
    bearer, cookie = (b"authorization", b"Bearer abc"), (b"cookie", b"a=b")
    own = (b"origin", b"http://plenary.example:8000")
    assert origin.allowed(scope(bearer))
    assert not origin.allowed(scope(bearer, cookie))
    assert not origin.allowed(scope(cookie))
    assert not origin.allowed(scope())
    assert not origin.allowed(scope(own, own))
    assert origin.allowed(scope((b"origin", b"https://plenary.example:8000"), scheme="wss"))


def test_a_foreign_host_is_not_our_own(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["else.example"]
    assert not origin.allowed(scope((b"origin", b"http://plenary.example:8000")))
