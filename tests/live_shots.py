"""States of joining, of a learner, of the projector, and of pages that say one thing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.shooting import LAPTOP, WALL, World, person_of, state

# ── joining ─────────────────────────────────────────────────────────────────────────────────────────────────────


@state("join-code")
def join_code(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/")
    return page


@state("join-wrong-code")
def join_wrong_code(world: World) -> Page:
    page = join_code(world)
    page.fill("#code", "000 000")
    page.locator("button[form=join]").click()
    expect(page.locator("#e-code")).to_be_visible()
    return page


@state("join-person")
def join_person(world: World) -> Page:
    page = world.page()
    page.goto(f"{world.site.url()}/j/{world.room().join_token}/")
    return page


@state("join-name-needed")
def join_name_needed(world: World) -> Page:
    world.room(names="required")
    page = join_person(world)
    page.locator("details.more summary").click()
    page.locator("form#join").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("#e-name")).to_be_visible()
    return page


@state("join-not-open")
def join_not_open(world: World) -> Page:
    world.room(door=False)
    return join_person(world)


# ── a learner ───────────────────────────────────────────────────────────────────────────────────────────────────


@state("learner-lobby")
def learner_lobby(world: World) -> Page:
    page = world.learner()
    world.crowd(40)
    expect(page.locator(".here b")).to_have_text("41")
    return page


@state("learner-look-up")
def learner_look_up(world: World) -> Page:
    page = world.learner()
    world.open()
    expect(page.locator("#up")).to_be_visible()
    return page


@state("learner-poll")
def learner_poll(world: World) -> Page:
    page = world.learner()
    world.open("feature")
    expect(page.locator("form.ask")).to_have_count(1)
    return page


@state("learner-chosen")
def learner_chosen(world: World) -> Page:
    page = learner_poll(world)
    page.get_by_role("radio").nth(1).check()
    return page


@state("learner-saved")
def learner_saved(world: World) -> Page:
    page = learner_chosen(world)
    page.locator("#foot button.go").click()
    expect(page.locator("#foot .say.ok")).to_be_visible()
    return page


@state("learner-results")
def learner_results(world: World) -> Page:
    page = learner_saved(world)
    world.crowd(20)
    room = world.room()
    room.do("activity.close", a=room.activities["feature"])
    room.do("activity.show", a=room.activities["feature"], where="phones", on=True)
    expect(page.locator(".as-result").first).to_be_visible()
    return page


@state("learner-two-questions")
def learner_two_questions(world: World) -> Page:
    page = world.learner()
    world.open("drivers", "why")
    expect(page.locator("form.ask")).to_have_count(2)
    page.get_by_role("checkbox").first.check()
    return page


@state("learner-notice-paused")
def learner_notice(world: World) -> Page:
    page = learner_poll(world)
    world.room().do("session.notice", text="Ten minutes left / Noch zehn Minuten")
    world.room().do("session.pause")
    expect(page.locator("#notice")).to_be_visible()
    return page


@state("learner-tools")
def learner_tools(world: World) -> Page:
    page = learner_look_up(world)
    for name in ("notes", "terms", "me"):
        page.locator(f"#tool-{name} > summary").click()
    page.locator("#note-text").fill("Ask about tags")
    expect(page.locator("#note .say.ok")).to_be_visible()
    return page


@state("learner-offline")
def learner_offline(world: World) -> Page:
    page = learner_chosen(world)
    world.site.stop()
    page.locator("#foot button.go").click()
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    return page


@state("learner-profile")
def learner_profile(world: World) -> Page:
    page = world.learner("Donaudampfschifffahrtskapitänswitwe" if world.language == "de" else "Ana")
    page.goto(page.url + "profile/")
    return page


@state("learner-rejoin")
def learner_rejoin(world: World) -> Page:
    page = world.learner()
    page.goto(page.url + "rejoin/")
    return page


@state("learner-leave")
def learner_leave(world: World) -> Page:
    page = world.learner()
    page.goto(page.url + "leave/")
    return page


@state("learner-ended")
def learner_ended(world: World) -> Page:
    page = world.learner()
    world.open()
    world.room().do("session.end")
    expect(page.locator("[data-foot=rest] a.go")).to_be_visible()
    return page


@state("learner-removed")
def learner_removed(world: World) -> Page:
    page = world.learner()
    world.room().do("person.remove", p=person_of(page))
    page.wait_for_function("() => !document.querySelector('#foot')")
    return page


# ── the projector ───────────────────────────────────────────────────────────────────────────────────────────────


@state("screen-door-shut", sizes=(WALL,), themes=("light",))
def screen_door_shut(world: World) -> Page:
    world.room(door=False)
    return world.wall()


@state("screen-lobby", sizes=(WALL, LAPTOP), themes=("light",))
def screen_lobby(world: World) -> Page:
    page = world.wall()
    world.crowd(41)
    expect(page.locator("[data-people]")).to_contain_text("41")
    return page


@state("screen-clock", sizes=(WALL, LAPTOP), themes=("light",))
def screen_clock(world: World) -> Page:
    page = world.wall()
    world.open()
    expect(page.locator(".timer")).to_be_visible()
    return page


@state("screen-results", sizes=(WALL, LAPTOP), themes=("light",))
def screen_results(world: World) -> Page:
    page = world.wall()
    world.crowd(30)
    world.open("feature")
    # Practice learners take up to twenty seconds.
    expect(page.locator(".answered")).to_have_text(re.compile(r"30\D+30"), timeout=40_000)
    return page


@state("screen-notice-offline", sizes=(WALL,), themes=("light",))
def screen_offline(world: World) -> Page:
    page = screen_clock(world)
    world.room().do("session.notice", text="Ten minutes left / Noch zehn Minuten")
    expect(page.locator("#notice")).to_be_visible()
    world.site.stop()
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    return page


@state("screen-end", sizes=(WALL,), themes=("light",))
def screen_end(world: World) -> Page:
    page = screen_clock(world)
    world.room().do("session.end")
    expect(page.locator(".wait h1")).to_be_visible()
    return page


# ── pages that say one thing ────────────────────────────────────────────────────────────────────────────────────


@state("error-404")
def error_404(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/s/nobody/")
    return page


@state("error-screen-link")
def error_screen_link(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/screen/nonsense/")
    return page
