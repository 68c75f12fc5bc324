"""Between a plan as values (``PlanDocument``, ``ActivitySpec``) and a plan as rows.

A version's rows stand for the newest version of one lineage. ``store_document`` brings the rows of a lineage into the
state of a document and makes the next version; ``copy_version`` starts a session's own lineage; ``new_version`` keeps
the state of the rows after an edit as the next version. Everything is matched by its stable ``key``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pydantic import ValidationError

from workshop.kinds import ActivitySpec, Json, QuestionSpec, Refused, activity_kinds, question_kinds
from workshop.plans.models import PRIVACY, Activity, Objective, Phase, Plan, PlanVersion, Question

if TYPE_CHECKING:
    from workshop.accounts.models import User
    from workshop.plans.text.document import ObjectiveDoc, PhaseDoc, PlanDocument

#: Fields that an ``ActivitySpec`` and an ``Activity`` have under the same name and as the same kind of value.
ACTIVITY_FIELDS = (
    "kind",
    "title",
    "minutes",
    "privacy",
    "audience",
    "pace",
    "results",
    "optional",
    "keep_open",
    "off_record",
    "group_set",
)
PHASE_FIELDS = (
    "kind",
    "minutes",
    "facilitator_actions",
    "learner_activities",
    "resources",
    "differentiation",
    "technology",
    "notes",
)
_KEY_LENGTH = 60
_CHOICES: dict[str, tuple[str, ...]] = {
    "privacy": tuple(value for value, _label in PRIVACY),
    "audience": ("both", "screen", "phones"),
    "pace": ("led", "self"),
    "results": ("staff", "screen", "all"),
}


def document_of(version: PlanVersion) -> PlanDocument:
    """The plan of a version as values."""
    from workshop.plans.text.document import PlanDocument  # the parser is only needed where documents are

    return PlanDocument.from_json(version.document)


@transaction.atomic
def store_document(plan: Plan, document: PlanDocument, user: User | None, *, lineage: str = "") -> PlanVersion:
    """Make ``document`` the next version of the plan's lineage and bring the rows into its state.

    Rows whose key stays keep their ids; rows that the document no longer has are deleted.
    """
    document = document.tidy()
    version = _next_version(plan, lineage, document.to_json(), user)
    objectives = _store_objectives(version, document.objectives)
    kept: list[int] = []
    pairs = _matched_phases(version, document.phases)
    for position, (row, doc) in enumerate(pairs, 1):
        phase = _store_phase(version, row, doc, position)
        for place, spec in enumerate(doc.activities, 1):
            kept += _ids(write_activity(phase, spec, place, objectives=objectives))
    version.activities.exclude(pk__in=kept).delete()
    version.phases.exclude(pk__in=[row.pk for row, _doc in pairs]).delete()
    if not lineage:
        plan.title = document.title[:300] or plan.title
        plan.current = version
        plan.save(update_fields=("title", "current", "changed_at"))
    return version


@transaction.atomic
def new_version(version: PlanVersion, user: User | None) -> PlanVersion:
    """Keep the present state of the rows as the next version of the same lineage; the rows go over to it."""
    return _next_version(version.plan, version.lineage, document_from_rows(version).to_json(), user)


def document_from_rows(version: PlanVersion) -> PlanDocument:
    """The version's document with phases and activities as the rows have them now."""
    from workshop.plans.text.document import PhaseDoc

    specs: dict[int, list[ActivitySpec]] = {}
    rows = version.activities.filter(parent=None).order_by("phase__position", "position")
    for activity in rows.prefetch_related("questions__objectives", "children__questions__objectives"):
        specs.setdefault(activity.phase_id, []).append(spec_of(activity))
    phases = tuple(
        PhaseDoc(
            title=phase.title,
            activities=tuple(specs.get(phase.pk, ())),
            **{name: getattr(phase, name) for name in PHASE_FIELDS},
        )
        for phase in version.phases.order_by("position")
    )
    return replace(document_of(version), phases=phases)


