"""What every activity and every question has, whatever its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshop.kinds import ActivityKind, ActivitySpec, Json, QuestionSpec, question_kinds
from workshop.plans.checking import LONGEST_TEXT, LONGEST_TITLE
from workshop.plans.edits import places
from workshop.plans.text import PlanDocument
from workshop.plans.text.blocks import GROUP_MODES
from workshop.plans.text.errors import MAX_MINUTES

#: Stands for a group set that has no key yet.
NEW_GROUPS = "+"
PRIVACY_CHOICES = (
    ("pseudonymous", _("Counted under a nickname. No page shows who wrote what.")),
    ("anonymous", _("Anonymous. Nobody can find out who, not even the server.")),
    ("named", _("You see each person’s answer with the name.")),
    ("confidential", _("Counted, never shown one by one. Totals come when it closes, for five or more people.")),
    ("own", _("Only for the learner. You never see it.")),
)
AUDIENCE_CHOICES = (
    ("both", _("On the screen and on phones")),
    ("screen", _("Only on the screen")),
    ("phones", _("Only on phones")),
)
RESULTS_CHOICES = (
    ("screen", _("On the screen while people answer")),
    ("staff", _("Only to you, until you show them")),
    ("all", _("On the screen and on phones")),
)
PACE_CHOICES = (("led", _("Together, when you open it")), ("self", _("Each at their own pace")))
#: The fields about the groups.
GROUPS = ("groups", "group_mode", "group_size")
MODE_LABELS = {"table": _("By table number"), "random": _("At random"), "hand": _("By hand")}


class CommonForm(forms.Form):
    """Title, minutes, and who sees what."""

    #: Fields that an ``ActivitySpec`` has under the same name.
    SAME = ("privacy", "audience", "results", "pace", "optional", "keep_open", "off_record")

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=MAX_MINUTES,
        help_text=_("Empty: until you close it."),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    privacy = forms.ChoiceField(label=_("Who sees the answers"), choices=PRIVACY_CHOICES, widget=forms.RadioSelect)
    audience = forms.ChoiceField(label=_("Where it is shown"), choices=AUDIENCE_CHOICES, widget=forms.RadioSelect)
    results = forms.ChoiceField(label=_("Where results are shown"), choices=RESULTS_CHOICES, widget=forms.RadioSelect)
    pace = forms.ChoiceField(label=_("Pace"), choices=PACE_CHOICES, widget=forms.RadioSelect)
    optional = forms.BooleanField(label=_("Can be left out when time is short"), required=False)
    keep_open = forms.BooleanField(label=_("Stays open when the next phase begins"), required=False)
    off_record = forms.BooleanField(
        label=_("Off the record"),
        required=False,
        help_text=_("Only the counts are kept. The answers are deleted when it closes."),
    )
    for_profiles = forms.MultipleChoiceField(
        label=_("For whom"),
        required=False,
        help_text=_("None ticked: for everybody."),
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.ChoiceField(label=_("Groups"), required=False)
    group_mode = forms.ChoiceField(
        label=_("How groups are made"),
        required=False,
        choices=[(mode, MODE_LABELS[mode]) for mode in GROUP_MODES],
        help_text=_("For new groups, and for those that begin with this activity."),
    )
    group_size = forms.IntegerField(
        label=_("People in a group"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def __init__(
        self, *args: Any, document: PlanDocument, kind: ActivityKind, spec: ActivitySpec, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.spec = kind, spec
        self._offer_profiles(document)
        self._offer_groups(document)
        asks = kind.questions != "none"
        if asks:
            self.fields["title"].help_text = gettext("A short name. Empty: the words of the question.")
        if not asks and not kind.per_group:
            del self.fields["privacy"], self.fields["off_record"]
        if not asks and not kind.has_results:
            del self.fields["results"]

    def _offer_profiles(self, document: PlanDocument) -> None:
        labels = [profile.label for profile in document.profiles if profile.label]
        labels += [label for label in self.spec.for_profiles if label not in labels]
        field = self.fields["for_profiles"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(label, label) for label in labels]
        if not labels:
            del self.fields["for_profiles"]

    def _offer_groups(self, document: PlanDocument) -> None:
        keys = _group_keys(document, self.spec)
        if not self.kind.per_group and not keys:
            for name in GROUPS:
                del self.fields[name]
            return
        field = self.fields["groups"]
        assert isinstance(field, forms.ChoiceField)
        nobody = [] if self.kind.per_group else [("", gettext("No groups"))]
        same = [(key, gettext("The groups “%(key)s”") % {"key": key}) for key in keys]
        field.choices = [*nobody, *same, (NEW_GROUPS, gettext("New groups"))]

    @staticmethod
    def initial_for(spec: ActivitySpec) -> dict[str, Any]:
        """The form's values for an activity."""
        same = {name: getattr(spec, name) for name in (*CommonForm.SAME, "title", "minutes")}
        made = spec.group_set_spec
        groups = {"group_mode": made.get("mode", "random"), "group_size": made.get("size", None if made else 5)}
        return {**same, "for_profiles": list(spec.for_profiles), "groups": spec.group_set, **groups}

    def group_set(self, document: PlanDocument) -> tuple[str, dict[str, Json]]:
        """The key of the group set and how it is made; {} where another activity says so. Call after ``is_valid``."""
        if "groups" not in self.fields:
            return self.spec.group_set, dict(self.spec.group_set_spec)
        chosen = self.cleaned_data["groups"]
        if not chosen:
            return "", {}
        begins = chosen == self.spec.group_set and self.spec.group_set_spec
        if chosen != NEW_GROUPS and not begins:
            return chosen, {}
        old = dict(self.spec.group_set_spec) if begins else {}
        made: dict[str, Json] = {**old, "mode": self.cleaned_data["group_mode"] or "random"}
        if self.cleaned_data["group_size"]:
            made["size"] = self.cleaned_data["group_size"]
            made.pop("count", None)
        return (_free_key(document) if chosen == NEW_GROUPS else chosen), made

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that everybody looks at."""
        return [self[name] for name in ("title", "minutes") if name in self.fields]

    @property
    def who(self) -> list[forms.BoundField]:
        """Who sees what, and the groups."""
        names = ("privacy", "audience", "results", *(GROUPS if self.kind.per_group else ()))
        return [self[name] for name in names if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """What is seldom changed."""
        names = (
            "pace",
            "for_profiles",
            *(() if self.kind.per_group else GROUPS),
            "optional",
            "keep_open",
            "off_record",
        )
        return [self[name] for name in names if name in self.fields]


def _group_keys(document: PlanDocument, spec: ActivitySpec) -> list[str]:
    named = [place.spec.group_set for place in places(document)]
    return list(dict.fromkeys(key for key in (*named, spec.group_set) if key and key != NEW_GROUPS))


def _free_key(document: PlanDocument) -> str:
    taken = {place.spec.group_set for place in places(document)}
    return next(key for key in ("groups", *(f"groups-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


class QuestionForm(forms.Form):
    """What every question has. The kind's own fields stand beside it."""

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of answer"))
    prompt = forms.CharField(label=_("Question"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 2}))
    objectives = forms.MultipleChoiceField(
        label=_("Gives evidence for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    privacy = forms.ChoiceField(label=_("Who sees this answer"), required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)

    def __init__(self, *args: Any, document: PlanDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[Any]] = {
            "kind": sorted(
                ((kind.slug, str(kind.label)) for kind in question_kinds), key=lambda each: each[1].casefold()
            ),
            "privacy": [("", gettext("As for the whole activity")), *PRIVACY_CHOICES],
            "objectives": [(str(n), f"{n}. {each.text}") for n, each in enumerate(document.objectives, 1)],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
        if not document.objectives:
            del self.fields["objectives"]

    @staticmethod
    def initial_for(question: QuestionSpec) -> dict[str, Any]:
        """The form's values for a question."""
        same = {name: getattr(question, name) for name in ("key", "kind", "prompt", "privacy", "required")}
        return {**same, "objectives": [str(number) for number in question.objectives]}
