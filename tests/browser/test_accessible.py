"""axe finds nothing on any page: the whole site is walked by its links, with the demonstration's sessions on it.

Pages that no link leads to are then opened by their address, in a session with an activity of every kind: whatever the
table of permissions lets a learner or the facilitator open is seen. A page that asks another host for something or
breaks the content policy fails here too. The states of pages are in test_accessible_states.py.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.browser.looking import LOOKS, PHONE, WALL, Look, faults
from tests.contract.test_permissions import table
from tests.contract.world import VISITORS
from tests.live_site import ROOT, Site
from tests.pages import NO_PAGES

pytestmark = pytest.mark.browser
#: Followed once for each session and plan; the rest of an address does not make another sort of page.
SORTS = ("public_id", "kind", "plan")
PLAN = """# Reading a bill

### Engage
**Duration:** 20 minutes

**Technology Integration:** Use digital polling tool for gathering initial thoughts
"""


class Walk:
    """Pages that were seen, and what was wrong with them."""

    def __init__(self, site: Site, link: str) -> None:
        self.site = site
        #: The one-time link that ``make run`` prints.
        self.link = link
        self.seen: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.elsewhere: list[str] = []
        self.policy: list[str] = []
        #: Static files that browsers would ask for again.
        self.short: set[str] = set()

    def context(self, browser: Browser, **options: object) -> BrowserContext:
        """A browser whose requests and console are watched."""
        made = browser.new_context(**options)
        made.set_default_timeout(20_000)
        made.on("request", lambda request: self._note(request.url))
        made.on("response", self._keep)
        made.on(
            "console", lambda line: self.policy.append(line.text) if "Content Security Policy" in line.text else None
        )
        made.on("weberror", lambda error: self.policy.append(str(error.error)))
        return made

    def _note(self, url: str) -> None:
        place = urlsplit(url)
        if place.scheme not in ("data", "blob", "about") and place.port != self.site.port:
            self.elsewhere.append(url)

    def _keep(self, response: Response) -> None:
        if "/static/" in response.url and "immutable" not in response.headers.get("cache-control", ""):
            self.short.add(response.url)

    def look(self, page: Page, what: str, looks: tuple[Look, ...] = LOOKS) -> None:
        """Ask axe about a page as it stands."""
        if found := faults(page, looks):
            self.seen[what] = found

    def visit(self, page: Page, path: str, *, status: int = 200, looks: tuple[Look, ...] = LOOKS) -> None:
        """Open an address and look at it. It has been met unless it led elsewhere."""
        response = page.goto(self.site.url() + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        self.met(page, looks)

    def met(self, page: Page, looks: tuple[Look, ...] = LOOKS) -> None:
        """Look at the page that the browser is on."""
        path = urlsplit(page.url).path
        self.names.add(name_of(path))
        self.look(page, f"{name_of(path)} {path}", looks)

    def file(self, page: Page, path: str) -> None:
        """Look at a page that is downloaded and opened from the disk."""
        answer = page.context.request.get(self.site.url() + path)
        assert answer.ok, f"{path}: {answer.status}"
        page.goto("about:blank")
        page.set_content(answer.text())
        self.names.add(name_of(path))
        self.look(page, path)

    def all_links(self, page: Page, start: str) -> None:
        """Visit every page that can be reached by links, one of each sort for each session and plan."""
        todo, known = deque([start]), {key_of(start)}
        while todo:
            self.visit(page, todo.popleft())
            for href in page.eval_on_selector_all(
                "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
            ):
                path = urlsplit(href).path if href.startswith("/") else ""
                name = name_of(path) if path else ""
                if (
                    name
                    and name not in NO_PAGES | FILES
                    and key_of(path) not in known
                    and not name.startswith("live:qr")
                ):
                    known.add(key_of(path))
                    todo.append(path)

    def sign_in(self, page: Page, link: str) -> None:
        """Use a one-time link, whose script signs in at once."""
        page.goto(self.site.url() + link)
        expect(page).not_to_have_url(re.compile(re.escape(link)))


#: Files to download, some of them pages.
FILES = {"live:mine", "reports:export"}


def name_of(path: str) -> str:
    """The name of an address, '' for none of ours."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def key_of(path: str) -> tuple[str, ...]:
    """What makes two addresses the same sort of page: their name, session, plan and kind."""
    found = resolve(path)
    return (found.view_name, *(str(found.kwargs.get(part, "")) for part in SORTS))


def run(site: Site, *command: str) -> str:
    made = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def walk() -> Iterator[Walk]:
    """A site as ``make run`` prepares it, with the demonstration on it and its static files collected."""
    site = Site()
    link = re.search(r"/accounts/in/[^/\s]+/", run(site, "manage.py", "demo", "--no-serve"))
    assert link
    with site:
        yield Walk(site, link[0])


@pytest.fixture(scope="module")
def tour(walk: Walk) -> dict[str, Any]:
    """Addresses of all pages in another session, and links that only people hand on."""
    found: dict[str, Any] = json.loads(run(walk.site, "-m", "tests.live_tour"))
    return found


