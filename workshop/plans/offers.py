"""Proposals that still wait for somebody to accept or dismiss them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Refused, activity_kinds
from workshop.plans.text import PhaseDoc, PhaseProposal, PlanDocument, proposals_for


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal under a stable id.

    Args:
        phase: place of the phase that it would be added to, from 0.
        line: the words of the plan that suggested it.
        because: the kind's reason in plain words.
    """

    id: str
    phase: int
    spec: ActivitySpec
    line: str
    because: str

    @property
    def label(self) -> str:
        """What kind of activity it would be."""
        return str(activity_kinds.get(self.spec.kind).label)


def offers_for(document: PlanDocument, settled: Collection[str]) -> list[Offer]:
    """What the kinds propose and nobody has accepted or dismissed, in the order of the phases.

    Kinds propose for phases without activities. A phase whose proposals somebody has begun to settle, or to which
    something was added by hand, keeps offering the rest.
    """
    return [offer for offer in _fitting(document, settled) if offer.id not in settled]


def dismissed(document: PlanDocument, settled: Collection[str]) -> list[Offer]:
    """Proposals that were settled and are not in the plan: they can be offered again."""
    return [offer for offer in _fitting(document, settled) if offer.id in settled]


def again(document: PlanDocument, settled: Collection[str]) -> list[str]:
    """What is noted when everything dismissed is offered again: only which phases are worked on already."""
    begun = _begun(document, settled, _all_offers(document))
    return [mark(phase) for index, phase in enumerate(document.phases) if index in begun]


def _all_offers(document: PlanDocument) -> list[tuple[Offer, str]]:
    bare = replace(document, phases=tuple(replace(phase, activities=()) for phase in document.phases))
    return list(_numbered(proposals_for(bare)))


def _begun(document: PlanDocument, settled: Collection[str], offers: Collection[tuple[Offer, str]]) -> set[int]:
    marked = {index for index, phase in enumerate(document.phases) if mark(phase) in settled}
    return marked | {offer.phase for offer, _field in offers if offer.id in settled}


def _fitting(document: PlanDocument, settled: Collection[str]) -> list[Offer]:
    """Proposals of the phases that get any, without those that stand in the plan under the same title."""
    offers = _all_offers(document)
    begun = _begun(document, settled, offers)
    there = {(i, spec.kind, spec.title) for i, phase in enumerate(document.phases) for spec in phase.activities}
    empty = {index for index, phase in enumerate(document.phases) if not phase.activities}
    untouched = len(empty) == len(document.phases)
    return [
        offer
        for offer, field in offers
        if (offer.phase, offer.spec.kind, offer.spec.title) not in there
        and ((untouched or begun) if field == "assessment" else offer.phase in begun | empty)
    ]


def _numbered(proposals: Collection[PhaseProposal]) -> Iterator[tuple[Offer, str]]:
    """Each proposal with an id made of the words that led to it; the same words again get the next number.

    Its own words are left out: they are in the language of whoever looks, and a colleague may have settled it in another.
    """
    seen: Counter[str] = Counter()
    for each in proposals:
        spec = each.proposal.spec
        words = f"{each.field}\n{each.line_text}\n{spec.kind}"
        seen[words] += 1
        digest = hashlib.sha256(f"{words}\n{seen[words]}".encode()).hexdigest()[:16]
        yield Offer(digest, each.phase_index, spec, each.line_text, str(each.proposal.because)), each.field


def mark(phase: PhaseDoc) -> str:
    """What is noted beside settled proposals when somebody adds an activity of their own to a phase without any."""
    return "own:" + hashlib.sha256(phase.title.encode()).hexdigest()[:16]


def offer_of(document: PlanDocument, settled: Collection[str], offer_id: str) -> Offer:
    """The waiting proposal of that id. Raises Refused ``gone`` when it is settled or its words were changed."""
    for offer in offers_for(document, settled):
        if offer.id == offer_id:
            return offer
    raise Refused(
        "gone", _("This proposal is no longer there: it was accepted or dismissed, or its phase has changed.")
    )
