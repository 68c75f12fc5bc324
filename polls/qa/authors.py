"""Whose question or vote it is: a person's, or one that only the person's own device knows as its own."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.questions.authors import SECRET_BYTES, TAGGED

if TYPE_CHECKING:
    from workshop.live.access import Actor

What = Literal["ask", "vote"]


def mark(secret: bytes, what: What, session: int, activity: int) -> str:
    """``x:`` and an HMAC under the participant's own secret; a person's questions and votes have different ones."""
    message = f"{what}:{session}:{activity}".encode()
    return "x:" + hmac.digest(secret, message, "sha256").hex()


def author_of(actor: Actor, what: What, privacy: str, activity: int, *, nameless: bool = False) -> str:
    """The author to store.

    Raises:
        Refused: ``no_secret`` when somebody without a secret asks without a name: better nothing than one under a name.
    """
    # A practice learner is nobody: what it writes is known as such, and leaves with no export.
    if actor.simulated or not (nameless or privacy in TAGGED):
        return actor.key
    if len(actor.secret) < SECRET_BYTES:
        raise Refused("no_secret", _("Please join again on this device to ask without your name."))
    return mark(actor.secret, what, actor.session, activity)


def own(key: str, secret: bytes, what: What, session: int, activity: int) -> set[str]:
    """All authors under which a person may have asked or voted in an activity."""
    marks = {mark(secret, what, session, activity)} if len(secret) >= SECRET_BYTES else set()
    return {key} | marks
