"""Twenty minutes of churn (``make soak``; SOAK_MINUTES=3 for a short one): nothing grows, nothing is lost for good.

Session after session is opened, played, ended and erased. Between two of them, when nobody is connected but those who
sleep, each process is asked what it holds; after the warm-up that must stay flat. Writes docs/soak.md.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvloop
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.scene import make
from tests.services import ServiceMissing, missing
from tests.soak import report
from tests.soak.crowd import Round, Sleepers, Tally
from tests.soak.judge import Course, course
from tests.soak.site import KINDS, Site, site
from tests.wire.servers import KINDS as SERVERS

MINUTES = float(os.environ.get("SOAK_MINUTES") or 20)
SERVER: Any = os.environ.get("SOAK_SERVER") or "uvicorn"
PROCESSES, LEARNERS, SLEEPERS = 2, 60, 3
#: Of each kind, two a process at most: those who sleep are there all the time.
ROUND_SECONDS = min(45.0, max(12.0, MINUTES * 60 / 24))
WARM_UP = 0.3
#: Seconds until as many sessions are forgotten as begin.
FORGOTTEN = 90.0
QUIET_SECONDS = 20.0
LOOKS = 4
#: When those who sleep are closed (seconds). docs/protocol.md says 45 after the last sign of life, which of somebody who
#: never reads comes when the buffers are full; Daphne itself gives up earlier on somebody who does not even answer its pings.
CLOSED_SECONDS = {"says nothing": (44.0, 60.0), "never reads": (19.0, 75.0)}


@dataclass
class Record:
    """Samples of all processes, at the quiet moments."""

    times: list[float] = field(default_factory=list)
    samples: list[list[dict[str, float]]] = field(default_factory=list)

    def courses(self, process: int) -> list[Course]:
        # Sessions of the first minute and a half are still being forgotten one by one.
        first = min(len(self.times) - 2, max(int(len(self.times) * WARM_UP), sum(at < FORGOTTEN for at in self.times)))
        times = self.times[first:]
        return [course(what, times, [each[process][what] for each in self.samples[first:]]) for what in KINDS]


async def soak(there: Site, tally: Tally, record: Record) -> Sleepers:
    hall = await asyncio.to_thread(make, 2 * SLEEPERS)
    sleepers = Sleepers(hall, there.ports, SLEEPERS)
    sleepers.start()
    began, number = time.monotonic(), 0
    while time.monotonic() - began < MINUTES * 60 or len(record.times) < 6:
        number += 1
        scene = await asyncio.to_thread(make, LEARNERS, on_board=True)
        await Round(scene, there.ports, number).play(ROUND_SECONDS, tally)
        record.samples.append(await quiet(there))
        record.times.append(time.monotonic() - began)
        print(f"{record.times[-1]:6.0f} s", *({w: round(s[w]) for w in KINDS} for s in record.samples[-1]), flush=True)
    await sleepers.stop()
    return sleepers


async def quiet(there: Site) -> list[dict[str, float]]:
    """What is held as soon as nobody is left of the last session. Those who sleep may be between two sockets."""
    deadline = time.monotonic() + QUIET_SECONDS
    while True:
        held = await there.held()
        if all(each["sockets"] <= 2 * SLEEPERS for each in held):
            return await least(there, held)
        assert time.monotonic() < deadline, f"sockets that nobody has: {held}"
        await asyncio.sleep(0.5)


async def least(there: Site, held: list[dict[str, float]]) -> list[dict[str, float]]:
    """The least of a few looks: what is under way comes and goes, what leaked stays."""
    for _ in range(LOOKS):
        await asyncio.sleep(0.4)
        again = await there.held()
        held = [{what: min(one[what], other[what]) for what in one} for one, other in zip(held, again, strict=True)]
    return held


@pytest.mark.slow
def test_nothing_grows(django_db_blocker: DjangoDbBlocker, capsys: pytest.CaptureFixture[str]) -> None:
    assert SERVER in SERVERS
    tally, record = Tally(), Record()
    with django_db_blocker.unblock(), capsys.disabled():
        try:
            with site(SERVER, PROCESSES) as there, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                sleepers = runner.run(soak(there, tally, record))
        except ServiceMissing as error:
            missing(error)
    courses = [record.courses(process) for process in range(PROCESSES)]
    report.write(report.Outcome(SERVER, record.times, courses, tally, sleepers.ends, LEARNERS, ROUND_SECONDS))
    grown = [
        f"process {n}: {each.what} {each.values}" for n, of in enumerate(courses) for each in of if not each.is_flat
    ]
    assert grown == []
    assert tally.problems == []
    assert tally.done["unanswered"] <= tally.done["acked"] / 100
    bounds = [(*CLOSED_SECONDS[habit], seconds) for habit, seconds, _code in sleepers.ends]
    assert [each for each in bounds if not each[0] <= each[2] <= each[1]] == []
    assert {code for habit, _seconds, code in sleepers.ends if habit == "says nothing"} <= {4408}
