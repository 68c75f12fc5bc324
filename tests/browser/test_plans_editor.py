"""The plan pages as a newcomer uses them: paste, look, mend, accept a proposal; by mouse, keyboard, and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.live_site import Room

pytestmark = pytest.mark.browser
LAPTOP = {"viewport": {"width": 1440, "height": 900}, "has_touch": False}
PLAN = """# Reading a bill

**Duration:** 60 minutes

## Learning Objectives
* Explain what a bill is made of (Understanding)

### Engage
**Duration:** 20 minutes

**Learner Activities:** Say what surprises you

**Technology Integration:** Use digital polling tool for gathering initial thoughts

### Explore
**Duration:** 40 minutes

**Technology Integration:** Use breakout rooms for group discussions

### Evaluate
**Duration:** 0 minutes

```form
title: What was it like?
questions:
  - kind: scale
    prompt: I can read a bill
  - kind: text
    prompt: What is still unclear?
```
"""


@pytest.fixture
def laptop(phone: Callable[..., Page], room: Room) -> Callable[..., Page]:
    """A laptop whose owner has signed in (by the link that the session was made with)."""

    def make(**options: Any) -> Page:
        page = phone(**{**LAPTOP, **options})
        cookies = [{"name": each.name, "value": each.value or ""} for each in room.client.cookies.jar]
        page.context.add_cookies([{**cookie, "url": room.site.url()} for cookie in cookies])
        page.goto(room.site.url() + "/plans/")
        return page

    return make


def paste(page: Page, text: str = PLAN) -> None:
    page.goto(page.url.split("/plans/")[0] + "/plans/import/")
    page.fill("textarea[name=text]", text)
    page.get_by_role("button", name="Read my plan").click()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def test_from_a_pasted_text_to_a_plan_with_an_activity(laptop: Callable[..., Page]) -> None:
    page = laptop()
    paste(page, PLAN.replace("kind: scale", "kind: scael"))
    expect(page.get_by_role("alert")).to_contain_text("Line ")
    assert page.evaluate("getSelection().toString()").strip().endswith("kind: scael")
    page.fill("textarea[name=text]", PLAN)
    page.get_by_role("button", name="Read my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reading a bill")
    page.locator(".tag.maybe").first.click()
    # The form is drawn anew by script: people choose when it is there.
    expect(page.locator("#preview-pictures")).not_to_be_empty()
    page.get_by_label("Kind of answer").select_option("choice")
    page.get_by_label("Options, one a line").fill("Training\nAnswers")
    page.get_by_label("Question", exact=True).fill("What drives the bill?")
    page.get_by_label("1. Explain what a bill is made of").check()
    page.get_by_role("button", name="Put it into the plan").click()
    expect(page.locator("#toast")).to_contain_text("is in the plan")
    expect(page.locator("#phase-0 .tag").first).to_be_visible()
    expect(page.locator(".evidence")).not_to_contain_text("No activity gives evidence yet.")
    page.locator("#undo").click()
    expect(page.locator(".evidence")).to_contain_text("No activity gives evidence yet.")


def test_minutes_by_mouse_and_keyboard_move_the_clock(laptop: Callable[..., Page]) -> None:
    page = laptop()
    paste(page)
    more = page.locator("#more-0")
    for _click in range(3):
        more.click()
    expect(page.locator("#phase-1 > time")).to_have_text("9:35")
    expect(page.locator("#minutes-0")).to_have_value("35")
    expect(page.locator("#say")).to_have_text("35 minutes.")
    expect(more).to_be_focused()
    page.locator("#minutes-0").fill("25")
    page.keyboard.press("Enter")
    expect(page.locator("#phase-1 > time")).to_have_text("9:25")
    expect(page.locator("#minutes-0")).to_be_focused()


def test_a_phase_is_moved_by_keyboard_and_keeps_the_focus(laptop: Callable[..., Page]) -> None:
    page = laptop()
    paste(page)
    words = page.locator("#words-0")
    words.locator("summary").click()
    page.locator("#grip-2").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#up-2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#name-1")).to_have_text("Evaluate")
    expect(page.locator("#grip-1")).to_be_focused()
    expect(page.locator("#say")).to_contain_text("is now number 2")
    assert words.evaluate("each => each.open")


def test_questions_are_added_ordered_and_removed_without_losing_words(laptop: Callable[..., Page]) -> None:
    page = laptop()
    paste(page)
    page.get_by_role("link", name="What was it like?").click()
    expect(page.locator("#preview-pictures")).not_to_be_empty()
    page.locator("textarea[name=q0-prompt]").fill("Typed and not saved")
    page.get_by_role("button", name="Add a question").click()
    fresh = page.locator("textarea[name=q2-prompt]")
    expect(fresh).to_be_focused()
    fresh.fill("A third question")
    page.get_by_role("button", name="Question 3 earlier").click()
    expect(page.locator("fieldset.question").nth(1).locator("textarea").first).to_have_value("A third question")
    page.locator("#q-remove-1").click()
    expect(page.locator("fieldset.question")).to_have_count(2)
    expect(page.locator("textarea[name=q0-prompt]")).to_have_value("Typed and not saved")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("link", name="What was it like?").click()
    prompts = page.locator("fieldset.question textarea[name$=-prompt]")
    assert [prompts.nth(n).input_value() for n in range(prompts.count())] == ["Typed and not saved", "A third question"]


def test_everything_works_without_script(laptop: Callable[..., Page]) -> None:
    page = laptop(java_script_enabled=False)
    paste(page)
    page.locator("#more-0").click()
    expect(page.locator("#phase-1 > time")).to_have_text("9:25")
    page.get_by_role("link", name="What was it like?").click()
    page.get_by_role("button", name="Add a question").click()
    page.locator("textarea[name=q2-prompt]").fill("A third question")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#toast")).to_contain_text("Saved.")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="What was it like?").click()
    expect(page.locator("fieldset.question")).to_have_count(2)


@pytest.mark.parametrize(
    "look",
    [
        # The same pages are seen in light, and at this width, by test_accessible.py every day.
        pytest.param({"color_scheme": "light"}, marks=pytest.mark.long),
        {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    ],
)
def test_no_page_has_a_barrier_or_scrolls_sideways(laptop: Callable[..., Page], look: dict[str, Any]) -> None:
    page = laptop(reduced_motion="reduce", **look)
    paste(page, PLAN.replace("kind: scale", "kind: scael"))
    found = {"import": violations(page)}
    page.fill("textarea[name=text]", PLAN)
    page.get_by_role("button", name="Read my plan").click()
    plan = page.url.split("#")[0]
    offer = page.locator(".tag.maybe").first.get_attribute("href") or ""
    for path in ("", "details/", "text", "versions/", "remove/", "phases/0/", "phases/0/activities/", "../"):
        page.goto(plan + path)
        found[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(page.url.split("/plans/")[0] + offer)
    found["offer"] = violations(page)
    page.goto(plan)
    page.get_by_role("link", name="What was it like?").click()
    page.locator("#more summary").click()
    found["form"] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}