def test_every_page_of_staff(walk: Walk, tour: dict[str, Any], chromium: Browser) -> None:
    page = walk.context(chromium).new_page()
    walk.visit(page, reverse("accounts:sign_in"))
    walk.visit(page, "/nothing/here/", status=404)
    walk.sign_in(page, walk.link)
    expect(page).to_have_url(re.compile(reverse("plans:library") + "$"))
    walk.all_links(page, reverse("plans:library"))
    for other in ("plans:import", "accounts:profile", "reports:sessions"):
        walk.visit(page, reverse(other))
    walk.file(page, reverse("reports:export", args=[tour["running"], "summary"]))
    page.context.close()
    # Used for the second time.
    again = without_sign_in_script(walk, chromium)
    walk.visit(again, walk.link, looks=PHONE)
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    walk.met(again, PHONE)


def without_sign_in_script(walk: Walk, chromium: Browser) -> Page:
    """A page on which a link's script does not sign in at once, so that its button is there to be seen."""
    page = walk.context(chromium).new_page()
    page.route("**/submit-at-once*.js", lambda route: route.abort())
    return page


def test_what_an_observer_may_see_and_the_own_phone(walk: Walk, tour: dict[str, Any], chromium: Browser) -> None:
    page = walk.context(chromium).new_page()
    walk.sign_in(page, tour["observer"])
    walk.visit(page, reverse("live:panel", args=[tour["session"]]))
    walk.visit(page, reverse("live:panel_people", args=[tour["session"]]), status=403)
    walk.visit(without_sign_in_script(walk, chromium), tour["pages"]["live:panel_in"], looks=PHONE)


def test_somebody_new_finds_empty_shelves_and_mends_a_plan(walk: Walk, tour: dict[str, Any], chromium: Browser) -> None:
    page = walk.context(chromium).new_page()
    walk.sign_in(page, tour["newcomer"])
    walk.met(page)
    walk.visit(page, reverse("reports:sessions"))
    for text in ("", PLAN + "\n```poll\ntitle: [\n```\n"):
        page.goto(walk.site.url() + reverse("plans:import"))
        page.fill("textarea[name=text]", text)
        page.get_by_role("button", name="Read my plan").click()
        expect(page.get_by_role("alert")).to_be_visible()
        walk.met(page)
    page.fill("textarea[name=text]", PLAN)
    page.get_by_role("button", name="Read my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reading a bill")
    walk.met(page)
    page.locator(".tag.maybe").first.click()
    walk.met(page)
    page.get_by_role("button", name="Put it into the plan").click()
    walk.met(page)


def test_every_page_of_a_learner_and_the_screen(walk: Walk, tour: dict[str, Any], chromium: Browser) -> None:
    here = tour["running"]
    page = walk.context(chromium, has_touch=True).new_page()
    walk.visit(page, "/")
    walk.visit(page, "/000000/", status=404)
    walk.visit(page, tour["pages"]["live:by_code"])
    walk.visit(page, tour["join"])
    page.locator("button[form=join]").click()
    expect(page).to_have_url(re.compile(f"/s/{here}/$"))
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    walk.all_links(page, f"/s/{here}/")
    for name in ("profile", "rejoin", "leave"):
        walk.visit(page, f"/s/{here}/{name}/", looks=PHONE)
    walk.file(page, f"/s/{here}/mine/")
    walk.visit(page, "/r/broken/", status=404, looks=PHONE)
    wall = walk.context(chromium).new_page()
    wall.goto(walk.site.url() + tour["screen"])
    expect(wall.locator("main")).to_be_visible()
    walk.met(wall, WALL)
    walk.visit(page, "/screen/broken/", status=404, looks=WALL)


def allowed(visitor: str) -> set[str]:
    """Names of the pages that the table lets a visitor open."""
    place = VISITORS.index(visitor)
    return {name for name, row in table("addresses get").items() if row[place] == "y"} - NO_PAGES - FILES


def test_every_page_that_no_link_leads_to(walk: Walk, tour: dict[str, Any], chromium: Browser) -> None:
    url = walk.site.url()
    learner = walk.context(chromium, has_touch=True)
    learner.add_cookies([{"name": name, "value": value, "url": url} for name, value in tour["learner"].items()])
    facilitator = walk.context(chromium)
    walk.sign_in(facilitator.new_page(), tour["facilitator"])
    for visitor, context, looks in (("ana", learner, PHONE), ("facilitator", facilitator, LOOKS)):
        page = context.new_page()
        # Pages of activities look otherwise to each of them.
        for name in sorted(allowed(visitor) & (set(tour["of_kinds"]) | set(tour["pages"]) - walk.names)):
            walk.visit(page, tour["pages"][name], looks=looks)


def test_nothing_was_wrong(walk: Walk) -> None:
    lines = [f"{what}: {line}" for what, found in walk.seen.items() for line in found]
    assert lines == [], "\n".join(lines)


def test_no_page_asked_another_host_or_broke_the_policy(walk: Walk) -> None:
    assert (walk.elsewhere, walk.policy) == ([], [])


def test_browsers_keep_every_static_file_for_ever(walk: Walk) -> None:
    assert walk.short == set()


def test_every_page_was_met(walk: Walk) -> None:
    """Whatever somebody may open is a page that axe has seen, or is listed as none in tests/pages.py."""
    pages = {name for name, row in table("addresses get").items() if "y" in row}
    assert pages - NO_PAGES - walk.names == set()
