"""Decks: storing an uploaded PDF in a plan, and finding its pages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from workshop.content.slides.models import SlidePage
from workshop.content.slides.pdf import Picture, draw
from workshop.kinds import Json
from workshop.live.models import Upload
from workshop.plans.models import Plan

MEDIA_TYPE = "image/webp"
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Deck:
    """A stored PDF. ``config()`` goes into the activity's config."""

    key: str
    pages: int
    name: str

    def config(self) -> dict[str, Json]:
        """The part of ``SlidesConfig`` that names the deck."""
        return {"deck": self.key, "pages": self.pages, "name": self.name}


def store_pdf(plan: Plan, data: bytes, name: str) -> Deck:
    """Turn a PDF into pictures and keep them in the plan; all or nothing.

    Args:
        plan: whose deck it becomes; the same PDF a second time changes nothing.
        data: the file, at most 20 MB.
        name: its name, for people.

    Raises:
        Refused: with a sentence, see ``pdf.draw``. Nothing is stored then.
    """
    known = SlidePage.objects.filter(plan=plan, deck=key_of(data)).count()
    if known:
        return Deck(key_of(data), known, tidy_name(name))
    return keep(plan, data, name, draw(data))


@transaction.atomic
def keep(plan: Plan, data: bytes, name: str, pictures: list[Picture]) -> Deck:
    """Store pages that were drawn already."""
    deck = Deck(key_of(data), len(pictures), tidy_name(name))
    # Somebody may upload the same file at this moment: the plan's row orders them.
    Plan.objects.select_for_update().get(pk=plan.pk)
    if not SlidePage.objects.filter(plan=plan, deck=deck.key).exists():
        SlidePage.objects.bulk_create(_page(plan, deck, picture) for picture in pictures)
    return deck


def _page(plan: Plan, deck: Deck, picture: Picture) -> SlidePage:
    image = _upload(plan, picture.data, f"{deck.name} {picture.number}"[:NAME_LIMIT])
    return SlidePage(
        plan=plan,
        deck=deck.key,
        number=picture.number,
        image=image,
        width=picture.width,
        height=picture.height,
        text=picture.text,
    )


def _upload(plan: Plan, data: bytes, name: str) -> Upload:
    """The stored file of that content; equal pages (empty ones) share it."""
    upload, _made = Upload.objects.get_or_create(
        plan=plan,
        sha256=hashlib.sha256(data).hexdigest(),
        defaults={"media_type": MEDIA_TYPE, "size": len(data), "name": name, "data": data},
    )
    return upload


def copy_deck(key: str, source: Plan, target: Plan) -> None:
    """Have the pages of a deck in another plan too."""
    if source.pk == target.pk or SlidePage.objects.filter(plan=target, deck=key).exists():
        return
    for page in SlidePage.objects.filter(plan=source, deck=key).select_related("image"):
        image = _upload(target, bytes(page.image.data), page.image.name)
        page.pk, page.plan, page.image = None, target, image
        page.save(force_insert=True)


def pages_of(plan: Plan, key: str) -> QuerySet[SlidePage]:
    """The pages of a deck by number, without the pictures' bytes.

    A plan that came as text from another plan of the same organisation names a deck that it does not hold itself.
    """
    if not key:
        return SlidePage.objects.none()
    own = SlidePage.objects.filter(plan=plan, deck=key)
    if not own.exists():
        kin = SlidePage.objects.filter(plan__organisation=plan.organisation_id, deck=key).order_by("plan").first()
        own = SlidePage.objects.filter(plan=kin.plan_id, deck=key) if kin else SlidePage.objects.none()
    return own.select_related("image").defer("image__data").order_by("number")


def key_of(data: bytes) -> str:
    """The key of a PDF's deck."""
    return hashlib.sha256(data).hexdigest()[:32]


def tidy_name(name: str) -> str:
    """A file name for people: no folders, no control characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = re.sub(r"\s+", " ", "".join(c for c in last if c.isprintable())).strip()
    return shown[:NAME_LIMIT] or "slides.pdf"
