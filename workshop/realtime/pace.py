"""Pace: how often counting changes go out, so that a vote of thousands never takes the whole processor.

Each fan-out (and the reading for it) that took ``c`` seconds reserves ``c / share`` of a common time line before the
next one may begin. So all sessions together stay below ``share`` of a core, and sessions take turns.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Screens and panels: few sockets, often.
FRONT_SECONDS = 0.1
FRONT_SHARE = 0.25
#: Learners: all phones, together below a third of a core.
CROWD_SECONDS = 0.15
CROWD_SHARE = 0.3
#: Personal slots, read in batches.
OWN_SECONDS = 0.05
OWN_SHARE = 0.15
#: Those of people whose only device has just been told by an ack.
LEISURE_SECONDS = 1.0
LEISURE_SHARE = 0.05
#: What must go at once is only held back when it would take more than half of the time.
URGENT_SHARE = 0.5
#: Asking the door again about everybody, while people keep joining.
TICKET_SECONDS = 0.25
TICKET_SHARE = 0.1
#: Asking for the next deadline, while heads keep moving.
DEADLINE_SECONDS = 0.5


@dataclass(slots=True)
class Pacer:
    """The common time line of one sort of fan-outs.

    Args:
        share: largest part of a core, from 0 to 1.
        floor: seconds between two of one session, at least.
    """

    share: float
    floor: float
    _free_at: float = 0.0

    def spent(self, now: float, seconds: float) -> float:
        """Note what a fan-out took; the instant at which the same session may begin its next one."""
        self._free_at = max(self._free_at, now) + seconds / self.share - seconds
        return max(now + self.floor, self._free_at)
