"""What a plan says about a round of questions and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workshop.kinds import KindConfig

#: Questions of one activity, hidden and withdrawn ones among them.
MOST = 2_000
#: Questions that one person may have waiting or standing at once.
MOST_OF_ONE = 20
MOST_CATEGORIES = 8

Category = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class QAConfig(KindConfig):
    """How questions are asked and who sees them when.

    ``moderation``: a question waits until staff approve it. ``words``: what becomes of one with a rude word, a phone
    number or an address in it while others are shown at once: ``hold`` (it waits), ``hide`` (nobody is asked) or
    ``show``. ``nameless``: a learner may ask without a name where names are seen. ``stories``: a question may be marked
    "I have a story". ``categories``: numbered from 1, so that they can be reworded.
    """

    prompt: str = Field(default="", max_length=600)
    moderation: bool = True
    words: Literal["hold", "hide", "show"] = "hold"
    nameless: bool = True
    stories: bool = True
    votes: bool = True
    categories: list[Category] = Field(default_factory=list, max_length=MOST_CATEGORIES)
    longest: int = Field(default=280, ge=40, le=600)

    def category(self, number: int) -> int:
        """The category of that number, 0 for none or one that was taken away."""
        return number if 1 <= number <= len(self.categories) else 0
