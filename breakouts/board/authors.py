"""Whose card it is: known, known by nickname, or known to the writer's own device alone."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.questions.authors import SECRET_BYTES, TAGGED

if TYPE_CHECKING:
    from workshop.live.access import Actor


def sign(actor: Actor, privacy: str, salt: str, activity: int) -> str:
    """The author to store for a new card.

    On an anonymous board every card gets a mark of its own, an HMAC under the writer's secret over ``salt``: two cards
    of one person have nothing in common, and only that person's device can prove that one is its own.

    Raises:
        Refused: ``no_secret`` without a secret: better no card than one under a name.
    """
    # A practice learner is nobody: what it writes is known as such, and leaves with no export.
    if actor.role != "learner" or actor.simulated or privacy not in TAGGED:
        return actor.key
    if len(actor.secret) < SECRET_BYTES:
        raise Refused("no_secret", _("Please join again on this device to write without your name."))
    return f"x:{salt}:{_mark(actor, salt, activity)}"


def is_author(actor: Actor, author: str, activity: int) -> bool:
    """Whether the actor wrote the card with this stored author."""
    if not author.startswith("x:"):
        return author == actor.key
    salt, _colon, mark = author[2:].partition(":")
    return bool(mark and actor.secret) and hmac.compare_digest(mark, _mark(actor, salt, activity))


def _mark(actor: Actor, salt: str, activity: int) -> str:
    message = f"card:{actor.session}:{activity}:{salt}".encode()
    return hmac.digest(actor.secret, message, "sha256").hex()[:32]
