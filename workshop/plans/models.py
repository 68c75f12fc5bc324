"""Plans and their versions.

A ``PlanVersion`` keeps an immutable ``document`` (the whole plan as JSON, see ``plans.text.document``). The rows below
it (phases, activities, questions, objectives) always stand for the *newest* version of one lineage: a new version takes
the rows over, so that ids stay the same while words are edited live. A session has a lineage of its own, copied when it
is made (docs/decisions/002-plan-versions.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PRIVACY = (
    ("own", _("only me")),
    ("named", _("your facilitator sees it")),
    ("pseudonymous", _("counted under your nickname")),
    ("anonymous", _("anonymous: nobody can see who")),
    ("confidential", _("counted, never shown")),
)
PHASE_KINDS = ("engage", "explore", "explain", "elaborate", "evaluate", "break", "other")
LEVELS = ("", "remember", "understand", "apply", "analyze", "evaluate", "create")


def one_of(field: str, values: tuple[str, ...], name: str) -> models.CheckConstraint:
    """A database constraint: ``field`` holds one of ``values``."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


class Plan(models.Model):
    """A reusable lesson plan."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="plans")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plans")
    title = models.CharField(max_length=300)
    #: The newest version of the plan's own lineage.
    current = models.ForeignKey("PlanVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    demonstration = models.BooleanField(default=False)
    #: Whether the library shows it; not the plan behind "Ask one question now".
    listed = models.BooleanField(default=True)
    #: Ids of the proposals that were accepted or not wanted, so that they are not offered again.
    settled_proposals = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class PlanVersion(models.Model):
    """One immutable state of a plan. ``document`` is ``PlanDocument.to_json()``."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    #: '' for the plan's own lineage, else the public id of the session whose lineage it is.
    lineage = models.CharField(max_length=40, default="", blank=True)
    number = models.PositiveIntegerField()
    document = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "lineage", "number"), name="plan_version_once"),)


class Objective(models.Model):
    """A learning objective with its Bloom level."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="objectives")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    text = models.TextField()
    level = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="objective_once"),
            one_of("level", LEVELS, "objective_level"),
        )


class Phase(models.Model):
    """A timed block of the plan."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="phases")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="other")
    minutes = models.PositiveIntegerField()
    facilitator_actions = models.TextField(default="", blank=True)
    learner_activities = models.TextField(default="", blank=True)
    resources = models.TextField(default="", blank=True)
    differentiation = models.TextField(default="", blank=True)
    technology = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="phase_once"),
            one_of("kind", PHASE_KINDS, "phase_kind"),
        )


class Activity(models.Model):
    """Something learners do in a phase. ``config`` belongs to its kind."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="activities")
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="activities")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    config = models.JSONField(default=dict)
    config_version = models.PositiveIntegerField(default=1)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    privacy = models.CharField(max_length=20, default="pseudonymous")
    #: Where it is shown: both, screen or phones.
    audience = models.CharField(max_length=10, default="both")
    pace = models.CharField(max_length=10, default="led")
    #: Who may see results while it is open: staff, screen or all.
    results = models.CharField(max_length=10, default="screen")
    optional = models.BooleanField(default=False)
    #: Stays open when the next phase begins.
    keep_open = models.BooleanField(default=False)
    #: Only counts are kept; the answers themselves are deleted when it closes.
    off_record = models.BooleanField(default=False)
    for_profiles = models.JSONField(default=list)
    group_set = models.CharField(max_length=80, default="", blank=True)
    #: How the session makes the group set of that key, for instance {"mode": "random", "size": 5}.
    group_set_spec = models.JSONField(default=dict)

    class Meta:
        ordering = ("phase__position", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="activity_once"),
            one_of("privacy", tuple(value for value, _label in PRIVACY), "activity_privacy"),
            one_of("audience", ("both", "screen", "phones"), "activity_audience"),
            one_of("pace", ("led", "self"), "activity_pace"),
            one_of("results", ("staff", "screen", "all"), "activity_results"),
        )

    #: Its questions where it stands in no database: a preview, a picture in the gallery. None: they are rows.
    imagined: Sequence[Question] | None = None

    @property
    def asked(self) -> Iterable[Question]:
        """Its questions in their order; no query when they were prefetched."""
        return self.questions.all() if self.imagined is None else self.imagined


class Question(models.Model):
    """The smallest thing that can be answered."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    prompt = models.TextField()
    config = models.JSONField(default=dict)
    config_version = models.PositiveIntegerField(default=1)
    #: '' = the activity's.
    privacy = models.CharField(max_length=20, default="", blank=True)
    required = models.BooleanField(default=False)
    #: The objectives it gives evidence for.
    objectives = models.ManyToManyField(Objective, related_name="questions", blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("activity", "key"), name="question_once"),
            one_of("privacy", ("", *(value for value, _label in PRIVACY)), "question_privacy"),
        )
