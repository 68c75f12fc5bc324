"""What this process counts of its own work: plain numbers, raised where the work is done and read by ``/metrics``.

Each number has one writer (the event loop or the writer thread), so none needs a lock, and raising one costs no more
than an addition. How they are called outside stands in metrics.py.
"""

from __future__ import annotations

import gc
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

#: Upper bounds in seconds: from what a single read takes to what nobody waits for.
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LENGTHS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
#: Codes come from our own sentences; should one ever be made of data, it must not fill the memory.
MOST_CODES = 200


class Spread:
    """How often a measure lay below each of a few bounds, and its sum: what Prometheus calls a histogram.

    Args:
        bounds: upper bounds, rising; what is above the last one is counted too.
    """

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one measure."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def so_far(self) -> list[tuple[float, int]]:
        """``(bound, how many were not above it)`` for each bound, then infinity."""
        found, sum_ = [], 0
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            sum_ += count
            found.append((bound, sum_))
        return found


class Counts:
    """All numbers of a process. Raised directly: ``counts.frames += 1``."""

    __slots__ = (
        "acks",
        "admitted",
        "batch_seconds",
        "batches",
        "bytes",
        "checks",
        "closes",
        "frames",
        "gc_pauses",
        "heard",
        "lag",
        "refreshes",
        "refusals",
        "signals_heard",
        "signals_late",
        "signals_lost",
        "signals_sent",
        "signals_unsent",
        "slots",
    )

    def __init__(self) -> None:
        #: Frames and bytes given to the server program, frames of slots among them, frames that clients sent.
        self.frames = self.bytes = self.slots = self.heard = 0
        self.admitted = 0
        #: Code of a refusal → how often; code of a close that began here → how often.
        self.refusals: Counter[str] = Counter()
        self.closes: Counter[int] = Counter()
        #: Ops in a transaction, and its time; from hearing an op to giving its answer.
        self.batches = Spread(LENGTHS)
        self.batch_seconds = Spread()
        self.acks = Spread()
        #: Processor time of reading and rendering what changed, once for all who hear it.
        self.refreshes = Spread()
        #: The check of heads; how late the event loop comes to what was due; pauses of the garbage collector.
        self.checks = Spread()
        self.lag = Spread()
        self.gc_pauses = Spread()
        #: Messages to and from other processes; heads whose signal came after the check had seen them, or never.
        self.signals_sent = self.signals_unsent = self.signals_heard = 0
        self.signals_late = self.signals_lost = 0

    def refused(self, code: str) -> None:
        """Count a refusal."""
        known = code in self.refusals or len(self.refusals) < MOST_CODES
        self.refusals[code if known else "other"] += 1


counts = Counts()


class _Pauses:
    """Measures the collections of the garbage collector, wherever they happen."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        del info
        if phase == "start":
            self._began = time.perf_counter()
        else:
            counts.gc_pauses.add(time.perf_counter() - self._began)


def watch_garbage() -> None:
    """Measure every collection from now on. Called once, when the server starts."""
    if not any(isinstance(known, _Pauses) for known in gc.callbacks):
        gc.callbacks.append(_Pauses())


def size_of(message: dict[str, Any]) -> int:
    """Bytes of a message to the server program."""
    text = message.get("text")
    if text is None:
        return len(message.get("bytes") or b"")
    return len(text) if text.isascii() else len(text.encode())
