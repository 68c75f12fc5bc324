"""How much is tried: little and always the same every day (profile ``ci``), much and by chance in ``make fuzz``
(profile ``deep``, chosen by FUZZ_PROFILE). FUZZ_SHARE=0.1 tries a tenth of it.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, settings

from workshop.kinds import Refused

PROFILE = os.environ.get("FUZZ_PROFILE") or "ci"
IS_DEEP = PROFILE == "deep"
SHARE = float(os.environ.get("FUZZ_SHARE") or 1)
CHECKS = list(HealthCheck)

settings.register_profile("ci", deadline=None, derandomize=True, database=None, suppress_health_check=CHECKS)
settings.register_profile(
    "deep", deadline=None, print_blob=True, suppress_health_check=CHECKS,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)  # fmt: skip
settings.load_profile(PROFILE)

#: What was tried how often, and in how many seconds; docs/fuzz.md tells it.
tried: Counter[str] = Counter()
seconds: defaultdict[str, float] = defaultdict(float)


def examples(every_day: int, deep: int) -> settings:
    """The settings of a test by how often it runs in each profile."""
    return settings(settings.get_profile(PROFILE), max_examples=max(1, int(deep * SHARE)) if IS_DEEP else every_day)


@contextmanager
def trying(what: str, number: int = 1) -> Iterator[None]:
    """Count one example (or several) and its time."""
    began = time.perf_counter()
    try:
        yield
    finally:
        tried[what] += number
        seconds[what] += time.perf_counter() - began


def in_words(refusal: Refused) -> str:
    """The code of a refusal, which must have a sentence too."""
    assert refusal.code
    assert str(refusal.message)
    return refusal.code
