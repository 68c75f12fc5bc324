"""Cards of boards."""

from __future__ import annotations

import uuid

from django.db import models

from workshop.plans.models import one_of

#: In the order in which people see them: yellow, blue, green, pink.
COLOURS = ("a", "b", "c", "d")
#: 180 characters are at most 720 bytes, so that a frame with one moved card stays below 1 kB in any script.
TEXT_LIMIT = 180


class Card(models.Model):
    """A sticky card on the board of one group.

    ``author`` is ``p:<participant>``, ``u:<user>``, '' (forgotten) or, on anonymous boards, ``x:<salt>:<mark>``: only the
    writer's own device can make the mark again. A removed card stays as a tombstone until the session is erased.
    """

    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="cards")
    group = models.ForeignKey("live.Group", on_delete=models.CASCADE, related_name="cards")
    #: Number of the column in the activity's config, from 1.
    column = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=TEXT_LIMIT)
    colour = models.CharField(max_length=1, default=COLOURS[0])
    author = models.CharField(max_length=80, default="", blank=True)
    #: Fractional index within the column (see order.py); compared as text, by code point.
    position = models.CharField(max_length=40)
    #: Revision of the head ``group:<activity>:<group>`` at which it last changed.
    revision = models.BigIntegerField()
    removed = models.BooleanField(default=False)
    #: The client's id of the op that added it, so that a repeat adds no second card. Not tied to a person.
    op = models.UUIDField(default=uuid.uuid4)
    #: When it last changed; on anonymous boards when the board was opened.
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("activity", "group", "op"), name="card_once"),
            one_of("colour", COLOURS, "card_colour"),
        )
        indexes = (models.Index(fields=("activity", "group", "revision"), name="card_newer"),)
