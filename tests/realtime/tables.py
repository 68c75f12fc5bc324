"""The tables of the fake world, beside those of the core that it needs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from workshop.realtime.models import Head, Op, Presence, Stream, StreamEntry


class Counter(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()
    session = models.BigIntegerField(unique=True)
    n = models.BigIntegerField(default=0)
    closes_at = models.DateTimeField(null=True)
    closed = models.BooleanField(default=False)

    class Meta:
        app_label = "fake"


class Card(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()
    session = models.BigIntegerField()
    number = models.IntegerField()
    text = models.TextField()
    revision = models.BigIntegerField()
    removed = models.BooleanField(default=False)

    class Meta:
        app_label = "fake"
        constraints = (models.UniqueConstraint(fields=("session", "number"), name="fake_card_once"),)


class Person(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()
    session = models.BigIntegerField()
    key = models.CharField(max_length=40)
    text = models.TextField(default="")
    revision = models.BigIntegerField(default=0)
    audiences = models.JSONField(default=list)
    removed = models.BooleanField(default=False)

    class Meta:
        app_label = "fake"
        constraints = (models.UniqueConstraint(fields=("session", "key"), name="fake_person_once"),)


class Stage(models.Model):
    objects: ClassVar[models.Manager[Any]] = models.Manager()
    session = models.BigIntegerField(unique=True)
    text = models.TextField(default="")
    slots = models.JSONField(default=list)

    class Meta:
        app_label = "fake"


TABLES = (Head, Op, Presence, Stream, StreamEntry, Counter, Card, Person, Stage)
