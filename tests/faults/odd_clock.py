"""The application in a process whose clock is off by as many seconds as the file ODD_CLOCK says, and jumps with it.

Only the clock of the day: nothing sets the monotonic one of a real machine back either. (libfaketime does the same from
outside, but stops programs with many threads.)
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

_file = Path(os.environ["ODD_CLOCK"])
_real = time.time


def odd_time() -> float:
    """What ``time.time`` tells here."""
    return _real() + float(_file.read_text())


time.time = odd_time
timezone.now = lambda: datetime.fromtimestamp(odd_time(), UTC)

from workshop.config.asgi import application  # noqa: E402 - the clock first

__all__ = ["application"]
