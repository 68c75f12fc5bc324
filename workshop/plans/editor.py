"""The form of one activity: what all kinds share, the kind's own ``Editor``, and its questions with theirs.

The page posts the whole form with a button's ``do``: ``save`` checks and stores, every other word (add, remove, move a
question, another kind of question) only draws the form again with what was typed. So it works without script, and
with htmx only the part with the questions is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from workshop.bundles import sent_as
from workshop.kinds import (
    ActivityKind,
    ActivitySpec,
    EditorForm,
    Json,
    QuestionSpec,
    Refused,
    activity_kinds,
    question_kinds,
)
from workshop.plans.checking import check_activity, sentence
from workshop.plans.common_form import NEW_GROUPS, CommonForm, QuestionForm
from workshop.plans.models import Plan
from workshop.plans.text import PlanDocument
from workshop.plans.text.errors import MAX_QUESTIONS

Files = MultiValueDict[str, Any]
_TOKEN = re.compile(r"[0-9]{1,4}", re.ASCII)
_ACT = re.compile(r"(remove|up|down):([0-9]{1,4})", re.ASCII)


@dataclass(slots=True)
class QuestionEditor:
    """One question in the form. ``token`` names its inputs, whatever its place is."""

    token: str
    form: QuestionForm
    config: EditorForm
    kind: str

    @property
    def multipart(self) -> bool:
        """Whether it takes a file."""
        return self.config.is_multipart()


class ActivityEditor:
    """The form of an activity, empty, filled from a spec, or filled with what was posted.

    Args:
        document: the plan it stands in (objectives, profiles, group sets).
        spec: the activity as it is, or as it is proposed.
        data: a posted form, None for a first look.
    """

    def __init__(
        self, document: PlanDocument, spec: ActivitySpec, data: QueryDict | None = None, files: Files | None = None
    ) -> None:
        self.document, self.spec = document, spec
        self.kind: ActivityKind = activity_kinds.get(spec.kind)
        self.data, self.files = data, files
        self.redraw = data is not None and data.get("do", "save") != "save"
        self.common = _made(
            CommonForm, self, "a", CommonForm.initial_for(spec), document=document, kind=self.kind, spec=spec
        )
        self.config = _made(self.kind.Editor, self, "c", self.kind.Editor.initial_for(spec.config))
        self.questions = self._questions() if self.kind.questions != "none" else []
        if self.redraw and data is not None:
            self._act(str(data.get("do")))

    @property
    def several(self) -> bool:
        """Whether questions can be added and removed."""
        return self.kind.questions == "many"

    @property
    def multipart(self) -> bool:
        """Whether the form takes a file."""
        return self.config.is_multipart() or any(question.multipart for question in self.questions)

    @property
    def has_config(self) -> bool:
        """Whether the kind asks for anything itself."""
        return bool(self.config.fields)

    @property
    def styles(self) -> list[str]:
        """Style sheets that the preview of any kind of question needs."""
        return _files([self.kind, *question_kinds], "styles")

    @property
    def modules(self) -> list[str]:
        """ES modules that the preview of any kind of question needs."""
        return _files([self.kind, *question_kinds], "modules")

    def _questions(self) -> list[QuestionEditor]:
        if self.data is None:
            specs = self.spec.questions or (_empty_question(_usual(self.kind)),)
            return [self._question(str(number), spec) for number, spec in enumerate(specs)]
        tokens = [token for token in self.data.getlist("q") if _TOKEN.fullmatch(token)]
        unique = list(dict.fromkeys(tokens))[: MAX_QUESTIONS if self.several else 1]
        return [self._question(token, self._stored(token)) for token in unique]

    def _stored(self, token: str) -> QuestionSpec:
        """The question as it was, for a posted one; its key is the only thing that is taken from it."""
        assert self.data is not None
        key = self.data.get(f"q{token}-key", "")
        known = {question.key: question for question in self.spec.questions if question.key}
        return known.get(key) or replace(_empty_question(), kind=_known_kind(self.data.get(f"q{token}-kind", "")))

    def _question(self, token: str, spec: QuestionSpec) -> QuestionEditor:
        prefix = f"q{token}"
        slug = spec.kind
        if self.data is not None:
            slug = _known_kind(self.data.get(f"{prefix}-kind", slug))
        kind = question_kinds.get(slug)
        stored = spec.config if slug == spec.kind else {}
        form = _made(QuestionForm, self, prefix, QuestionForm.initial_for(spec), document=self.document)
        # Of a kind that was just chosen the form holds nothing yet: only what means the same is taken over.
        was = self.data.get(f"{prefix}-was", slug) if self.data is not None else slug
        before = question_kinds.get(was).Editor if was != slug and was in question_kinds else None
        config = _made(kind.Editor, self, f"{prefix}-c", kind.Editor.initial_for(stored), before=before)
        return QuestionEditor(token, form, config, slug)

    def _act(self, do: str) -> None:
        if do == "add" and self.several and len(self.questions) < MAX_QUESTIONS:
            free = max((int(question.token) for question in self.questions), default=-1) + 1
            new = _empty_question(self.questions[-1].kind if self.questions else "")
            editor = ActivityEditor(self.document, replace(self.spec, questions=(new,)))
            self.questions.append(editor._question(str(free), new))
            return
        found = _ACT.fullmatch(do)
        at = next((i for i, q in enumerate(self.questions) if found and q.token == found[2]), None)
        if found is None or at is None or not self.several:
            return
        question = self.questions.pop(at)
        if found[1] != "remove":
            to = at - 1 if found[1] == "up" else at + 1
            self.questions.insert(min(max(to, 0), len(self.questions)), question)

    def is_valid(self) -> bool:
        """Check every part, and all together as a plan would; errors stand beside their fields."""
        if self.data is None or self.redraw:
            return False
        parts: list[forms.Form] = [self.common, self.config]
        parts += [part for question in self.questions for part in (question.form, question.config)]
        if not all([part.is_valid() for part in parts]):  # noqa: C419 - every part is checked, so that all are marked
            return False
        if not all([_fits(self.kind, self.config), *(_fits_question(q) for q in self.questions)]):
            return False
        try:
            check_activity(self.result())
        except Refused as refusal:
            self.common.add_error(None, str(refusal.message))
            return False
        return True

    def result(self) -> ActivitySpec:
        """The activity that was filled in; call after ``is_valid``. What stands inside it stays as it is."""
        values = self.common.cleaned_data
        questions = tuple(self._question_spec(question) for question in self.questions)
        key, group_spec = self.common.group_set(self.document)
        title = values["title"].strip() or (questions[0].prompt[:300] if questions else str(self.kind.label))
        return replace(
            self.spec,
            title=title,
            config=_shortest(self.kind.Config, self.config.config(), self.spec.config),
            questions=questions,
            minutes=values["minutes"],
            group_set=key,
            group_set_spec=group_spec,
            for_profiles=tuple(values.get("for_profiles", self.spec.for_profiles)),
            **{name: values[name] for name in CommonForm.SAME if name in values},
        )

    def keep(self, plan: Plan) -> None:
        """Store what was uploaded with the form; call after ``is_valid``, in the transaction that stores the rest."""
        for form in (self.config, *(question.config for question in self.questions)):
            form.keep(plan)

    def _question_spec(self, question: QuestionEditor) -> QuestionSpec:
        values = question.form.cleaned_data
        known = {each.key: each for each in self.spec.questions if each.key}
        before = known.get(values["key"])
        stored = before.config if before and before.kind == question.kind else {}
        return QuestionSpec(
            kind=question.kind,
            prompt=values["prompt"].strip(),
            config=_shortest(question_kinds.get(question.kind).Config, question.config.config(), stored),
            key=before.key if before else "",
            privacy=values["privacy"],
            required=values["required"],
            objectives=tuple(sorted(int(number) for number in values.get("objectives", ()))),
        )


def _files(kinds: Iterable[Any], field: str) -> list[str]:
    return sent_as(path for kind in kinds for path in getattr(kind, field))


def blank(kind: ActivityKind) -> ActivitySpec:
    """An activity to begin with: as the kind's first example is set up, but without its words and questions."""
    example = kind.examples()[0]
    return ActivitySpec(
        kind=kind.slug,
        title="",
        privacy=example.privacy,
        audience=example.audience,
        pace=example.pace,
        group_set=NEW_GROUPS if kind.per_group else "",
    )


