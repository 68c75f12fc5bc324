"""The real plan from paste to export: staff, three learners and the screen in one run through all five phases.

Ana has a phone, Ben's browser runs no scripts, Cyd's network lets no socket through.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_learner_without import NO_SOCKETS
from tests.live_site import Room, lan_address

REAL_PLAN = Path(__file__).parents[3] / "shared" / "plans" / "finops-ai.md"
OWN_PLAN = Path(__file__).parents[2] / "workshop" / "config" / "demonstration" / "plan.md"
MOST_STEPS = 60


@pytest.fixture
def staff(room: Room, phone: Callable[..., Page]) -> Page:
    """Fay's laptop, signed in."""
    page = phone(viewport={"width": 1440, "height": 900}, has_touch=False)
    page.context.add_cookies(
        [
            {"name": each.name, "value": each.value or "", "url": room.site.url(host)}
            for each in room.client.cookies.jar
            for host in {"127.0.0.1", lan_address() or "127.0.0.1"}
        ]
    )
    return page


def import_plan(staff: Page, url: str, text: str) -> None:
    staff.goto(url + "/plans/import/")
    staff.fill("textarea[name=text]", text)
    staff.locator("main form button.go").click()
    expect(staff.get_by_role("button", name="Start session")).to_be_visible()


def join(page: Page, url: str, code: str, name: str) -> None:
    page.goto(url + "/")
    page.fill("#code", code)
    page.get_by_role("button", name="Go on").click()
    page.fill("#name", name)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name=f"You’re in, {name}")).to_be_visible()


def answer_all(page: Page) -> int:
    """Answer what is asked on a page, as its user would. Returns how many questions were answered."""
    forms = page.locator("form.ask:not(.is-closed):visible")
    for number in range(forms.count()):
        form = forms.nth(number)
        choices = form.locator("input[type=radio], input[type=checkbox]")
        if choices.count():
            choices.nth(number % choices.count()).check()
        else:
            fill(form, f"Something about tags {number}")
    return forms.count()


def fill(form: Locator, words: str) -> None:
    """Write into the field of a question: words, or a number where one is asked for."""
    field = form.locator("textarea, input[type=text], input[inputmode], input:not([type])").first
    field.fill("42" if field.get_attribute("inputmode") in ("decimal", "numeric") else words)


def send_with_script(page: Page) -> None:
    """Press what is there to send, until everything is said to be saved."""
    sends = page.locator("button:visible:enabled").filter(has_text="Send answer")
    for left in range(sends.count(), 0, -1):
        sends.first.click()
        expect(sends).to_have_count(left - 1)
    hand_in = page.locator("button:visible:enabled").filter(has_text="Hand in")
    if hand_in.count():
        hand_in.first.click()
    if page.locator("form.ask:not(.is-closed):visible").count():
        expect(page.locator(".say.ok:visible").first).to_be_visible()


def send_without_script(page: Page) -> int:
    """Without a script each question is a form of its own, and sending it loads the page anew."""
    count = page.locator("form.ask:not(.is-closed)").count()
    for number in range(count):
        form = page.locator("form.ask:not(.is-closed)").nth(number)
        choices = form.locator("input[type=radio], input[type=checkbox]")
        if choices.count():
            choices.first.check()
        else:
            fill(form, "Without a script")
        form.locator("button").last.click()
    return count


def main_button(staff: Page) -> str:
    button = staff.locator(".btn.go:visible").first
    expect(button).to_be_enabled()
    return " ".join(button.inner_text().split())


def expect_arrival(page: Page, label: str) -> None:
    """What the main button did has come to a phone."""
    if label == "Show the right answer":
        expect(page.locator(".right-answer").first).to_be_visible()
    elif label.startswith("Question "):
        expect(page.get_by_text(label, exact=True)).to_be_visible()
    elif label.startswith("Open: "):
        article = page.get_by_role("article", name=label.removeprefix("Open: "), exact=True)
        expect(article).to_be_visible()
        # A page names what is new before its content comes.
        expect(article.locator(".fold > div > *").first).to_be_attached()


