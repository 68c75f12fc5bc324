"""A question together with what may be seen of its result."""

from __future__ import annotations

from dataclasses import dataclass

from workshop.questions.catalogue import Asked
from workshop.questions.gate import Seen


@dataclass(frozen=True, slots=True)
class Shown:
    """One question's result for one audience.

    ``held`` counts answers that wait to be shown; ``alone``: its prompt need not be repeated because it is
    the activity's only question.
    """

    asked: Asked
    seen: Seen
    held: int = 0
    alone: bool = True