@transaction.atomic
def copy_version(version: PlanVersion, lineage: str, user: User | None) -> PlanVersion:
    """A copy of the version and its rows as the first version of another lineage, with the same keys."""
    copy = PlanVersion.objects.create(
        plan=version.plan, lineage=lineage, number=1, document=version.document, created_by=user
    )
    objectives = {}
    for objective in version.objectives.all():
        objectives[objective.pk] = _clone(objective, version=copy)
    phases = {phase.pk: _clone(phase, version=copy) for phase in version.phases.all()}
    activities: dict[int, Activity] = {}
    sources = list(version.activities.prefetch_related("questions__objectives").order_by("parent_id", "pk"))
    # Those that stand inside another come after it.
    for source in sorted(sources, key=lambda each: each.parent_id is not None):
        parent = activities.get(source.parent_id) if source.parent_id else None
        target = _clone(source, version=copy, phase=phases[source.phase_id], parent=parent)
        activities[source.pk] = target
        _copy_questions(source, target, objectives)
        if source.kind in activity_kinds:
            activity_kinds.get(source.kind).copy(source, target)
    return copy


def check_spec(spec: ActivitySpec) -> None:
    """Refuse what cannot be written, before anything is: ``unknown_kind`` or ``bad_config`` with the field."""
    for name, values in _CHOICES.items():
        if getattr(spec, name) not in values:
            raise Refused("bad_config", _("“%(field)s” has a value that does not exist.") % {"field": name}, field=name)
    kind = activity_kinds.get(spec.kind)
    _checked(kind.load, spec.config)
    if not spec.title.strip():
        raise Refused("bad_config", _("It needs a title."), field="title")
    for question in spec.questions:
        _checked(question_kinds.get(question.kind).load, question.config)
    for child in spec.children:
        check_spec(child)


def write_activity(
    phase: Phase,
    spec: ActivitySpec,
    position: int,
    *,
    parent: Activity | None = None,
    objectives: Mapping[int, Objective] | None = None,
    activity: Activity | None = None,
) -> Activity:
    """Write a spec as rows: a new activity, or over the one of the same key (or the one given).

    ``objectives``: the version's objectives by number; read when missing. ``parent``: it stands inside that one.

    Raises:
        Refused: ``unknown_kind`` or ``bad_config``.
    """
    if objectives is None:
        objectives = {row.position: row for row in Objective.objects.filter(version=phase.version_id)}
    kind = activity_kinds.get(spec.kind)
    row = activity or _found(phase, spec) or Activity(key=_free_key(phase, spec))
    for name in ACTIVITY_FIELDS:
        setattr(row, name, getattr(spec, name))
    row.title = spec.title[:300]
    config = _checked(kind.load, spec.config)
    row.config = kind.revise(row.config, config) if row.pk else config
    row.config_version = kind.schema_version
    row.for_profiles = list(spec.for_profiles)
    row.group_set_spec = dict(spec.group_set_spec)
    row.version_id, row.phase, row.parent, row.position = phase.version_id, phase, parent, position
    row.save()
    _write_questions(row, spec.questions, objectives)
    for place, child in enumerate(spec.children, 1):
        write_activity(phase, child, place, parent=row, objectives=objectives)
    return row


def spec_of(activity: Activity) -> ActivitySpec:
    """The spec that would write this activity; prefetch ``questions__objectives`` and the same of ``children``."""
    return ActivitySpec(
        key=activity.key,
        config=activity.config,
        questions=tuple(_question_spec(question) for question in activity.questions.all()),
        for_profiles=tuple(activity.for_profiles),
        group_set_spec=activity.group_set_spec,
        children=tuple(spec_of(child) for child in sorted(activity.children.all(), key=lambda each: each.position)),
        **{name: getattr(activity, name) for name in ACTIVITY_FIELDS},
    )


def _next_version(plan: Plan, lineage: str, document: dict[str, Json], user: User | None) -> PlanVersion:
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    before = PlanVersion.objects.filter(plan=plan, lineage=lineage).order_by("-number").first()
    version = PlanVersion.objects.create(
        plan=plan, lineage=lineage, number=before.number + 1 if before else 1, document=document, created_by=user
    )
    if before is not None:
        for rows in (Phase, Activity, Objective):
            rows.objects.filter(version=before).update(version=version)
    return version


def _store_objectives(version: PlanVersion, docs: Sequence[ObjectiveDoc]) -> dict[int, Objective]:
    version.objectives.filter(position__gt=len(docs)).delete()
    rows: dict[int, Objective] = {}
    for number, doc in enumerate(docs, 1):
        rows[number], _made = Objective.objects.update_or_create(
            version=version, key=f"o{number}", defaults={"position": number, "text": doc.text, "level": doc.level}
        )
    return rows