def _shortest(schema: type[BaseModel], config: dict[str, Json], old: Mapping[str, Json]) -> dict[str, Json]:
    """The config as a person would write it in a plan: what the schema fills in by itself only where it stood before."""
    fields = schema.model_fields
    return {
        name: value
        for name, value in config.items()
        if name in old
        or name not in fields
        or fields[name].is_required()
        or fields[name].get_default(call_default_factory=True, validated_data={}) != value
    }


def _empty_question(slug: str = "") -> QuestionSpec:
    return QuestionSpec(kind=slug or question_kinds.slugs()[0], prompt="")


def _usual(kind: ActivityKind) -> str:
    """The kind of question with which people begin: that of the activity's first example."""
    return next((asked.kind for example in kind.examples() for asked in example.questions), "")


def _known_kind(slug: str) -> str:
    return slug if slug in question_kinds else question_kinds.slugs()[0]


def _made(
    form: type[Any],
    editor: ActivityEditor,
    prefix: str,
    initial: dict[str, Any],
    *,
    before: type[EditorForm] | None = None,
    **more: Any,
) -> Any:
    """A form: unbound, bound to what was posted, or unbound with what was posted as its initial values.

    The last is for drawing it again: half a form is no mistake yet. ``before``: the form in whose place it stands; what
    was typed there stays in fields of the same name and label.
    """
    if editor.data is None:
        return form(prefix=prefix, initial=initial, **more)
    if not editor.redraw:
        return form(editor.data, editor.files, prefix=prefix, initial=initial, **more)
    empty = form(prefix=prefix, initial=initial, **more)
    typed = {
        name: field.widget.value_from_datadict(editor.data, editor.files or MultiValueDict(), f"{prefix}-{name}")
        for name, field in empty.fields.items()
        if not isinstance(field, forms.FileField)
        and (before is None or _same_field(before, name, field, editor, prefix))
    }
    return form(prefix=prefix, initial={**initial, **typed}, **more)


def _same_field(before: type[EditorForm], name: str, field: forms.Field, editor: ActivityEditor, prefix: str) -> bool:
    """Whether a posted value of the form before means the same in this field."""
    old = before.base_fields.get(name)
    posted = editor.data is not None and f"{prefix}-{name}" in editor.data
    return posted and old is not None and str(old.label) == str(field.label)


def _fits(kind: ActivityKind, form: EditorForm) -> bool:
    try:
        kind.load(form.config())
    except ValidationError as error:
        form.add_error(None, sentence(error))
        return False
    return True


def _fits_question(question: QuestionEditor) -> bool:
    try:
        question_kinds.get(question.kind).load(question.config.config())
    except ValidationError as error:
        question.config.add_error(None, sentence(error))
        return False
    return True


def error_summary(editor: ActivityEditor) -> str:
    """One sentence above the form when something is missing."""
    parts = [editor.common, editor.config, *(p for q in editor.questions for p in (q.form, q.config))]
    count = sum(len(part.errors) for part in parts)
    return (
        _("Nothing is saved yet: look at the %(n)d places marked below.") % {"n": count}
        if count > 1
        else _("Nothing is saved yet: look at the place marked below.")
    )
