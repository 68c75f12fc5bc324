"""What a plan says about a quiz beside its questions."""

from __future__ import annotations

from pydantic import Field

from workshop.kinds import KindConfig


class QuizConfig(KindConfig):
    """How a quiz runs.

    The activity's own ``pace`` says whether it is led (one question after the other, each followed by its right answer)
    or at everybody's own pace (all questions at once). ``partial``: a part of the points for what is right in part. ``review``: at the end everybody
    sees their own and the right answers. ``leaderboard``: the screen shows who has most points, where names or seats may
    be seen; ``teams``: which group has most on average; ``time_bonus``: up to half as many points again for a fast
    answer within ``seconds`` of a question (led, and only where answers carry a time).
    """

    intro: str = Field(default="", max_length=2_000)
    partial: bool = True
    review: bool = True
    leaderboard: bool = False
    teams: bool = False
    time_bonus: bool = False
    seconds: int = Field(default=30, ge=5, le=600)
