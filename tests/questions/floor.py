"""Questions from learners, as the tests ask, vote for, judge and read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from polls.qa.personal import own_enquiries
from tests.cast import Learner, Part, Workshop, running
from workshop.kinds import ActivitySpec, Json, Refused
from workshop.live.models import Participant
from workshop.realtime.slots import SlotRequest, reader_for

ALL, STAFF = "learner", "staff:people"


def floor(privacy: str = "named", **config: Json) -> Workshop:
    """Ana, Ben and Mallory may ask; nobody has to approve unless the config says so."""
    spec = ActivitySpec("qa", "Your questions", key="qa", config={"moderation": False, **config}, privacy=privacy)
    made = running(Part("Explain", (spec,)), people=["Ana", "Ben", "Mallory"])
    made.fay("activity.open", a=made["qa"].pk)
    return made


def act(made: Workshop, who: Any, op: str, **fields: Json) -> dict[str, Json]:
    result: dict[str, Json] = who(op, a=made["qa"].pk, **fields)
    return result


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def ask(made: Workshop, who: Learner, text: str, **fields: Json) -> int:
    return int(act(made, who, "qa.ask", text=text, **fields)["i"])


def seen(made: Workshop, audience: str = ALL, since: int | None = None) -> dict[str, Json]:
    request = SlotRequest(made.session.pk, f"asked:{made['qa'].pk}", audience, since=since)
    state = reader_for("asked").read(request)
    assert state is not None
    assert state.items is not None
    return dict(state.items)


def texts(made: Workshop, audience: str = ALL) -> list[str]:
    return [item["t"] for item in seen(made, audience).values() if item]


def own(made: Workshop, who: Learner) -> dict[str, Json]:
    found = own_enquiries(made.session.pk, [Participant.objects.get(pk=who.row.pk)], [who.actor])[0]
    return dict(found["qa"][str(made["qa"].pk)])
