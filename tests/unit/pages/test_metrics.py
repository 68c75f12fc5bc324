"""Who may read /metrics, and that what it says is Prometheus' format and holds nobody's words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from workshop.realtime import metrics
from workshop.realtime.counts import Spread, counts, size_of

TOKEN = "a-token-of-the-tests-0123456789"


def ask(**headers: str) -> Any:
    return Client(SERVER_NAME="localhost").get("/metrics", **headers)


def test_this_machine_itself_reads_without_a_token() -> None:
    answer = ask()

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    names = {family.name for family in text_string_to_metric_families(answer.content.decode())}
    assert {"plenary_frames_sent", "plenary_ack_seconds", "plenary_refusals", "process_open_fds"} <= names


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "plenary.example"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_nobody_else_does(headers: dict[str, str]) -> None:
    assert ask(**headers).status_code == 404


@pytest.mark.parametrize("public", [{"PUBLIC_URL": "https://plenary.example"}, {"BEHIND_PROXY": True}])
def test_on_a_public_server_loopback_proves_nothing(settings: Any, public: dict[str, Any]) -> None:
    for name, value in public.items():
        setattr(settings, name, value)
    assert ask().status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("", 404),
        ("Bearer ", 404),
        (f"Bearer {TOKEN}x", 404),
        (f"Basic {TOKEN}", 404),
        ("Bearer ä", 404),
    ],
)
def test_with_a_token_only_the_token_counts(settings: Any, given: str, status: int) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert ask(HTTP_AUTHORIZATION=given).status_code == status
    assert ask(HTTP_AUTHORIZATION=given, REMOTE_ADDR="192.0.2.7").status_code == status


def test_a_short_token_refuses_to_start(settings: Any) -> None:
    settings.METRICS_TOKEN = "guess"
    assert "plenary.E007" in {message.id for message in run_checks()}


def test_numbers_rise_as_they_are_counted() -> None:
    before = sample("plenary_refusals_total", code="test_only")
    counts.refused("test_only")
    assert sample("plenary_refusals_total", code="test_only") == before + 1


def sample(name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(metrics.text().decode()):
        for found in family.samples:
            if found.name == name and found.labels == labels:
                return float(found.value)
    return 0.0


def test_codes_of_refusals_cannot_fill_the_memory() -> None:
    for number in range(500):
        counts.refused(f"made_up_{number}")
    try:
        assert len(counts.refusals) <= 201
        assert counts.refusals["other"] > 0
    finally:
        for number in range(500):
            counts.refusals.pop(f"made_up_{number}", None)


def test_a_spread_counts_each_measure_once() -> None:
    spread = Spread((1.0, 10.0))
    for value in (0.5, 1.0, 5.0, 11.0):
        spread.add(value)

    assert spread.so_far() == [(1.0, 2), (10.0, 3), (float("inf"), 4)]
    assert spread.total == 17.5


@pytest.mark.parametrize(
    ("message", "size"), [({"text": "abc"}, 3), ({"text": "ä€"}, 5), ({"bytes": b"1234"}, 4), ({"type": "close"}, 0)]
)
def test_size_is_in_bytes(message: dict[str, Any], size: int) -> None:
    assert size_of(message) == size
