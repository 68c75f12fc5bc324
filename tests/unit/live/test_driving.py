"""Driving a session: every step and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Part, Workshop, lobby, refusal, running
from tests.live.kinds import ask, read, steps, told
from workshop.live import timing
from workshop.live.access import system
from workshop.live.models import ActivityRun, Audit
from workshop.live.queries import panel_state
from workshop.live.stages import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PARTS = (
    Part("Engage", (ask("Which?", "which"), ask("Why?", "why", results="staff"))),
    Part("Explore", (read("The case", "case"), ask("How?", "how", minutes=2))),
)


def workshop(people: tuple[str, ...] = ()) -> Workshop:
    return running(*PARTS, people=people)


def open_which(made: Workshop) -> Any:
    made.fay("activity.open", a=made["which"].pk)


def close_which(made: Workshop) -> Any:
    open_which(made)
    made.fay("activity.close", a=made["which"].pk)


def test_two_clicks_are_one_step() -> None:
    made = workshop()
    first = made.fresh.phase_id
    made.fay("session.next", **{"from": first})
    no = refusal(made.fay, "session.next", **{"from": first})
    assert (no.code, no.details["current"]) == ("moved_on", made.phases[1].pk)
    assert made.fresh.phase_id == made.phases[1].pk


def test_next_closes_what_is_open_unless_it_is_kept() -> None:
    made = workshop()
    for key in ("which", "why"):
        made.fay("activity.open", a=made[key].pk)
    made.fay("activity.keep", a=made["why"].pk, on=True)
    made.next()
    assert (made.run("which").state, made.run("why").state) == ("closed", "open")
    scene = load(made.session.pk)
    assert scene is not None
    assert [run.activity.key for run in scene.kept()] == ["why"]


def test_what_was_kept_open_leaves_the_screen_to_the_new_phase_unless_it_is_chosen() -> None:
    made = workshop()
    made.fay("activity.open", a=made["why"].pk)
    made.fay("activity.keep", a=made["why"].pk, on=True)
    made.next()
    made.fay("activity.close", a=made["case"].pk)
    assert focus(made) is None
    made.fay("screen.show", scene="activity", a=made["why"].pk)
    assert focus(made) == "why"
    made.fay("screen.show", scene="auto")
    assert focus(made) is None


def test_the_result_that_is_shown_last_stands_on_the_screen() -> None:
    made = workshop()
    for key in ("which", "why"):
        made.fay("activity.open", a=made[key].pk)
        made.fay("activity.close", a=made[key].pk)
    for key in ("why", "which", "why"):
        made.fay("activity.show", a=made[key].pk, where="screen", on=False)
        made.fay("activity.show", a=made[key].pk, where="screen", on=True)
        assert focus(made) == key


def focus(made: Workshop) -> str | None:
    """The key of the activity that stands on the screen."""
    scene = load(made.session.pk)
    run = scene.focus() if scene else None
    return run.activity.key if run else None


def test_the_last_phase_has_no_next() -> None:
    made = workshop()
    made.next()
    assert refusal(made.next).code == "last_phase"
    back = made.fay("session.back", **{"from": made.fresh.phase_id})
    assert back["phase"] == made.phases[0].pk
    assert refusal(made.fay, "session.back", **{"from": made.fresh.phase_id}).code == "first_phase"


def test_back_lets_the_phase_before_go_on() -> None:
    made = workshop()
    started = made.phases[0].started_at
    made.next()
    made.fay("session.back", **{"from": made.fresh.phase_id})
    engage, explore = made.phases
    assert (engage.started_at, engage.ended_at, explore.started_at) == (started, None, None)


def test_pause_stops_timers_and_go_gives_them_back_what_they_had() -> None:
    made = workshop()
    made.fay("activity.open", a=made["which"].pk, minutes=5)
    made.fay("session.pause")
    paused = made.run("which")
    assert paused.closes_at is None
    assert 0 < (paused.left_ms or 0) <= 300_000
    made.fay("session.go")
    going = made.run("which")
    assert going.left_ms is None
    assert going.closes_at is not None
    assert abs((going.closes_at - timezone.now()).total_seconds() * 1000 - (paused.left_ms or 0)) < 1_000


def test_next_ends_a_pause() -> None:
    made = workshop()
    made.fay("session.pause")
    made.next()
    assert made.fresh.paused_at is None
    assert refusal(made.fay, "session.go").code == "not_paused"


def test_a_phase_is_never_shorter_than_a_minute() -> None:
    made = workshop()
    assert refusal(made.fay, "phase.extend", minutes=-30).code == "too_short"
    made.fay("phase.extend", minutes=-29)
    assert made.phases[0].extra_ms == -29 * 60_000


def test_a_text_opens_with_its_phase_and_a_timer_comes_from_the_plan() -> None:
    made = workshop()
    made.next()
    assert (made.run("case").state, made.run("how").state) == ("open", "ready")
    made.fay("activity.open", a=made["how"].pk)
    closes_at = made.run("how").closes_at
    assert closes_at is not None
    assert timedelta(seconds=110) < closes_at - timezone.now() <= timedelta(minutes=2)


def test_resume_is_the_same_round_and_a_new_round_another() -> None:
    made = workshop()
    close_which(made)
    assert made.fay("activity.resume", a=made["which"].pk)["round"] == 1
    made.fay("activity.close", a=made["which"].pk)
    assert made.fay("activity.round", a=made["which"].pk)["round"] == 2
    assert refusal(made.fay, "activity.round", a=made["which"].pk).code == "not_closed"


def test_resume_ends_two_minutes_after_the_close() -> None:
    made = workshop()
    close_which(made)
    ActivityRun.objects.filter(activity=made["which"]).update(closed_at=timezone.now() - timing.RESUME)
    assert refusal(made.fay, "activity.resume", a=made["which"].pk).code == "too_late"


@pytest.mark.parametrize("privacy", ["anonymous", "confidential"])
def test_an_anonymous_round_is_not_resumed_once_its_result_was_shown(privacy: str) -> None:
    made = running(Part("Engage", (ask("Which?", "which", privacy=privacy, results="staff"),)))
    close_which(made)
    made.fay("activity.resume", a=made["which"].pk)
    made.fay("activity.close", a=made["which"].pk)
    made.fay("activity.show", a=made["which"].pk, where="screen", on=True)
    made.fay("activity.show", a=made["which"].pk, where="screen", on=False)
    assert refusal(made.fay, "activity.resume", a=made["which"].pk).code == "shown"


def test_a_timer_closes_after_the_grace_and_only_then() -> None:
    made = workshop()
    made.fay("activity.open", a=made["which"].pk, minutes=1)
    assert tick(made) == {"closed": 0, "settled": 0}
    run = made.run("which")
    ActivityRun.objects.filter(pk=run.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    assert tick(made)["closed"] == 0
    ActivityRun.objects.filter(pk=run.pk).update(closes_at=timezone.now() - timing.GRACE)
    assert tick(made)["closed"] == 1
    assert tick(made)["closed"] == 0
    assert told == [("opened", "which", 1), ("closed", "which", 1)]


def test_a_close_becomes_final_once() -> None:
    made = workshop()
    close_which(made)
    assert tick(made)["settled"] == 0
    ActivityRun.objects.filter(activity=made["which"]).update(closed_at=timezone.now() - timing.RESUME)
    assert tick(made)["settled"] == 1
    assert tick(made)["settled"] == 0
    assert told.count(("settled", "which", 1)) == 1


def test_a_new_round_makes_the_close_before_it_final_when_it_cannot_be_undone() -> None:
    made = workshop()
    close_which(made)
    made.fay("activity.round", a=made["which"].pk)
    assert tick(made)["settled"] == 0
    long_ago = timezone.now() - timing.UNDO - timedelta(seconds=2)
    ActivityRun.objects.filter(activity=made["which"], round=1).update(closed_at=long_ago)
    ActivityRun.objects.filter(activity=made["which"], round=2).update(opened_at=long_ago)
    assert tick(made)["settled"] == 1


def test_the_end_closes_everything_and_gives_the_code_back() -> None:
    made = workshop()
    open_which(made)
    made.fay("session.end")
    row = made.fresh
    assert (row.state, row.code, row.door_open, made.run("which").state) == ("ended", "", False, "closed")
    assert row.retain_until is not None
    assert refusal(made.fay, "session.end").code == "ended"
    assert refusal(made.fay, "activity.open", a=made["why"].pk).code == "ended"


def test_the_clicker_goes_the_way_of_the_main_button() -> None:
    made = running(
        Part("Engage", (ask("Which?", "which", results="staff"),)),
        Part("Explain", (steps("Slides", 3, "slides", child_at=2, children=(ask("Clear?", "clear"),)),)),
    )
    did = [made.fay("screen.step", forward=True)["did"] for _press in range(4)]
    assert did == ["open", "show", "close", "next"]
    labels = []
    for _press in range(6):
        state = panel_state(made.session.pk)
        assert state is not None
        labels.append((state.main.kind, made.fay("screen.step", forward=True)["did"]))
    assert labels == [
        ("open", "open"), ("step", "inside"), ("step", "inside"), ("close", "close"), ("step", "inside"), ("close", "close"),
    ]  # fmt: skip
    assert made.run("clear").show_screen is False
    assert refusal(made.fay, "screen.step", forward=True).code == "last_step"
    assert refusal(made.fay, "screen.step", forward=False).code == "first_step"


def test_a_poll_between_pages_leaves_the_screen_to_the_next_page_and_its_result_on_the_phones() -> None:
    poll = ask("Clear?", "clear", results="all")
    made = running(Part("Explain", (steps("Slides", 3, "slides", child_at=2, children=(poll,)),)))
    on_screen = []
    for _press in range(5):
        made.fay("screen.step", forward=True)
        scene = load(made.session.pk)
        focus = scene.focus() if scene else None
        on_screen.append(focus.activity.key if focus else "")
    assert on_screen == ["slides", "slides", "clear", "clear", "slides"]
    assert (made.run("clear").show_screen, made.run("clear").show_phones) == (False, True)


def test_the_first_press_after_a_blank_screen_brings_the_picture_back() -> None:
    made = workshop()
    made.fay("screen.show", scene="blank")
    assert made.fay("screen.step", forward=True) == {"did": "auto"}
    assert made.fresh.screen["scene"] == "auto"


def test_the_main_button_leads_through_the_plan() -> None:
    made = lobby(*PARTS, open_door=False)
    seen: list[str] = []
    while True:
        state = panel_state(made.session.pk)
        assert state is not None
        seen.append(state.main.kind)
        if state.main.kind == "over":
            break
        made.fay(state.main.op, **state.main.payload)
    assert seen == [
        "door", "start", "open", "close", "open", "show", "close", "next", "open", "close", "end", "over",
    ]  # fmt: skip


def test_a_repeated_op_has_one_effect() -> None:
    from uuid import uuid4

    made = workshop()
    op_id = uuid4()
    once = made.fay("phase.extend", op_id, minutes=5)
    assert made.fay("phase.extend", op_id, minutes=5) == once
    assert made.phases[0].extra_ms == 300_000
    assert refusal(made.fay, "phase.extend", op_id, minutes=6).code == "op_reused"


def test_staff_acts_are_traced_without_content() -> None:
    made = workshop()
    made.fay("session.notice", text="Back at ten")
    lines = list(Audit.objects.filter(session=made.session).values_list("act", "actor", "target"))
    assert ("session.notice", f"u:{made.session.owner_id}", "") in lines
    assert not any("ten" in part for line in lines for part in line)


def tick(made: Workshop) -> dict[str, Any]:
    return made.do(system(made.session.pk), "activity.tick")
