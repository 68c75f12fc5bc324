"""The shared clock, as pure functions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workshop.live import timing
from workshop.live.timing import PhaseTime, accepts, drift_ms, elapsed_ms, ends_at, left_ms, timeline

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Run:
    state: str = "open"
    frozen: bool = False
    opened_at: datetime | None = NINE
    closes_at: datetime | None = None


def test_a_phase_counts_down_and_stands_still_in_a_pause() -> None:
    phase = PhaseTime(30, started_at=NINE)
    assert left_ms(phase, NINE + 10 * MINUTE) == 20 * 60_000
    assert left_ms(phase, NINE + 40 * MINUTE) == -10 * 60_000
    paused_at = NINE + 10 * MINUTE
    assert left_ms(phase, NINE + 25 * MINUTE, paused_at) == 20 * 60_000
    assert ends_at(phase, NINE + 25 * MINUTE, paused_at) == NINE + 45 * MINUTE
    assert elapsed_ms(PhaseTime(30), NINE) == 0


def test_a_pause_that_is_over_moves_the_end() -> None:
    phase = PhaseTime(30, extra_ms=300_000, paused_ms=120_000, started_at=NINE)
    assert ends_at(phase, NINE) == NINE + 37 * MINUTE
    assert left_ms(phase, NINE + 12 * MINUTE) == 25 * 60_000


def test_a_timer_takes_answers_until_the_grace_is_over() -> None:
    run = Run(closes_at=NINE + MINUTE)
    assert accepts(run, NINE + MINUTE + timedelta(seconds=1.4))
    assert not accepts(run, NINE + MINUTE + timedelta(seconds=1.5))
    assert accepts(run, NINE + MINUTE + timedelta(seconds=16.4), extra_time=True)
    assert not accepts(run, NINE + MINUTE + timedelta(seconds=16.5), extra_time=True)


def test_nothing_is_taken_when_closed_or_frozen() -> None:
    assert accepts(Run(), NINE)
    assert not accepts(Run(state="closed"), NINE)
    assert not accepts(Run(state="ready"), NINE)
    assert not accepts(Run(frozen=True), NINE)


def test_lateness_is_the_end_that_is_foreseen_against_the_plan() -> None:
    phases = [
        PhaseTime(30, started_at=NINE, ended_at=NINE + 32 * MINUTE),
        PhaseTime(45, started_at=NINE + 32 * MINUTE),
        PhaseTime(15),
    ]
    lines = timeline(phases, NINE + 50 * MINUTE)
    assert [line.state for line in lines] == ["done", "now", "to_come"]
    assert drift_ms(lines) == 2 * 60_000
    assert lines[2].actual_from == NINE + 77 * MINUTE
    assert lines[2].planned_from == NINE + 75 * MINUTE


def test_a_phase_over_its_time_pushes_the_rest() -> None:
    lines = timeline([PhaseTime(30, started_at=NINE), PhaseTime(30)], NINE + 40 * MINUTE)
    assert drift_ms(lines) == 10 * 60_000


def test_a_late_start_is_late_and_another_day_is_not() -> None:
    phases = [PhaseTime(30, started_at=NINE + 5 * MINUTE)]
    assert drift_ms(timeline(phases, NINE + 6 * MINUTE, planned_start=NINE)) == 5 * 60_000
    assert drift_ms(timeline(phases, NINE + 6 * MINUTE, planned_start=NINE - timedelta(days=7))) == 0


def test_before_the_start_the_plan_begins_when_it_was_agreed() -> None:
    lines = timeline([PhaseTime(30)], NINE, planned_start=NINE + timedelta(days=2))
    assert (lines[0].planned_from, lines[0].actual_from) == (NINE + timedelta(days=2), NINE + timedelta(days=2))
    assert drift_ms(timeline([PhaseTime(30)], NINE)) == 0


minutes = st.integers(0, 240)
phases = st.lists(st.tuples(minutes, st.integers(-30, 60), minutes), min_size=1, max_size=12)


@given(phases, st.integers(0, 11), st.integers(0, 600), st.booleans())
def test_timelines_have_no_holes_and_drift_is_what_was_added(
    plan: list[tuple[int, int, int]], at: int, gone: int, paused: bool
) -> None:
    at = min(at, len(plan) - 1)
    begin, rows = NINE, []
    for place, (length, extra, used) in enumerate(plan):
        started = begin if place <= at else None
        ended = begin + used * MINUTE if place < at else None
        rows.append(PhaseTime(length, max(extra, -length) * 60_000, 0, started, ended))
        begin = ended or begin
    now = begin + gone * MINUTE
    lines = timeline(rows, now, paused_at=begin if paused else None)
    assert all(one.actual_until == two.actual_from for one, two in itertools.pairwise(lines))
    assert all(one.planned_until == two.planned_from for one, two in itertools.pairwise(lines))
    assert all(line.actual_from <= line.actual_until for line in lines)
    assert lines[at].actual_until >= now
    whole = lines[-1].actual_until - lines[0].actual_from
    assert drift_ms(lines) == round((whole - sum(row.minutes for row in rows) * MINUTE).total_seconds() * 1000)


@given(minutes, st.integers(0, 10**7), st.integers(0, 10**7))
def test_left_and_elapsed_make_the_length(length: int, gone: int, paused: int) -> None:
    phase = PhaseTime(length, started_at=NINE, paused_ms=min(paused, gone))
    now = NINE + timedelta(milliseconds=gone)
    assert left_ms(phase, now) + elapsed_ms(phase, now) == length * 60_000
    assert ends_at(phase, now) - now == timedelta(milliseconds=left_ms(phase, now))


def test_times_are_said_in_the_zone_of_the_server(settings: object) -> None:
    assert timing.in_words(NINE).endswith(":00")
    assert timing.epoch_ms(NINE) == 1_772_442_000_000
