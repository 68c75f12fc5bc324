"""States of what staff see, and of the demonstration's sessions on phones and the projector: a part of ``make shots``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

from playwright.sync_api import Page, expect

from tests.live_site import ROOT, Site
from tests.shooting import LAPTOP, PHONE, WALL, World, state

PLAN = """# Reading a bill

**Duration:** 60 minutes

## Learning Objectives
* Explain what a bill is made of (Understanding)

### Engage
**Duration:** 20 minutes

**Technology Integration:** Use digital polling tool for gathering initial thoughts

### Explore
**Duration:** 40 minutes

**Technology Integration:** Use breakout rooms for group discussions
"""
#: By server: the addresses of ``tests.live_tour`` and the cookies of who has signed in.
_tours: dict[int, dict[str, Any]] = {}
_signed_in: dict[tuple[int, str], list[Any]] = {}


def run(site: Site, *command: str) -> str:
    made = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def tour(world: World) -> dict[str, Any]:
    """Addresses on a site with the demonstration; the first call loads it."""
    if world.site.port not in _tours:
        printed = run(world.site, "manage.py", "demo", "--no-serve")
        owner = re.search(r"/accounts/in/[^/\s]+/", printed)
        assert owner
        _tours[world.site.port] = {**json.loads(run(world.site, "-m", "tests.live_tour")), "owner": owner[0]}
    return _tours[world.site.port]


def signed_in(world: World, who: str = "owner") -> Page:
    """A page of somebody with an account."""
    known = (world.site.port, who)
    link = tour(world)[who]
    page = world.page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    if known not in _signed_in:
        page.goto(world.site.url() + link)
        expect(page).not_to_have_url(re.compile(re.escape(link)))
        _signed_in[known] = page.context.cookies()
    page.context.add_cookies([each for each in _signed_in[known] if each["name"] == "sessionid"])
    return page


def at(world: World, path: str, who: str = "owner") -> Page:
    """One address as somebody with an account sees it."""
    page = signed_in(world, who)
    page.goto(world.site.url() + path)
    return page


def still(name: str, path: str, **options: Any) -> None:
    """A state that an address alone brings about; ``{…}`` in it are keys of the tour."""

    def bring(world: World) -> Page:
        found = tour(world)
        return at(world, path.format(**{**found, **found["sessions"]}), options.get("who", "owner"))

    state(name, whole=True, **{key: value for key, value in options.items() if key != "who"})(bring)


# ── accounts and plans ──────────────────────────────────────────────────────────────────────────────────────────────


@state("sign-in")
def sign_in(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/accounts/sign-in/")
    return page


still("accounts-profile", "/accounts/profile/")
still("library", "/plans/")
still("library-empty", "/plans/", who="newcomer")
still("plan", "/plans/{plan}/")
still("plan-details", "/plans/{plan}/details/")
still("plan-phase", "/plans/{plan}/phases/0/")
still("plan-choose", "/plans/{plan}/phases/0/activities/")
still("plan-activity", "/plans/{plan}/activities/driver/")
still("plan-activity-form", "/plans/{plan}/activities/stand/")
still("plan-activity-board", "/plans/{plan}/activities/sort/")
still("plan-activity-slides", "/plans/{plan}/activities/levers/")
still("plan-text", "/plans/{plan}/text")
still("plan-versions", "/plans/{plan}/versions/")
still("plan-remove", "/plans/{plan}/remove/")
still("import", "/plans/import/")


@state("import-error", whole=True)
def import_error(world: World) -> Page:
    return pasted(world, PLAN + "\n```poll\ntitle: [\n```\n")


@state("plan-proposals", whole=True)
def plan_proposals(world: World) -> Page:
    return pasted(world, PLAN)


@state("plan-proposal", whole=True)
def plan_proposal(world: World) -> Page:
    page = pasted(world, PLAN)
    page.locator(".tag.maybe").first.click()
    expect(page.locator("#activity-form")).to_be_visible()
    return page


def pasted(world: World, text: str) -> Page:
    page = at(world, "/plans/import/", "newcomer")
    page.fill("textarea[name=text]", text)
    page.locator("form[data-import] button.go").click()
    expect(page.locator(".beat, [role=alert]").first).to_be_visible()
    return page


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────

still("sessions", "/sessions/")
still("sessions-empty", "/sessions/", who="newcomer")
still("session-before", "/sessions/{lobby}/")
still("session-now", "/sessions/{running}/")
still("session-after", "/sessions/{ended}/")
still("session-summary", "/sessions/{ended}/summary/")
still("session-erase", "/sessions/{ended}/erase/")
still("groups", "/groups/{running}/")


# ── the control panel ───────────────────────────────────────────────────────────────────────────────────────────────

still("panel-people", "/panel/{running}/people/")
still("panel-phone", "/panel/{running}/phone/")
still("panel-add", "/panel/{running}/add/")
still("panel-ended", "/panel/{ended}/")
still("panel-observer", "/panel/{session}/", who="observer")
still("panel-refused", "/panel/{session}/people/", who="observer")


@state("panel-lobby", whole=True)
def panel_lobby(world: World) -> Page:
    return panel(world, "lobby")


@state("panel-running", whole=True)
def panel_running(world: World) -> Page:
    return panel(world, "running")


def panel(world: World, which: str) -> Page:
    page = at(world, f"/panel/{tour(world)['sessions'][which]}/")
    expect(page.locator("#conn [data-text]")).not_to_have_text("")
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    return page


def opened(name: str, sheet: str) -> None:
    """A sheet of the panel, open."""

    def bring(world: World) -> Page:
        page = panel(world, "running")
        page.locator(f"#{sheet}").evaluate("each => each.showPopover()")
        return page

    state(f"panel-sheet-{name}")(bring)


for _name, _sheet in (
    ("invite", "invite"), ("session", "session"), ("ask", "ask"), ("end", "end"), ("catch-up", "catch-up"),
):  # fmt: skip
    opened(_name, _sheet)


@state("panel-offline")
def panel_offline(world: World) -> Page:
    page = world.staff()
    world.open("feature")
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    world.site.stop()
    expect(page.locator("#conn.off")).to_be_attached(timeout=20_000)
    return page


# ── the demonstration on phones and the projector ───────────────────────────────────────────────────────────────────


@state("demo-learner", whole=True)
def demo_learner(world: World) -> Page:
    page = world.page(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    page.goto(world.site.url() + tour(world)["join"])
    page.locator("button[form=join]").click()
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    expect(page.locator(".activity").first).to_be_visible()
    return page


@state("demo-screen", sizes=(WALL, LAPTOP), themes=("light",))
def demo_screen(world: World) -> Page:
    page = world.page(viewport={"width": WALL[0], "height": WALL[1]})
    page.goto(world.site.url() + tour(world)["screen"])
    expect(page.locator(".scene")).to_be_visible()
    return page


@state("kinds-learner", whole=True)
def kinds_learner(world: World) -> Page:
    """A phone on which an activity of every kind is open."""
    found = tour(world)
    page = world.page(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    page.context.add_cookies(
        [{"name": name, "value": value, "url": world.site.url()} for name, value in found["learner"].items()]
    )
    page.goto(f"{world.site.url()}/s/{found['session']}/")
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    return page


still("kinds-panel", "/panel/{session}/", who="facilitator")
still("kinds-groups", "/groups/{session}/", who="facilitator")
