"""The forms of a plan itself: import, title and facts, objectives, one phase. Activities have ``editor``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workshop.plans.checking import LONGEST_PHASE_TITLE, LONGEST_TITLE
from workshop.plans.edits import renumber_objectives
from workshop.plans.text import Concept, ObjectiveDoc, PhaseDoc, PlanDocument, ProfileDoc
from workshop.plans.text.document import LISTS
from workshop.plans.text.errors import MAX_MINUTES

#: As much of a file as is read; what is left without embedded pictures is limited to 1 MB by the reader.
MAX_FILE = 10 * 1024 * 1024
SUFFIXES = (".md", ".markdown", ".txt", ".text")
PHASE_KIND_CHOICES = (
    ("engage", _("Engage")),
    ("explore", _("Explore")),
    ("explain", _("Explain")),
    ("elaborate", _("Elaborate")),
    ("evaluate", _("Evaluate")),
    ("break", _("Break")),
    ("other", pgettext_lazy("phase", "Something else")),
)
LEVEL_CHOICES = (
    ("", _("No level")),
    ("remember", _("Remember")),
    ("understand", _("Understand")),
    ("apply", _("Apply")),
    ("analyze", _("Analyze")),
    ("evaluate", _("Evaluate")),
    ("create", _("Create")),
)
EXAMPLE = _(
    "# Title of your workshop\n\n**Duration:** 3 hours\n\n## Learning Objectives\n* …\n\n### Engage\n"
    "**Duration:** 30 minutes\n\n**Learner Activities:** …"
)
TOO_BIG = _("This text is too big for a plan: at most 1 MB without its pictures.")
#: What each plain list of a plan is called, and whether only staff see it.
LIST_LABELS = {
    "prior_knowledge": (_("Prior knowledge"), False),
    "materials": (_("Materials"), False),
    "cross_disciplinary": (_("Cross-disciplinary connections"), True),
    "applications": (_("Real-world applications"), True),
    "metacognition": (_("Metacognition"), True),
    "extensions": (_("Extension activities"), True),
    "safety": (_("Safety"), True),
    "reflection_learners": (_("Reflection questions for learners"), False),
    "reflection_facilitator": (_("Reflection questions for the facilitator"), True),
    "virtual": (_("Adaptations for virtual learning"), True),
    "resources": (_("Additional resources"), True),
}


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text field that holds one item a line; an indented line goes on with the item above it."""
    items: list[str] = []
    for line in text.splitlines():
        if line.startswith((" ", "\t")) and items and line.strip():
            items[-1] += "\n" + (line.removeprefix("  ") if line.startswith("  ") else line.strip())
        elif line.strip():
            items.append(line.strip())
    return tuple(items)


def text_of(items: Sequence[str]) -> str:
    """The items for a text field, one a line; further lines of an item are indented."""
    return "\n".join("\n".join(_indented(item)) for item in items)


def _indented(item: str) -> list[str]:
    first, *rest = item.split("\n") or [""]
    return [first, *(f"  {line}" for line in rest if line.strip())]


def area(rows: int, **attrs: str) -> forms.Textarea:
    """A text area of so many rows."""
    return forms.Textarea({"rows": rows, **attrs})


