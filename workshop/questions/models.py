"""Answers."""

from __future__ import annotations

from django.db import models

from workshop.plans.models import one_of

STATUSES = ("draft", "given", "held", "hidden", "withdrawn")


class Response(models.Model):
    """What one author answered to one question, in one round, about one subject.

    ``author``: ``p:<participant>``, ``g:<group>``, ``u:<staff>`` or, for anonymous and confidential answers,
    ``x:<tag>``; such rows carry no op id, no finer time than the phase, and are rewritten in random order when the
    close is final. ``n`` is the author's own counter: a write takes effect only where the stored one is lower.
    """

    session_id = models.BigIntegerField()
    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="responses")
    question = models.ForeignKey("plans.Question", on_delete=models.CASCADE, related_name="responses")
    round = models.PositiveIntegerField()
    author = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, default="", db_default="")
    n = models.BigIntegerField()
    value = models.JSONField()
    profile = models.CharField(max_length=80, default="", db_default="")
    group = models.CharField(max_length=80, default="", db_default="")
    weight = models.PositiveIntegerField(default=1, db_default=1)
    status = models.CharField(max_length=10, default="given", db_default="given")
    #: Staff have hidden it once: whatever its author makes of it, also by way of a draft, waits for them again.
    was_hidden = models.BooleanField(default=False, db_default=False)
    #: Revision of the activity's head.
    revision = models.BigIntegerField()
    op = models.CharField(max_length=36, default="", db_default="")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "question", "round", "author", "subject"), name="response_once"
            ),
            one_of("status", STATUSES, "response_status"),
        )
        indexes = (
            models.Index(fields=("activity", "round", "revision"), name="response_newer"),
            models.Index(fields=("session_id", "author"), name="response_author"),
        )


class KeptCount(models.Model):
    """The last tally of an off-the-record activity: counts only, its answers are gone."""

    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="kept_counts")
    question = models.ForeignKey("plans.Question", on_delete=models.CASCADE, related_name="kept_counts")
    round = models.PositiveIntegerField()
    data = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("question", "round"), name="kept_count_once"),)


class Score(models.Model):
    """Points for a response, apart from it: by whom, for which criterion."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=80, default="", db_default="")
    scorer = models.CharField(max_length=80, default="", db_default="")
    points = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("response", "criterion", "scorer"), name="score_once"),)
