"""Limits: per person and class of op; saves are slowed, all else is refused."""

from __future__ import annotations

import contextlib

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


def test_the_pace_keeps_all_sessions_below_the_share() -> None:
    pacer = Pacer(share=0.25, floor=0.1)
    assert pacer.spent(0.0, 0.001) == 0.1
    # Ten sessions, each with a fan-out of 50 ms: together at most a quarter of the time.
    ends = [pacer.spent(0.0, 0.05) for _ in range(10)]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(10 * 0.15 + 0.003)


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
