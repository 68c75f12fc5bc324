"""What is kept of a pulse: for each device its newest word, and counts by time."""

from __future__ import annotations

from django.db import models


class Beat(models.Model):
    """The newest word of one author, who is known to their own device alone. Gone when the close is final."""

    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="beats")
    round = models.PositiveIntegerField()
    author = models.CharField(max_length=80)
    #: The author's own counter: a repeat changes nothing.
    n = models.BigIntegerField()
    #: Step from 1 to 5, 0 for none.
    level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("activity", "round", "author"), name="beat_once"),)


class Tick(models.Model):
    """Counts of ten seconds: reactions by their place in the config, and how people stood at its end."""

    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="ticks")
    round = models.PositiveIntegerField()
    #: Its beginning, in seconds since 1970.
    at = models.BigIntegerField()
    reactions = models.JSONField(default=dict)
    #: People who stand somewhere, and the sum of their steps.
    people = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=("activity", "round", "at"), name="tick_once"),)
