"""What all benchmarks have in common: their options, their targets, their rows and how these are printed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import machine

#: A machine that needs more than this many microseconds to send a ready frame to one socket is busy with other things.
NOISY_MICROSECONDS = 15.0

T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """What a row must reach, and what it then aims for; ``more``: larger is better. ``ratio``: it is about the ratio."""

    must: float
    aim: float | None = None
    more: bool = False
    ratio: bool = False

    def verdict(self, value: float) -> str:
        if self.aim is not None and self._reached(value, self.aim):
            return "aim reached"
        return "reached" if self._reached(value, self.must) else "not reached"

    def _reached(self, value: float, wanted: float) -> bool:
        return value >= wanted if self.more else value <= wanted

    def __str__(self) -> str:
        sign, times = ("≥" if self.more else "≤"), (" × the limit" if self.ratio else "")
        aim = "" if self.aim is None else f", aim {sign} {self.aim:g}{times}"
        return f"{sign} {self.must:g}{times}{aim}"


#: By the name of the target and the server; a name alone is for every server.
TARGETS = {
    "T1 uvicorn": Target(3.0, 2.2, ratio=True),
    "T1 daphne": Target(8.0, ratio=True),
    "T2 uvicorn": Target(8_000, 12_000, more=True),
    "T2 daphne": Target(5_000, more=True),
    "T3 ack": Target(150, 100),
    "T3 panel": Target(300),
    "T3 phones": Target(700),
    "T4": Target(40, 28),
    "T5 uvicorn": Target(3_000, 2_000),
    "T5 daphne": Target(6_000),
    "T5 queries": Target(0.05),
    "T6 phase uvicorn": Target(400, 150),
    "T6 poll uvicorn": Target(150),
    "T6 requests": Target(0),
    "T7 bytes": Target(60, 35),
    "T7 requests": Target(12),
    "T7 third": Target(0),
    "T8": Target(25, 10),
    "T8 queries": Target(0),
    "T9": Target(150, 100),
    "T10 vote": Target(1.15),
    "T10 frame": Target(1.15),
    "T10 equal": Target(0),
    "T10 through": Target(1.8, 1.9, more=True),
    "kinds": Target(30),
}


@dataclass
class Row:
    """One line of a benchmark.

    ``value`` is the median of ``values``; ``limit`` is what the machine itself can do in the same run, in the same
    unit, and ``limit_us`` the same for one socket, in microseconds. ``noisy``: it shows that the machine was busy with
    other things, so the line says little. ``load``: the system's load over the last minute.
    """

    what: str
    server: str
    database: str
    n: int
    values: Sequence[float]
    unit: str
    target: str = ""
    limit: float | None = None
    payload_bytes: int | None = None
    limit_us: float | None = None
    notes: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))

    @property
    def value(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        """How many times the limit: the larger, the further from it."""
        if not self.limit or not self.value:
            return None
        return self.limit / self.value if self.unit == "/s" else self.value / self.limit

    @property
    def goal(self) -> Target | None:
        return TARGETS.get(f"{self.target} {self.server}") or TARGETS.get(self.target)

    @property
    def noisy(self) -> bool:
        return self.limit_us is not None and self.limit_us > NOISY_MICROSECONDS

    @property
    def verdict(self) -> str:
        """``reached``, ``aim reached``, ``not reached``, ``noisy``, or '' for a line that has no target."""
        goal = self.goal
        if goal is None:
            return "noisy" if self.noisy else ""
        measured = self.ratio if goal.ratio else self.value
        if self.noisy or measured is None:
            return "noisy"
        return goal.verdict(measured)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found = asdict(self)
        del found["values"]
        numbers = {"value": self.value, "min": min(self.values), "max": max(self.values), "ratio": self.ratio}
        goal = self.goal
        return found | numbers | {"noisy": self.noisy, "goal": str(goal) if goal else "", "verdict": self.verdict}


def arguments(description: str, **defaults: Any) -> argparse.Namespace:
    """The options that all benchmarks share; this process and whatever it starts leave the server's core free."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--servers", default=defaults.get("servers", "uvicorn,daphne"))
    parser.add_argument("--databases", default=defaults.get("databases", "postgresql"))
    parser.add_argument("--n", type=int, default=defaults.get("n", 5_000), help="sockets or people")
    parser.add_argument("--repeat", type=int, default=defaults.get("repeat", 5))
    parser.add_argument("--redis", action="store_true", default=defaults.get("redis", False), help="with Redis")
    parser.add_argument("--log", default="", help="keep the server's log in this file")
    found = parser.parse_args()
    found.servers, found.databases = found.servers.split(","), found.databases.split(",")
    machine.leave_server_core()
    machine.allow_many_files()
    return found


def report(name: str, rows: list[Row], *, as_json: bool) -> None:
    """Print the rows."""
    if as_json:
        print(json.dumps({"name": name, "rows": [row.plain() for row in rows]}))
        return
    for row in rows:
        limit = f", limit {row.limit:.1f}, ratio {row.ratio:.2f}" if row.limit and row.ratio else ""
        size = f", {row.payload_bytes} bytes" if row.payload_bytes else ""
        spread = f" ({min(row.values):.1f} to {max(row.values):.1f})" if len(row.values) > 1 else ""
        where = f"{row.server:8} {row.database:16} n={row.n:<6}"
        print(f"{row.what:34} {where} {row.value:10.1f} {row.unit}{spread}{limit}{size}  {row.verdict.upper()}")
        noise = f"{row.limit_us:.1f} µs a socket at the limit, load {row.load}" if row.limit_us else f"load {row.load}"
        print(f"    {row.notes}; {noise}" if row.notes else f"    {noise}")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
