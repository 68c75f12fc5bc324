"""Rows of the realtime core. Sessions are plain ids here: this layer knows no session, only numbers and names."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Head(models.Model):
    """The row that orders everything about one thing (architecture, idea 4).

    Names: ``session``, ``people`` (level 0), ``activity:<id>`` (level 1), ``group:<activity>:<group>`` (level 2). Locks
    are taken in the order of (level, id).
    """

    session = models.BigIntegerField()
    name = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    revision = models.BigIntegerField(default=0, db_default=0)
    epoch = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "name"), name="head_once"),)


class Op(models.Model):
    """What an op that is not an answer did, so that a repeat gets the same result and no second effect."""

    session = models.BigIntegerField()
    author = models.CharField(max_length=80)
    op_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    result = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "author", "op_id"), name="op_once"),)
        indexes = (models.Index(fields=("created_at",)),)


class Presence(models.Model):
    """The people that one process hears, by key (``p:7``). Void 25 s after ``seen_at``."""

    session = models.BigIntegerField()
    process = models.CharField(max_length=40)
    keys = models.JSONField(default=list)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "process"), name="presence_once"),)


class Stream(models.Model):
    """An append-only log of bytes (documents, whiteboards)."""

    session = models.BigIntegerField()
    name = models.CharField(max_length=120)
    seq = models.BigIntegerField(default=0, db_default=0)
    epoch = models.PositiveIntegerField(default=1, db_default=1)
    frozen = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "name"), name="stream_once"),)


class StreamEntry(models.Model):
    """One entry of a stream; ``seq`` counts from 1 without gaps."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="entries")
    seq = models.BigIntegerField()
    op_id = models.UUIDField()
    author = models.CharField(max_length=80, default="", db_default="")
    bytes = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("stream", "seq"), name="stream_entry_once"),
            models.UniqueConstraint(fields=("stream", "op_id"), name="stream_op_once"),
        )
