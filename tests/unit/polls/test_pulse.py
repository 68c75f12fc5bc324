"""Pulse: taps count once, together, and stand for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from polls.pulse.editor import PulseEditor
from polls.pulse.kind import Pulse
from polls.pulse.models import Beat, Tick
from polls.pulse.personal import own_level
from polls.pulse.slots import POINTS, trend_of
from tests.cast import Part, Workshop, running
from workshop.kinds import ActivitySpec, Json, Refused

pytestmark = pytest.mark.django_db

NAMES = ["Ana", "Ben", "Cem", "Dua", "Eli"]


def pulse(**config: Json) -> Workshop:
    asked = {"question": "How is the pace?", "reactions": ["👍", "👏"], **config}
    made = running(Part("Explain", (ActivitySpec("pulse", "Pulse", key="pulse", config=asked),)), people=NAMES)
    made.fay("activity.open", a=made["pulse"].pk)
    return made


def tap(made: Workshop, who: str, n: int, **said: int) -> None:
    made.people[who]("pulse.beat", a=made["pulse"].pk, n=n, **said)


def data(made: Workshop, audience: str = "screen") -> dict[str, Json]:
    state = made.slot(f"pulse:{made['pulse'].pk}", audience)
    assert state is not None
    return dict(state.data)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def test_reactions_add_up_and_a_repeat_counts_once() -> None:
    made = pulse()
    tap(made, "Ana", 1, e=0)
    tap(made, "Ana", 1, e=0)
    tap(made, "Ana", 2, e=0)
    tap(made, "Ben", 1, e=1)
    with refused("stale"):
        tap(made, "Ana", 1, e=1)
    assert data(made)["counts"] == [2, 1]


def test_a_mean_appears_from_five_people_on_and_follows_them() -> None:
    made = pulse()
    for n, who in enumerate(NAMES[:4]):
        tap(made, who, n + 1, v=2)
    assert (data(made)["people"], data(made)["mean"], data(made)["trend"]) == (4, None, [])
    tap(made, "Eli", 1, v=4)
    assert (data(made)["people"], data(made)["mean"]) == (5, 2.4)
    tap(made, "Eli", 2, v=0)
    assert (data(made)["people"], data(made)["mean"]) == (4, None)


def test_what_is_not_offered_is_refused() -> None:
    made = pulse(question="")
    for said, code in (({"e": 2}, "bad_value"), ({"v": 3}, "bad_value"), ({}, "empty")):
        with refused(code):
            tap(made, "Ana", 1, **said)
    made.fay("activity.freeze", a=made["pulse"].pk, on=True)
    with refused("frozen"):
        tap(made, "Ana", 1, e=0)
    made.fay("activity.close", a=made["pulse"].pk)
    with refused("closed"):
        tap(made, "Ana", 1, e=0)
    assert not Tick.objects.exists()


def test_nobody_stands_in_the_database_and_in_the_end_no_device_either() -> None:
    made = pulse()
    tap(made, "Ana", 1, v=5)
    assert Beat.objects.get().author.startswith("x:")
    ana = made.people["Ana"]
    assert own_level(made.session.pk, [ana.row], [ana.actor]) == [{"pulse": {str(made["pulse"].pk): {"n": 1, "v": 5}}}]
    Pulse().settled(None, made.run("pulse"))
    assert not Beat.objects.exists()
    assert next(iter(Pulse().export(made["pulse"], names=True)[0].rows))[-2:] == [1, None]


def test_a_long_trend_is_thinned_out_and_ends_with_the_newest() -> None:
    ticks = [Tick(at=1_000 + 10 * place, people=5, total=5 + place % 20) for place in range(500)]
    trend = trend_of(ticks)
    assert len(trend) <= POINTS + 1
    assert (trend[0][0], trend[-1][0]) == (0, 4_990)


def test_without_script() -> None:
    made = pulse()
    client = Client()
    client.cookies.load(made.people["Ana"].cookie)
    address = reverse("pulse:tap", args=[made.session.public_id, made["pulse"].pk])
    for said in ({"e": "1"}, {"v": "4"}, {"e": "9"}, {"v": "x"}, {}):
        assert client.post(address, said).status_code == 302
    assert (data(made)["counts"], data(made)["people"]) == ([0, 1], 1)
    page = client.get(reverse("live:learner", args=[made.session.public_id])).content.decode()
    assert f'action="{address}"' in page
    assert "csrfmiddlewaretoken" in page


def test_the_editor_gives_back_what_was_stored() -> None:
    config: dict[str, Json] = {"question": "How is the pace?", "reactions": ["👍", "🎉"]}
    form = PulseEditor(PulseEditor.initial_for(config))
    assert form.is_valid(), form.errors
    assert form.config() == config
    empty = PulseEditor({"reactions": "", "question": ""})
    assert not empty.is_valid()
