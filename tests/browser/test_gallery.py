"""Every kind as it is seen: nothing that axe finds, nothing that does not fit, results that move, clouds that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import Look, faults
from tests.live_site import Room, Site
from workshop.config.gallery.activities import seen_in
from workshop.config.gallery.states import STATES, shown_states
from workshop.kinds import ActivityKind, QuestionKind, activity_kinds, question_kinds

PHONE, LAPTOP, WALL, SQUARE = (390, 844), (1440, 900), (1920, 1080), (1024, 768)
KINDS = [pytest.param(kind, id=kind.slug) for kind in question_kinds if not type(kind).__module__.startswith("tests.")]
ACTIVITIES = [pytest.param(kind, id=kind.slug) for kind in activity_kinds if kind.exhibits()]
SIZES = {"phone": PHONE, "screen": WALL, "editor mistakes": PHONE}
#: How axe looks at an exhibit in a place: its theme.
EXHIBITED = {
    "phone": {
        "usual": "light", "awkward": "dark", "closed": "light", "review": "light", "own-pace": "dark",
        "right-to-left": "light",
    },
    "screen": {"usual": "light", "awkward": "dark"},
    "panel": {"usual": "light", "awkward": "dark"},
    "editor": {"usual": "light"},
}  # fmt: skip
#: The same of the states of a question.
LOOKED_AT = {
    "phone": {"open": "light", "live": "dark", "result": "light"},
    "screen": {"prompt": "light", "much": "light"},
    "panel": {"much": "dark"},
    "editor": {"filled": "light", "mistakes": "dark"},
}
#: The scene, where its foot begins, and what is wrong with it so far.
SCENE = """() => {
  const scene = document.querySelector(".scene").getBoundingClientRect();
  const foot = document.querySelector(".scene > footer").getBoundingClientRect().top;
  const outside = [];"""
#: Words and pictures on the projector that are cut off at its foot, or stand outside.
BELOW = (
    SCENE
    + """
  for (const each of document.querySelectorAll(".shown :is(h1, h3, p, b, li, bdi, svg)")) {
    const box = each.getBoundingClientRect();
    // Leaders that do not fit stand in a column beside, which is not seen.
    if (each.closest(".vh, [hidden]") || box.width < 2 || box.left >= scene.right || each.closest(".leaders")) continue;
    if (box.bottom > foot + 3 || box.left < scene.left - 2 || box.right > scene.right + 2) outside.push(`${each.outerHTML.slice(0, 90)} ${Math.round(box.bottom)}`);
  }
  return outside.slice(0, 3);
}"""
)
#: What of a scene lies below its foot, above its question, or outside its sides.
OUTSIDE = (
    SCENE
    + """
  const head = Math.max(0, ...[...document.querySelectorAll(".shown h1")].map((each) => each.getBoundingClientRect().bottom));
  const visible = (element) => {
    let { top, bottom, left, right } = element.getBoundingClientRect();
    for (let around = element.parentElement; around && !around.matches(".on-screen"); around = around.parentElement) {
      if (getComputedStyle(around).overflow === "visible") continue;
      const box = around.getBoundingClientRect(); // what is cut off is not seen
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    }
    return { top, bottom, left, right };
  };
  for (const each of document.querySelectorAll(".on-screen *")) {
    const box = visible(each);
    // The number of the page stands beside the question.
    if (each.closest(".vh, defs, .page-of") || box.right - box.left < 2 || box.bottom - box.top < 2) continue;
    if (box.bottom > foot + 3 || box.top < head - 8 || box.left < scene.left - 2 || box.right > scene.right + 2) {
      outside.push(`${each.outerHTML.slice(0, 90)} ${Math.round(box.top)}–${Math.round(box.bottom)}`);
    }
  }
  return outside.slice(0, 3);
}"""
)


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A still page whose errors fail the test."""
    context = chromium.new_context(viewport={"width": WALL[0], "height": WALL[1]}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield made
    context.close()
    assert wrong == []


def go(page: Page, site: Site, *parts: str) -> None:
    page.goto("/".join((site.url(), "gallery", *parts, "")))


def look(place: str, state: str, *themes: str) -> tuple[Look, ...]:
    """At the size that belongs to a place."""
    size = SIZES.get(f"{place} {state}", SIZES.get(place, LAPTOP))
    return tuple((size, theme) for theme in themes)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(kind: QuestionKind, still: Page, site: Site) -> None:
    seen = {}
    for place, states in LOOKED_AT.items():
        for state, theme in states.items():
            go(still, site, kind.slug, place, kind.specimens()[0].name, state)
            seen[f"{place} {state}"] = faults(still, look(place, state, theme))

    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_any_state(kind: QuestionKind, still: Page, site: Site) -> None:
    usual, *_others = specimens = kind.specimens()
    seen = {}
    for place in STATES:
        for specimen in specimens:
            for state in shown_states(kind, place, specimen, usual):
                go(still, site, kind.slug, place, specimen.name, state.name)
                seen[f"{place} {specimen.name} {state.name}"] = faults(still, look(place, "", "light", "dark"))

    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("kind", ACTIVITIES)
def test_axe_finds_nothing_in_any_exhibit(kind: ActivityKind, still: Page, site: Site) -> None:
    seen = {}
    for place in STATES:
        for exhibit in seen_in(kind, place):
            go(still, site, "on", kind.slug, place, exhibit.name)
            seen[f"{place} {exhibit.name}"] = faults(still, look(place, "", "light", "dark"))

    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_axe_finds_nothing_in_activities(kind: ActivityKind, still: Page, site: Site) -> None:
    seen = {}
    for place, exhibits in EXHIBITED.items():
        for exhibit in [each.name for each in seen_in(kind, place) if each.name in exhibits]:
            go(still, site, "on", kind.slug, place, exhibit)
            seen[f"{place} {exhibit}"] = faults(still, look(place, exhibit, exhibits[exhibit]))

    assert len(seen) > 5
    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_activities_fit_the_projector_and_a_narrow_phone(kind: ActivityKind, still: Page, site: Site) -> None:
    seen: dict[str, object] = {}
    for exhibit in seen_in(kind, "screen"):
        still.set_viewport_size({"width": WALL[0], "height": WALL[1]})
        go(still, site, "on", kind.slug, "screen", exhibit.name)
        still.wait_for_load_state("networkidle")
        seen[f"screen {exhibit.name}"] = still.evaluate(BELOW)
    still.set_viewport_size({"width": 320, "height": 640})
    for exhibit in seen_in(kind, "phone"):
        go(still, site, "on", kind.slug, "phone", exhibit.name)
        wide = still.evaluate("() => document.documentElement.scrollWidth")
        seen[f"phone {exhibit.name}"] = [wide] if wide > 320 else []

    assert {name: found for name, found in seen.items() if found} == {}


def test_the_wall_shows_the_questions_with_the_most_votes_whole(still: Page, site: Site) -> None:
    go(still, site, "on", "qa", "screen", "much")
    rows = still.locator(".qa-wall li:visible")
    expect(rows.first).to_be_visible()
    votes = [int(text) for text in rows.locator("b").all_inner_texts()]
    end = still.locator(".scene > footer").bounding_box()
    last = rows.last.bounding_box()

    assert len(votes) >= 5
    assert votes == sorted(votes, reverse=True)
    assert votes[0] > 1_000
    expect(still.locator(".qa-more")).to_have_text(re.compile(rf"^{len(votes)} of \d\d$"))
    assert end is not None
    assert last is not None
    assert last["y"] + last["height"] <= end["y"]


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_everything_fits_the_projector(kind: QuestionKind, still: Page, site: Site) -> None:
    usual, *_others = specimens = kind.specimens()
    seen = {}
    for specimen in specimens:
        for state in shown_states(kind, "screen", specimen, usual):
            for size in (WALL, SQUARE) if state.name == "crowd" else (WALL,):
                still.set_viewport_size({"width": size[0], "height": size[1]})
                go(still, site, kind.slug, "screen", specimen.name, state.name)
                seen[f"{specimen.name} {state.name} {size}"] = still.evaluate(OUTSIDE)

    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_no_phone_is_too_narrow(kind: QuestionKind, still: Page, site: Site) -> None:
    still.set_viewport_size({"width": 320, "height": 640})
    seen = {}
    for specimen in kind.specimens():
        for state in ("open", "result"):
            go(still, site, kind.slug, "phone", specimen.name, state)
            seen[f"{specimen.name} {state}"] = still.evaluate("() => document.documentElement.scrollWidth")

    assert {name: width for name, width in seen.items() if width > 320} == {}


def test_an_answer_that_is_refused_says_why_and_stays(still: Page, site: Site) -> None:
    go(still, site, "choice", "phone", "usual", "refused")

    expect(still.locator("#foot .say.bad")).to_contain_text("Please choose again.")
    expect(still.get_by_role("radio", checked=True)).to_have_count(1)


@pytest.mark.parametrize("specimen", ["usual", "hundreds", "phrases", "right-to-left"])
def test_no_word_of_a_cloud_lies_over_another(still: Page, site: Site, specimen: str) -> None:
    go(still, site, "words", "screen", specimen, "crowd")
    over = still.evaluate("""() => {
      const boxes = [...document.querySelectorAll(".cloud-word")].map((each) => [each.textContent, each.getBoundingClientRect()]);
      const over = [];
      for (const [at, [one, a]] of boxes.entries()) {
        for (const [other, b] of boxes.slice(at + 1)) {
          // Lines of letters overlap by their leading alone.
          const [wide, high] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
          if (wide > 1 && high > 0.25 * Math.min(a.height, b.height)) over.push(`${one} / ${other}`);
        }
      }
      return [boxes.length, over];
    }""")

    assert over[0] > 3
    assert over[1] == []


def test_a_cloud_stands_still_for_two_seconds(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport={"width": WALL[0], "height": WALL[1]})
    page = context.new_page()
    page.clock.install(time=0)
    go(page, site, "words", "screen", "usual", "growing")
    page.clock.pause_at(3_600_000)
    words = page.locator(".cloud-word")
    more(page)
    expect(words.first).to_be_visible()
    first = page.locator("word-cloud").inner_text()
    more(page)
    more(page)
    assert page.locator("word-cloud").inner_text() == first
    page.clock.run_for(1_900)
    assert page.locator("word-cloud").inner_text() == first
    page.clock.run_for(200)
    second = page.locator("word-cloud").inner_text()
    assert second != first
    assert words.count() > 3
    page.clock.run_for(60_000)
    assert page.locator("word-cloud").inner_text() == second
    context.close()


def more(page: Page) -> None:
    """More people have answered."""
    page.evaluate("() => document.dispatchEvent(new Event('gallery:next'))")


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_bars_glide_unless_motion_is_not_wanted(chromium: Browser, site: Site, motion: Any, moves: bool) -> None:
    context = chromium.new_context(viewport={"width": WALL[0], "height": WALL[1]}, reduced_motion=motion)
    page = context.new_page()
    go(page, site, "choice", "screen", "usual", "growing")
    more(page)
    gliding = page.evaluate("""() => {
      const before = document.querySelector(".bar rect").getAttribute("width");
      document.dispatchEvent(new Event("gallery:next"));
      const bar = document.querySelector(".bar rect");
      return [before !== bar.getAttribute("width"), document.getAnimations().length > 0];
    }""")

    assert gliding == [True, moves]
    context.close()


# ── the preview beside the form ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def form(room: Room, phone: Callable[..., Page]) -> Callable[..., Page]:
    """The form of a new poll, as the facilitator has it."""

    def opened(**options: Any) -> Page:
        page = phone(viewport={"width": LAPTOP[0], "height": LAPTOP[1]}, has_touch=False, **options)
        cookies = [{"name": n, "value": v, "url": room.site.url()} for n, v in room.client.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{room.site.url()}/panel/{room.id}/add/poll/")
        return page

    return opened


def test_the_preview_follows_what_is_typed_and_nothing_is_saved(room: Room, form: Callable[..., Page]) -> None:
    page = form()
    preview = page.get_by_role("complementary", name="Preview")
    page.get_by_label("Question", exact=True).fill("Which lever first?")
    options = page.get_by_label("Options, one a line")
    options.press_sequentially("Tags\nAlerts\nForecasts")

    expect(preview.locator(".preview-phone .choice")).to_have_count(3)
    expect(preview.locator(".preview-wall").first).to_contain_text("Which lever first?")
    expect(preview.locator(".preview-wall .bars li")).to_have_count(3)
    expect(page.locator("#say")).to_have_text("Preview: 3 answers are offered.")
    expect(options).to_be_focused()
    assert room.client.get(f"/panel/{room.id}/").text.count("Which lever first?") == 0


def test_a_half_written_question_keeps_the_last_picture_and_says_what_is_missing(form: Callable[..., Page]) -> None:
    page = form()
    options = page.get_by_label("Options, one a line")
    options.fill("Tags\nAlerts")
    expect(page.locator(".preview-phone .choice")).to_have_count(2)
    options.fill("Tags")

    expect(page.locator("#preview-note")).to_contain_text("Not complete yet.")
    expect(page.locator(".preview-phone .choice")).to_have_count(2)


def test_another_kind_of_answer_is_shown_at_once(form: Callable[..., Page]) -> None:
    page = form()
    page.get_by_label("Kind of answer").select_option("scale")

    expect(page.locator(".preview-phone .scale label")).to_have_count(5)


def test_without_script_there_is_no_empty_preview(form: Callable[..., Page]) -> None:
    page = form(java_script_enabled=False)

    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    expect(page.locator("#preview")).to_be_hidden()