@pytest.mark.parametrize("text", [REAL_PLAN, OWN_PLAN], ids=["real", "own"])
def test_the_whole_way(room: Room, staff: Page, phone: Callable[..., Page], text: Path) -> None:
    if not text.exists():
        pytest.skip("the real plan is not beside this checkout")  # the own one is always there
    # Once by the address that phones in a room use, where browsers withhold what needs a secure context.
    url = room.site.url((text == OWN_PLAN and lan_address()) or "127.0.0.1")
    import_plan(staff, url, text.read_text())
    if staff.get_by_role("button", name="Accept all").count():
        staff.get_by_role("button", name="Accept all").click()
        expect(staff.get_by_role("button", name="Accept all")).to_have_count(0)
    staff.get_by_role("button", name="Start session").click()
    expect(staff).to_have_url(re.compile("/panel/"))
    public_id = staff.url.rstrip("/").rsplit("/", 1)[-1]

    assert main_button(staff) == "Open the door"
    staff.locator(".btn.go:visible").first.click()
    expect(staff.locator(".btn.go:visible").first).to_contain_text("Start")
    code = staff.locator(".code-chip b").first.inner_text()

    ana, ben, cyd = phone(), phone(java_script_enabled=False), phone()
    cyd.add_init_script(NO_SOCKETS)
    for page, name in ((ana, "Ana Quist"), (ben, "Ben Quist"), (cyd, "Cyd Quist")):
        join(page, url, code, name)

    screen = phone(viewport={"width": 1920, "height": 1080}, has_touch=False)
    screen.goto(staff.locator("a[href*='/screen/']").first.evaluate("(link) => link.href"))
    expect(screen.locator("main")).to_be_visible()

    phases: list[str] = []
    answered = 0
    for _step in range(MOST_STEPS):
        label = main_button(staff)
        if label.startswith("End"):
            break
        phase = staff.locator("#h-now").inner_text()
        if phase not in phases:
            phases.append(phase)
        if label.startswith(("Show", "Close")):
            answered += answer_all(ana)
            send_with_script(ana)
            answer_all(cyd)
            send_with_script(cyd)
            ben.goto(ben.url)
            send_without_script(ben)
        staff.locator(".btn.go:visible").first.click()
        expect(staff.locator(".btn.go:visible").first).not_to_have_text(label)
        for page in (ana, cyd):
            expect_arrival(page, label)
    else:
        pytest.fail("the main button never came to the end")

    plan_phases = 5 if text == REAL_PLAN else 6
    assert len([name for name in phases if name != "Lobby"]) == plan_phases
    assert answered >= 2
    room.client.post(
        f"/live/{public_id}/do/",
        params={"as": "staff"},
        json={"t": "do", "id": "7b0f1a52-7a6f-4c8e-9f0a-1f2d3c4b5a69", "op": "session.end"},
        headers={"X-Requested-With": "tests", "Origin": room.site.url()},
    )
    expect(ana.get_by_role("heading", name="That was it. Thank you.")).to_be_visible()
    assert_exports(room, public_id)


def assert_exports(room: Room, public_id: str) -> None:
    found = json.loads(room.client.get(f"/sessions/{public_id}/export/json/").content)
    assert len(found["tables"]["Phases"]) >= 5
    assert found["tables"]["Answers"]
    assert "Quist" not in json.dumps(found)
    zipped = zipfile.ZipFile(io.BytesIO(room.client.get(f"/sessions/{public_id}/export/csv/").content))
    assert "answers.csv" in zipped.namelist()
    assert room.client.get(f"/sessions/{public_id}/export/xlsx/").content[:2] == b"PK"
    summary = room.client.get(f"/sessions/{public_id}/export/summary/").text
    assert "What was to be learned" in summary
