"""Questions that learners ask, and their votes for them."""

from __future__ import annotations

import uuid

from django.db import models

from workshop.plans.models import one_of

#: ``waiting`` for staff, ``shown`` to all, ``hidden`` by staff, ``merged`` into another, ``withdrawn`` by its author.
STATUSES = ("waiting", "shown", "hidden", "merged", "withdrawn")
#: Characters of a question at most, whatever the activity allows; and of a written answer.
TEXT_LIMIT = 600
ANSWER_LIMIT = 2_000


class Enquiry(models.Model):
    """A question that a learner asks (``Question`` is what staff ask).

    ``author`` is ``p:<participant>``, '' (forgotten) or, for one without a name, ``x:`` and a mark that only the asker's
    own device can make again. Nothing is deleted before the session is erased.
    """

    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="enquiries")
    author = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=TEXT_LIMIT)
    status = models.CharField(max_length=10, default="waiting")
    #: Number of the category in the activity's config, 0 for none.
    category = models.PositiveSmallIntegerField(default=0)
    #: The asker has a story to tell about it.
    story = models.BooleanField(default=False)
    #: Something in it wants a second look: a rude word, a phone number, an address.
    suspicious = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    answered = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    answer = models.CharField(max_length=ANSWER_LIMIT, default="", blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    #: How many people want to hear about it, the asker apart: its own votes and those of the ones merged into it.
    votes = models.PositiveIntegerField(default=0)
    #: Revision of the head ``activity:<id>`` at which it last changed.
    revision = models.BigIntegerField()
    #: The client's id of the op that asked it, so that a repeat asks nothing twice. Not tied to a person.
    op = models.UUIDField(default=uuid.uuid4)
    #: When it was asked; of a nameless one when the activity was opened.
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("activity", "op"), name="enquiry_once"),
            one_of("status", STATUSES, "enquiry_status"),
        )
        indexes = (models.Index(fields=("activity", "revision"), name="enquiry_newer"),)


class Upvote(models.Model):
    """One person's newest word on a question: a vote, or one that was taken back.

    ``author`` as in ``Enquiry``, by the activity's level of privacy.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="upvotes")
    author = models.CharField(max_length=80)
    on = models.BooleanField(default=True, db_default=True)
    #: The device counts its words: one that comes late, or once more, changes nothing.
    n = models.BigIntegerField(default=1, db_default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("enquiry", "author"), name="upvote_once"),)
        indexes = (models.Index(fields=("author",), name="upvote_author"),)
