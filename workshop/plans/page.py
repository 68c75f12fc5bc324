"""The plan page as values: the running clock, cards, proposals, objectives with their evidence, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from workshop.kinds import ActivitySpec
from workshop.plans.clock import Stretch, clock_text, length_text, minute_of_day, ribbon, running_clock
from workshop.plans.forms import LEVEL_CHOICES, LIST_LABELS, PHASE_KIND_CHOICES
from workshop.plans.models import Plan
from workshop.plans.offers import Offer, dismissed, offers_for
from workshop.plans.operations import newest
from workshop.plans.text import AssessmentDoc, ExtraDoc, PhaseDoc, PlanDocument, PlanWarning, ProfileDoc, warnings_for

#: The fields of a phase under the names that its page shows.
PHASE_FIELDS = (
    ("facilitator_actions", _("What you do")),
    ("learner_activities", _("What learners do")),
    ("resources", _("Resources used")),
    ("differentiation", _("Differentiation")),
    ("technology", _("Technology")),
    ("notes", _("Notes")),
)
#: Plain lists with their headings.
Lists: TypeAlias = list[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Card:
    """An activity as the plan page shows it, with what stands inside it."""

    spec: ActivitySpec
    evidence: tuple[int, ...]
    empty: bool
    inner: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """A phase in the running clock."""

    index: int
    phase: PhaseDoc
    begins: str
    kind_label: str
    first: bool
    last: bool
    cards: list[Card]
    offers: list[Offer]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Its texts, those that are filled in."""
        return [(str(label), text) for name, label in PHASE_FIELDS if (text := getattr(self.phase, name))]

    @property
    def lead(self) -> str:
        """The line below its title: what learners do, else what the facilitator does."""
        text = self.phase.learner_activities or self.phase.facilitator_actions
        return text.split("\n", 1)[0]

    @property
    def number(self) -> int:
        """Its number for people."""
        return self.index + 1

    @property
    def planned(self) -> int:
        """Minutes that its activities take together."""
        return sum(card.spec.minutes or 0 for card in self.cards)


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective and the activities that give evidence for it."""

    number: int
    text: str
    level: str
    activities: list[ActivitySpec]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything the plan page shows."""

    document: PlanDocument
    number: int
    begins: str
    ends: str
    ribbon: list[Stretch]
    beats: list[Beat]
    objectives: list[ObjectiveRow]
    warnings: list[PlanWarning]
    dismissed: int
    lists: Lists = field(default_factory=list)
    staff_lists: Lists = field(default_factory=list)

    @property
    def total(self) -> int:
        """Planned minutes."""
        return self.document.total_minutes

    @property
    def length(self) -> str:
        """Planned time in words."""
        return length_text(self.total)

    @property
    def difference(self) -> int:
        """Minutes more (or fewer) than stated; 0 when nothing is stated."""
        return self.total - self.document.stated_minutes if self.document.stated_minutes else 0

    @property
    def spare(self) -> int:
        """Minutes fewer than stated."""
        return -self.difference

    @property
    def begins_value(self) -> str:
        """When it begins, as an input of type time wants it."""
        return self.begins.zfill(5)

    @property
    def strip(self) -> list[tuple[Stretch, Beat]]:
        """The ribbon with the phases in it."""
        return list(zip(self.ribbon, self.beats, strict=True))

    @property
    def offers(self) -> int:
        """How many proposals wait."""
        return sum(len(beat.offers) for beat in self.beats)

    @property
    def assessments(self) -> tuple[AssessmentDoc, ...]:
        """Methods of assessment."""
        return self.document.assessments

    @property
    def profiles(self) -> tuple[ProfileDoc, ...]:
        """Backgrounds of learners."""
        return self.document.profiles

    @property
    def extras(self) -> tuple[ExtraDoc, ...]:
        """Parts of the file that the format does not know."""
        return self.document.extras


def plan_view(plan: Plan, begins: str = "") -> PlanPage:
    """The page of a plan whose ``current`` is loaded; ``begins`` is a time of day such as ``9:30``."""
    version = newest(plan)
    document = PlanDocument.from_json(version.document)
    start = minute_of_day(begins)
    minutes = [phase.minutes for phase in document.phases]
    times = running_clock(minutes, start)
    shared, staff = _lists(document)
    return PlanPage(
        document=document,
        number=version.number,
        begins=clock_text(start),
        ends=times[-1],
        ribbon=ribbon(minutes),
        beats=list(_beats(plan, document, times)),
        objectives=_objectives(document),
        warnings=list(warnings_for(document)),
        dismissed=len(dismissed(document, plan.settled_proposals)),
        lists=shared,
        staff_lists=staff,
    )


def _beats(plan: Plan, document: PlanDocument, times: list[str]) -> Iterator[Beat]:
    offers = offers_for(document, plan.settled_proposals)
    labels = dict(PHASE_KIND_CHOICES)
    for index, phase in enumerate(document.phases):
        yield Beat(
            index=index,
            phase=phase,
            begins=times[index],
            kind_label=str(labels.get(phase.kind, "")),
            first=index == 0,
            last=index == len(document.phases) - 1,
            cards=[_card(spec) for spec in phase.activities],
            offers=[offer for offer in offers if offer.phase == index],
        )


def _card(spec: ActivitySpec) -> Card:
    numbers = sorted({number for question in spec.questions for number in question.objectives})
    empty = any(not question.prompt.strip() for question in spec.questions)
    return Card(spec, tuple(numbers), empty, tuple(_card(child) for child in spec.children))


def _objectives(document: PlanDocument) -> list[ObjectiveRow]:
    evidence: defaultdict[int, list[ActivitySpec]] = defaultdict(list)
    waiting = [spec for phase in document.phases for spec in phase.activities]
    for spec in waiting:
        for number in sorted({n for question in spec.questions for n in question.objectives}):
            evidence[number].append(spec)
        waiting.extend(spec.children)
    levels = dict(LEVEL_CHOICES)
    return [
        ObjectiveRow(number, each.text, str(levels[each.level]) if each.level else each.level_text, evidence[number])
        for number, each in enumerate(document.objectives, 1)
    ]


def _lists(document: PlanDocument) -> tuple[Lists, Lists]:
    shared: Lists = []
    staff: Lists = []
    for name, (label, only_staff) in LIST_LABELS.items():
        items: tuple[str, ...] = getattr(document, name)
        if items:
            (staff if only_staff else shared).append((str(label), items))
    return shared, staff
