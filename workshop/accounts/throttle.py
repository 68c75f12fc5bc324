"""Slow down who guesses passwords, without ever locking a class out behind its one address.

After 20 failures from one address within ten minutes every further attempt from there waits two seconds: a guesser gets
nowhere, a colleague behind the same address signs in two seconds later. Kept in memory only, so nothing about addresses
is ever stored; several processes count each for itself.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

FAILURES = 20
WINDOW = 600.0
DELAY = 2.0
#: Addresses remembered at once; the ones that failed longest ago are forgotten first.
ADDRESSES = 10_000


def network_of(address: str) -> str:
    """The key of an address: IPv4 as it is, IPv6 by /64 (one household or hall gets a whole /64)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


class Throttle:
    """Counts failures by address over a sliding window."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def failed(self, address: str) -> None:
        """Count one failure from this address."""
        key, now = network_of(address), self._clock()
        with self._lock:
            # The newest FAILURES instants tell all there is to know.
            times = self._failures.setdefault(key, deque(maxlen=FAILURES))
            times.append(now)
            self._failures.move_to_end(key)
            if len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)

    def delay(self, address: str) -> float:
        """Seconds that the next attempt from this address must wait: 0 or ``DELAY``."""
        key, now = network_of(address), self._clock()
        with self._lock:
            times = self._failures.get(key)
            if times is None or len(times) < FAILURES:
                return 0.0
            return DELAY if times[0] > now - WINDOW else 0.0

    def clear(self) -> None:
        """Forget everything (tests)."""
        with self._lock:
            self._failures.clear()


sign_in_throttle = Throttle()
