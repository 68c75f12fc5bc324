"""Who an answer belongs to: a person's key, or a tag that only the person's own device can make again."""

from __future__ import annotations

import hmac

from django.utils.translation import gettext_lazy as _

from workshop.kinds import Refused

#: Levels at which the database never knows who answered.
TAGGED = frozenset({"anonymous", "confidential"})
#: Bytes of the secret in a learner's cookie; fewer could be tried out.
SECRET_BYTES = 16


def tag(secret: bytes, session: int, activity: int, round_: int) -> str:
    """``x:`` and the HMAC-SHA-256 of ``session:activity:round`` under the participant's own secret.

    Without the secret, which the server does not keep, nobody can make it again or compare it with a person.
    """
    message = f"{session}:{activity}:{round_}".encode()
    return "x:" + hmac.digest(secret, message, "sha256").hex()


def author_of(level: str, key: str, secret: bytes, session: int, activity: int, round_: int) -> str:
    """The author of an answer at that level of privacy.

    Raises:
        Refused: ``no_secret`` when an anonymous answer comes from somebody without one: better no answer than one
            under a name.
    """
    if level not in TAGGED:
        return key
    if len(secret) < SECRET_BYTES:
        raise Refused("no_secret", _("Please join again on this device to answer without your name."))
    return tag(secret, session, activity, round_)
