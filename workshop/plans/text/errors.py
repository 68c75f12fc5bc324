"""The one refusal of this package, and the limits that lead to it."""

from __future__ import annotations

from workshop.kinds import Refused, Text

#: After embedded pictures were dropped.
MAX_BYTES = 1_000_000
#: Before that: what is read into memory at all.
MAX_UPLOAD_BYTES = 30_000_000
#: A list of a hundred thousand items takes the parser ten seconds.
MAX_LINES = 25_000
MAX_PHASES = 100
#: Columns of the database.
LONGEST_TITLE = 300
LONGEST_PHASE_TITLE = 200
MAX_ACTIVITIES = 500
MAX_QUESTIONS = 200
#: A phase or a whole plan of more than seven days is a slip of the keyboard.
MAX_MINUTES = 7 * 24 * 60


class PlanUnreadable(Refused):
    """A text that cannot become a plan; nothing is stored.

    Args:
        message: one sentence for the author of the plan.
        line: line of the file, counted from 1, where it is known.
    """

    def __init__(self, message: Text, line: int | None = None) -> None:
        super().__init__("plan_unreadable", message, line=line)
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else str(self.message)
