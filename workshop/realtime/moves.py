"""What a process knows of one session's heads from signals, and whether answers alone have moved them since.

Several processes raise the same head, and each hears its own signal at once and those of the others a moment later. So
numbers come out of order all the time: a step whose signal is still on its way is waited for, and only one that never
comes counts for a change of state.
"""

from __future__ import annotations

import time
from enum import Enum, auto

from workshop.realtime.heads import NEW

#: How long the signal of a step may take before it counts for lost.
LATE_SECONDS = 0.3
#: More steps than this at once are not waited for.
MOST_MISSING = 200


class News(Enum):
    """What a signal says that was not known."""

    NOTHING = auto()
    #: The head is ahead, by answers as far as one knows; ``late`` tells what else it was.
    ANSWERS = auto()
    #: The state, the round or the text may be another.
    CHANGE = auto()


class Known:
    """The heads of one session. Changed on the event loop alone; ``calm`` may be asked on any thread meanwhile.

    It needs no lock, for each step is one operation of a dictionary and the order of steps is kept: what is known of a
    revision is noted before the head is raised to it, and a change is noted before it is missing no more. Who asks looks
    in that order too: at the head, at what is missing, at the changes.

    ``heads``: ``{name: (epoch, revision)}``. ``total``: sum of all revisions and epochs, to compare with the database's.
    """

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, int]] = {}
        self.total = 0
        #: The newest revision of each head that may have been more than answers.
        self._changed: dict[str, int] = {}
        #: Steps of which nothing was heard yet, and until when each is waited for; the oldest first.
        self._missing: dict[str, dict[int, float]] = {}

    def put(self, name: str, epoch: int, revision: int) -> None:
        """Take a head's numbers for what they are; nothing is known of how it came there."""
        # In this order, see above.
        self._changed[name] = revision
        self._missing.pop(name, None)
        self._raise(name, epoch, revision)

    def take(self, name: str, epoch: int, revision: int, answers: int = 0) -> News:
        """Note a signal. ``answers``: how many of the last steps up to this revision were answers alone."""
        known = self.heads.get(name, NEW)
        if (epoch, revision) <= known:
            return self._come_late(name, revision, answers) if epoch == known[0] else News.NOTHING
        first = revision - answers + 1
        if not answers or epoch != known[0] or first - known[1] > MOST_MISSING:
            self.put(name, epoch, revision)
            return News.CHANGE
        until = time.monotonic() + LATE_SECONDS
        for step in range(known[1] + 1, first):
            self._missing.setdefault(name, {})[step] = until
        self._raise(name, epoch, revision)
        return News.ANSWERS

    def late(self, name: str) -> bool:
        """Whether a step was waited for in vain: it counts for a change from now on."""
        until = next(iter(self._missing.get(name, {}).values()), None)
        if until is None or until > time.monotonic():
            return False
        self.put(name, *self.heads[name])
        return True

    def waits(self, name: str) -> bool:
        """Whether steps of this head are missing."""
        return name in self._missing

    def calm(self, name: str, before: tuple[int, int], now: tuple[int, int]) -> bool:
        """Whether it is certain that nothing but answers moved this head from one state to the other."""
        if before == now:
            return True
        epoch, revision = self.heads.get(name, NEW)
        if not before[0] == now[0] == epoch or now[1] > revision:
            return False
        missing = tuple(self._missing.get(name, ()))
        return before[1] >= self._changed.get(name, 0) and not any(before[1] < step <= now[1] for step in missing)

    def _come_late(self, name: str, revision: int, answers: int) -> News:
        missing = self._missing.get(name)
        if missing is None:
            return News.NOTHING
        if not answers and revision in missing:
            self.put(name, *self.heads[name])
            return News.CHANGE
        for step in range(revision - answers + 1, revision + 1):
            missing.pop(step, None)
        if not missing:
            del self._missing[name]
        return News.NOTHING

    def _raise(self, name: str, epoch: int, revision: int) -> None:
        before = self.heads.get(name, (0, 0))
        self.total += epoch + revision - sum(before)
        self.heads[name] = (epoch, revision)