class ImportForm(forms.Form):
    """A plan as text: pasted, or as a file."""

    text = forms.CharField(
        label=_("Your plan"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            {
                "rows": 18,
                "class": "input source",
                "spellcheck": "false",
                "autocomplete": "off",
                "dir": "auto",
                "placeholder": EXAMPLE,
                "data-big": TOO_BIG,
            }
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("Markdown or plain text (.md, .txt), at most 1 MB without pictures."),
        widget=forms.FileInput({"accept": ",".join(SUFFIXES) + ",text/markdown,text/plain"}),
    )

    def clean_file(self) -> UploadedFile | None:
        """The file, when its name and size are those of a text."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        if not str(file.name).lower().endswith(SUFFIXES):
            raise forms.ValidationError(_("Choose a file that ends in .md or .txt."))
        if (file.size or 0) > MAX_FILE:
            raise forms.ValidationError(_("This file is too big: at most 10 MB with its pictures."))
        return file

    def clean(self) -> dict[str, Any]:
        """Refuse when there is neither a text nor a file."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not str(cleaned.get("text", "")).strip():
            raise forms.ValidationError(_("Paste your plan here, or choose a file."))
        return cleaned

    def source(self) -> bytes | str:
        """What to read; call after ``is_valid``. A file goes before pasted text."""
        file: UploadedFile | None = self.cleaned_data["file"]
        return bytes(file.read()) if file else str(self.cleaned_data["text"])


class PhaseForm(forms.Form):
    """One phase with its six fields, in Markdown."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_PHASE_TITLE)
    kind = forms.ChoiceField(label=_("Kind of phase"), choices=PHASE_KIND_CHOICES)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=MAX_MINUTES, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    facilitator_actions = forms.CharField(label=_("What you do"), required=False, widget=area(4))
    learner_activities = forms.CharField(label=_("What learners do"), required=False, widget=area(4))
    resources = forms.CharField(label=_("Resources used"), required=False, widget=area(3))
    differentiation = forms.CharField(label=_("Differentiation"), required=False, widget=area(3))
    technology = forms.CharField(
        label=_("Technology"),
        required=False,
        widget=area(3),
        help_text=_("A tool that you name here, a poll for instance, comes back as a proposal."),
    )
    notes = forms.CharField(label=_("Notes"), required=False, widget=area(4), help_text=_("Only staff see them."))

    @classmethod
    def initial_for(cls, phase: PhaseDoc) -> dict[str, Any]:
        """The form's values for a phase."""
        return {name: getattr(phase, name) for name in cls.base_fields}


class DetailsForm(forms.Form):
    """Title and facts of a plan. Lists have one item a line."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    stated_minutes = forms.IntegerField(
        label=_("Total time in minutes"),
        required=False,
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("What you have promised. The page tells you when the phases add up to something else."),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    audience = forms.CharField(label=_("Who it is for"), required=False, max_length=2_000, widget=area(2))
    key_concepts = forms.CharField(
        label=_("Key concepts"),
        required=False,
        widget=area(8),
        help_text=_("One a line. After a colon comes what it means: learners can tap it."),
    )

    profiles = forms.CharField(
        label=_("Backgrounds of learners"),
        required=False,
        widget=area(4),
        help_text=_("One a line. After a colon comes what you do for them. Learners can say which one is theirs."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, _staff) in LIST_LABELS.items():
            self.fields[name] = forms.CharField(label=label, required=False, widget=area(4))

    @staticmethod
    def initial_for(document: PlanDocument) -> dict[str, Any]:
        """The form's values for a plan."""
        concepts = [f"{each.term}: {each.meaning}" if each.meaning else each.term for each in document.key_concepts]
        profiles = [f"{each.label}: {each.text}" if each.text else each.label for each in document.profiles]
        own = {name: getattr(document, name) for name in ("title", "stated_minutes", "audience")}
        own |= {"key_concepts": text_of(concepts), "profiles": text_of(profiles)}
        return {**own, **{n: text_of(getattr(document, n)) for n in LISTS}}

    def changed(self, document: PlanDocument) -> PlanDocument:
        """The document with what was filled in; call after ``is_valid``."""
        values = self.cleaned_data
        # What nobody touched stays as it was, also where a text field cannot show it exactly (paragraphs in an item).
        before = self.initial_for(document)
        touched = {name for name in before if name in values and not _same(values[name], before[name])}
        lists: dict[str, Any] = {name: lines_of(values[name]) for name in LIST_LABELS if name in touched}
        concepts = tuple(Concept(*_two_parts(line)) for line in lines_of(values["key_concepts"]))
        profiles = tuple(ProfileDoc(*_two_parts(line)) for line in lines_of(values["profiles"]))
        return replace(
            document,
            title=values["title"],
            stated_minutes=values["stated_minutes"],
            audience=values["audience"],
            key_concepts=concepts if "key_concepts" in touched else document.key_concepts,
            profiles=profiles if "profiles" in touched else document.profiles,
            **lists,
        )


def _same(one: Any, other: Any) -> bool:
    """Whether two texts have the same lines; browsers send other line ends and no blank at the end."""
    lines = [[line.rstrip() for line in str(text or "").splitlines() if line.strip()] for text in (one, other)]
    return lines[0] == lines[1]


def _two_parts(line: str) -> tuple[str, str]:
    """The name before the first colon, and what stands behind it."""
    name, _colon, text = line.partition(": ")
    return name.strip(), text.strip()


class ObjectiveForm(forms.Form):
    """One objective. ``number`` is the one it had when the page was made, 0 for a new one."""

    number = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Objective"), required=False, max_length=2_000, widget=area(2))
    level = forms.ChoiceField(label=_("Bloom’s level"), required=False, choices=LEVEL_CHOICES)


class ObjectiveForms:
    """The objectives of a plan as rows of a form, with empty rows for new ones."""

    SPARE = 2
    MOST = 60

    def __init__(self, document: PlanDocument, data: Mapping[str, Any] | None = None) -> None:
        self.document = document
        known = len(document.objectives)
        count = self._posted(data, known) if data is not None else known + self.SPARE
        self.rows = [self._row(index, data) for index in range(count)]

    def _posted(self, data: Mapping[str, Any], known: int) -> int:
        return sum(1 for index in range(min(known + self.MOST, 500)) if f"o{index}-text" in data)

    def _row(self, index: int, data: Mapping[str, Any] | None) -> ObjectiveForm:
        initial: dict[str, Any] = {"number": 0}
        if index < len(self.document.objectives):
            objective = self.document.objectives[index]
            initial = {"number": index + 1, "text": objective.text, "level": objective.level}
        return ObjectiveForm(data, prefix=f"o{index}", initial=initial)

    def is_valid(self) -> bool:
        """Whether every row can be used."""
        return all([row.is_valid() for row in self.rows])  # noqa: C419 - every row is checked, so that all are marked

    def changed(self, document: PlanDocument) -> PlanDocument:
        """The document with these objectives. Questions keep the ones they give evidence for, by the new numbers."""
        kept = [row.cleaned_data for row in self.rows if row.cleaned_data["text"].strip()]
        objectives = tuple(self._objective(document, values) for values in kept)
        numbers = {values["number"]: new for new, values in enumerate(kept, 1) if values["number"]}
        return renumber_objectives(replace(document, objectives=objectives), numbers)

    @staticmethod
    def _objective(document: PlanDocument, values: Mapping[str, Any]) -> ObjectiveDoc:
        number, level = values["number"] or 0, values["level"]
        old = document.objectives[number - 1] if 1 <= number <= len(document.objectives) else None
        if old is not None and old.level == level:
            return replace(old, text=values["text"])
        return ObjectiveDoc(values["text"], level, level.capitalize())