def _matched_phases(version: PlanVersion, docs: Sequence[PhaseDoc]) -> list[tuple[Phase, PhaseDoc]]:
    """Each phase of the document with its row: the one of the same title, else the next left over, else a new one."""
    rows = list(version.phases.order_by("position"))
    by_title: dict[str, list[Phase]] = {}
    for row in rows:
        by_title.setdefault(row.title, []).append(row)
    found = [by_title[doc.title].pop(0) if by_title.get(doc.title) else None for doc in docs]
    # A phase whose title is new takes the row of one that is gone: it was renamed.
    left = [row for row in rows if row not in found]
    taken = {row.key for row in rows}
    pairs: list[tuple[Phase, PhaseDoc]] = []
    for same, doc in zip(found, docs, strict=True):
        phase = same if same is not None else left.pop(0) if left else Phase(key=_unused(doc.title, taken))
        taken.add(phase.key)
        pairs.append((phase, doc))
    return pairs


def _store_phase(version: PlanVersion, row: Phase, doc: PhaseDoc, position: int) -> Phase:
    row.version, row.position, row.title = version, position, doc.title[:200]
    for name in PHASE_FIELDS:
        setattr(row, name, getattr(doc, name))
    row.save()
    return row


def _write_questions(activity: Activity, specs: Sequence[QuestionSpec], objectives: Mapping[int, Objective]) -> None:
    rows = {row.key: row for row in activity.questions.all()} if activity.pk else {}
    keys = _question_keys(specs, set(rows))
    for position, (key, spec) in enumerate(zip(keys, specs, strict=True), 1):
        kind = question_kinds.get(spec.kind)
        row = rows.pop(key, None) or Question(activity=activity, key=key)
        config = _checked(kind.load, spec.config)
        row.config = kind.revise(row.config, config) if row.pk and row.kind == spec.kind else config
        row.kind, row.config_version, row.prompt = spec.kind, kind.schema_version, spec.prompt
        row.position, row.privacy, row.required = position, spec.privacy, spec.required
        row.save()
        row.objectives.set([objectives[number] for number in spec.objectives if number in objectives])
    Question.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()


def _question_keys(specs: Sequence[QuestionSpec], stored: set[str]) -> list[str]:
    """A key for every question; one without takes the key of its place, so that editing words keeps it."""
    taken = {spec.key for spec in specs if spec.key}
    keys: list[str] = []
    for number, spec in enumerate(specs, 1):
        key = spec.key or (f"q{number}" if f"q{number}" not in taken else _unused("q", taken | stored))
        taken.add(key)
        keys.append(key)
    return keys


def _question_spec(question: Question) -> QuestionSpec:
    return QuestionSpec(
        kind=question.kind,
        prompt=question.prompt,
        config=question.config,
        key=question.key,
        privacy=question.privacy,
        required=question.required,
        objectives=tuple(sorted(objective.position for objective in question.objectives.all())),
    )


def _checked(load: Any, config: Mapping[str, Json]) -> dict[str, Json]:
    """The config as its kind understands it, with everything filled in that the kind fills in (ids of options)."""
    try:
        stored: dict[str, Json] = load(config).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = _("“%(field)s” does not fit: %(reason)s") % {"field": where, "reason": first["msg"]}
        raise Refused("bad_config", message, field=where) from None
    return stored


def _found(phase: Phase, spec: ActivitySpec) -> Activity | None:
    return Activity.objects.filter(version=phase.version_id, key=spec.key).first() if spec.key else None


def _free_key(phase: Phase, spec: ActivitySpec) -> str:
    if spec.key:
        return spec.key
    taken = set(Activity.objects.filter(version=phase.version_id).values_list("key", flat=True))
    return _unused(spec.title or spec.kind, taken)


def _unused(text: str, taken: set[str]) -> str:
    base = slugify(text)[:_KEY_LENGTH] or "x"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def _ids(activity: Activity) -> Iterable[int]:
    """The activity and everything that stands inside it, however deep."""
    return [activity.pk, *(pk for child in activity.children.all() for pk in _ids(child))]


def _clone(row: Any, **changes: Any) -> Any:
    fields = row._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in fields if not field.primary_key})
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save()
    return copy


def _copy_questions(source: Activity, target: Activity, objectives: Mapping[int, Objective]) -> None:
    for question in source.questions.all():
        copy = _clone(question, activity=target)
        copy.objectives.set([objectives[objective.pk] for objective in question.objectives.all()])
