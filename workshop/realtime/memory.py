"""The garbage collector: tuned, because its oldest generation was the tail of every latency (performance notes).

What the program made at its start is frozen, and the thresholds are so high that a full collection practically never
runs by itself. It runs here: when nothing was sent for 5 s, at the latest every 10 minutes or after 100 MB more, and
not while people answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.realtime import counts, limits

if TYPE_CHECKING:
    from workshop.realtime.hub import Hub

THRESHOLDS = (100_000, 50, 50)
LOOK_SECONDS = 5.0
LATEST_SECONDS = 600.0
GROWTH_BYTES = 100_000_000
#: How long a vote may put it off.
ANSWERING_SECONDS = 60.0
#: Nobody answers when nothing was written for so long.
CALM_SECONDS = 1.0
#: How long a thread keeps the interpreter while another wants it. With Python's 5 ms the loop waits that long for a
#: reader at each of its turns (measured: p99 of acks 124 ms against 77).
SWITCH_SECONDS = 0.0005
#: Fewer frames than this since the last collection leave nothing worth one.
WORTH = 1_000

logger = logging.getLogger(__name__)
_statm = Path("/proc/self/statm")


def tune() -> None:
    """Once, when the server starts: freeze what exists, raise thresholds and limits, let threads take turns more often."""
    limits.raise_file_limit()
    sys.setswitchinterval(SWITCH_SECONDS)
    counts.watch_garbage()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


async def collect_when_idle(hub: Hub) -> None:
    """Collect in the pauses, for ever."""
    collected_at, sent_then, size_then, last_sent = time.monotonic(), hub.sent, resident(), hub.sent
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        idle = hub.sent == last_sent and hub.sent - sent_then >= WORTH
        last_sent = hub.sent
        overdue = time.monotonic() - collected_at > LATEST_SECONDS or resident() - size_then > GROWTH_BYTES
        if idle or overdue:
            await until_nobody_answers(hub)
            gc.collect()
            collected_at, sent_then, size_then = time.monotonic(), hub.sent, resident()


async def until_nobody_answers(hub: Hub) -> None:
    """Wait for a pause in what is written: with thousands of sockets each op would wait for the collection (measured:
    0.2 s with 6,000). Not for ever: after a while it must be."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWERING_SECONDS):
            while await hub.writes_within(CALM_SECONDS):
                pass


def resident() -> int:
    """Bytes of memory in use by this process."""
    try:
        return int(_statm.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
