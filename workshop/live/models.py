"""Live sessions: who is there, what runs, since when. Narrow rows; answers are in ``questions``, cards in their kinds."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshop.plans.models import one_of

#: Roles of staff; what each may do stands in ``access.ROLES``.
STAFF_ROLES = ("facilitator", "cofacilitator", "moderator", "observer", "presenter")


class Session(models.Model):
    """One run of a plan version with real people."""

    public_id = models.CharField(max_length=22, unique=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="sessions")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions")
    version = models.ForeignKey("plans.PlanVersion", on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=300)
    #: 6 or 8 digits; '' once the session has ended. Live codes differ in at least two digits.
    code = models.CharField(max_length=8, default="", blank=True)
    #: 128 bits for the QR code; exchanged at once for a cookie.
    join_token = models.CharField(max_length=32, unique=True)
    screen_token = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=10, default="lobby")
    door_open = models.BooleanField(default=False)
    #: not asked, optional, or required for the attendance list
    names = models.CharField(max_length=12, default="optional")
    mode = models.CharField(max_length=10, default="room")
    language = models.CharField(max_length=12, default="en")
    phase = models.ForeignKey("PhaseRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    planned_start = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: The instant of the pause; null while the clock runs.
    paused_at = models.DateTimeField(null=True, blank=True)
    #: What the screen shows: {"scene": "auto|lobby|clock|activity|blank|end", "activity": id|null}
    screen = models.JSONField(default=dict)
    #: One line to everybody, '' for none.
    notice = models.CharField(max_length=300, default="", blank=True)
    #: The last step, for ten seconds: {"label": …, "until": iso, "state": …}; {} for none.
    undo = models.JSONField(default=dict)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retain_until = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code",), condition=~Q(code=""), name="session_code_once"),
            one_of("state", ("lobby", "running", "ended"), "session_state"),
            one_of("names", ("none", "optional", "required"), "session_names"),
            one_of("mode", ("room", "remote", "hybrid"), "session_mode"),
        )

    def __str__(self) -> str:
        return self.title


class CodeUse(models.Model):
    """A join code that was given out; used again after 30 days at the earliest."""

    code = models.CharField(max_length=8)
    given_at = models.DateTimeField(auto_now_add=True)


class GuessDay(models.Model):
    """How many typed codes were wrong on a day, on the whole server; see ``codes``."""

    day = models.DateField(unique=True)
    wrong = models.PositiveIntegerField(default=0)


class PhaseRun(models.Model):
    """The live state of a phase in a session. ``ends_at`` moves with extensions and pauses."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="phase_runs")
    phase = models.ForeignKey("plans.Phase", on_delete=models.CASCADE, related_name="runs")
    #: Minutes planned when the session was made.
    minutes = models.PositiveIntegerField()
    #: Milliseconds added (or taken) by hand.
    extra_ms = models.BigIntegerField(default=0)
    #: Milliseconds of pauses so far.
    paused_ms = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("phase__position",)
        constraints = (models.UniqueConstraint(fields=("session", "phase"), name="phase_run_once"),)


class ActivityRun(models.Model):
    """One round of an activity. The row of the highest round is the current one."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="activity_runs")
    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="runs")
    round = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default="ready")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Deadline of a timer; answers count until 1.5 s later.
    closes_at = models.DateTimeField(null=True, blank=True)
    #: Milliseconds left of the timer while the session is paused; ``closes_at`` is null then.
    left_ms = models.BigIntegerField(null=True, blank=True)
    #: The close is final: no resume any more, anonymous rows are rewritten, results released.
    settled_at = models.DateTimeField(null=True, blank=True)
    #: Switches: results on the screen, results on phones, right answers.
    show_screen = models.BooleanField(default=False)
    show_phones = models.BooleanField(default=False)
    show_answers = models.BooleanField(default=False)
    #: When results were first shown to anybody but staff; then an anonymous round is never resumed.
    shown_at = models.DateTimeField(null=True, blank=True)
    #: Answers are stopped for a moment, by hand.
    frozen = models.BooleanField(default=False)
    #: Revision of the head ``activity:<id>`` at which its state, round or text last changed.
    changed = models.BigIntegerField(default=0)
    #: State of the kind itself: {"page": 3} of slides …
    state_data = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("session", "activity", "round"), name="activity_run_once"),
            one_of("state", ("ready", "open", "closed"), "activity_run_state"),
        )


class Participant(models.Model):
    """A learner: pseudonymous. The secret that proves who it is stands only in the learner's own signed cookie."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="participants")
    #: "Seat 12": counts from 1 in the session; the nickname of the nameless.
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160, default="", blank=True)
    profile = models.CharField(max_length=80, default="", blank=True)
    #: Familiarity by topic, 1 to 3.
    familiarity = models.JSONField(default=dict)
    language = models.CharField(max_length=12, default="", blank=True)
    extra_time = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    hand_at = models.DateTimeField(null=True, blank=True)
    help_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    #: Revision of the head ``people`` at which this row last changed.
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "number"), name="participant_once"),)

    @property
    def key(self) -> str:
        """The author key: ``p:<id>``."""
        return f"p:{self.pk}"

    @property
    def label(self) -> str:
        """What staff see: the name, or the seat."""
        return self.name or str(_("Seat %(number)s") % {"number": self.number})


class Attendance(models.Model):
    """A participant gave a sign of life during a phase."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="attendance")
    phase_run = models.ForeignKey(PhaseRun, on_delete=models.CASCADE, related_name="attendance")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("participant", "phase_run"), name="attendance_once"),)


class Note(models.Model):
    """A learner's own notes; seen by nobody else, in no export but their own."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="note")
    text = models.TextField(default="", blank=True)
    n = models.BigIntegerField(default=0)


class GroupSet(models.Model):
    """One division of the people into groups; activities name it by key."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="group_sets")
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200, default="", blank=True)
    mode = models.CharField(max_length=10, default="random")
    size = models.PositiveIntegerField(default=5)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("session", "key"), name="group_set_once"),
            one_of("mode", ("table", "random", "hand"), "group_set_mode"),
        )


class Group(models.Model):
    """One group of a set; ``number`` counts from 1."""

    group_set = models.ForeignKey(GroupSet, on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120, default="", blank=True)
    help_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("group_set", "number"), name="group_once"),)

    @property
    def label(self) -> str:
        """Its name, or "Group 3"."""
        return self.name or str(_("Group %(number)s") % {"number": self.number})


class Membership(models.Model):
    """Who is in which group since when; ``until`` is null for the present one."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="memberships")
    #: The set again, so that "one group per set at a time" is a constraint.
    group_set = models.ForeignKey(GroupSet, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=80, default="", blank=True)
    pinned = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("group_set", "participant"), condition=Q(until__isnull=True), name="one_group_per_set"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_order"),
        )


class Staff(models.Model):
    """A person's role in a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_in")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("session", "user"), name="staff_once"),
            one_of("role", STAFF_ROLES, "staff_role"),
        )


class Upload(models.Model):
    """A stored file of a plan, by content. ``data`` is kept in the database: one thing to back up, nothing to serve."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="uploads")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200, default="", blank=True)
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "sha256"), name="upload_once"),)


class Audit(models.Model):
    """What staff did, without content. Never a line about an answer."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="audit")
    #: ``u:<id>``, ``system`` or ``learner`` (never which).
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    target = models.CharField(max_length=120, default="", blank=True)
    at = models.DateTimeField()
