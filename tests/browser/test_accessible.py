"""axe finds nothing on any page: the whole site is walked by its links, with the demonstration's sessions on it.

Every address that is a page must be met on the way, so a new page that nobody links to fails here, and so does a page
that asks another host for something or breaks the content policy.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.contract.test_permissions import table
from tests.contract.world import VISITORS
from tests.live_site import ROOT, Site

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Colours do not depend on the width: both widths and both themes are seen, each once.
LOOKS = (((390, 844), "light"), ((1440, 900), "dark"))
WALL = ((1920, 1080), "light")
#: Addresses that are no page of their own.
NO_PAGES = {
    "healthz", "readyz",
    "live:words", "slides:image", "slides:plan_image", "slides:words", "breakouts:list", "plans:download",
    # parts of pages, and files
    "live:panel_invite", "live:panel_result", "live:mine", "reports:export",
    # answered by a redirect or a post alone
    "live:screen_link", "plans:proposal",
}  # fmt: skip


class Walk:
    """Pages that were seen, and what was wrong with them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.seen: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.elsewhere: list[str] = []
        self.policy: list[str] = []

    def context(self, browser: Browser, **options: object) -> BrowserContext:
        """A browser whose requests and console are watched."""
        made = browser.new_context(**options)  # type: ignore[arg-type]
        made.set_default_timeout(20_000)
        made.on("request", lambda request: self._note(request.url))
        made.on(
            "console", lambda line: self.policy.append(line.text) if "Content Security Policy" in line.text else None
        )
        made.on("weberror", lambda error: self.policy.append(str(error.error)))
        return made

    def _note(self, url: str) -> None:
        place = urlsplit(url)
        if place.scheme not in ("data", "blob", "about") and place.port != self.site.port:
            self.elsewhere.append(url)

    def look(self, page: Page, what: str, looks: tuple[tuple[tuple[int, int], str], ...] = LOOKS) -> None:
        """Ask axe about a page as it stands."""
        found: list[str] = []
        for (width, height), theme in looks:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            result = Axe().run(
                page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
            )
            for each in result.response["violations"]:
                found += [f"{width} {theme} {each['id']}: {node['html'][:150]}" for node in each["nodes"][:3]]
        if found:
            self.seen[what] = found

    def visit(self, page: Page, path: str, what: str = "", status: int = 200) -> None:
        """Open an address and look at it."""
        response = page.goto(self.site.url() + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        name = name_of(urlsplit(page.url).path)
        self.names.add(name)
        self.look(page, what or f"{name} {path}")

    def all_links(self, page: Page, start: str) -> None:
        """Visit every page that can be reached by links, one of each sort for each session."""
        todo, known = deque([start]), {key_of(start)}
        while todo:
            self.visit(page, todo.popleft())
            for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
                path = urlsplit(href).path if href.startswith("/") else ""
                name = name_of(path) if path else ""
                if name and name not in NO_PAGES and key_of(path) not in known and not name.startswith("live:qr"):
                    known.add(key_of(path))
                    todo.append(path)


def name_of(path: str) -> str:
    """The name of an address, '' for none of ours."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def key_of(path: str) -> tuple[str, ...]:
    """What makes two addresses the same sort of page: their name, session and kind."""
    found = resolve(path)
    return (found.view_name, str(found.kwargs.get("public_id", "")), str(found.kwargs.get("kind", "")))


@pytest.fixture(scope="module")
def walk() -> Iterator[Walk]:
    """A site with the demonstration on it."""
    with Site() as site:
        yield Walk(site)


@pytest.fixture(scope="module")
def link(walk: Walk) -> str:
    """The one-time link of ``make run``."""
    made = subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-serve"],
        cwd=ROOT, env=walk.site.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"/accounts/in/[^/\s]+/", made.stdout)
    assert found
    return found[0]


def test_every_page_of_staff(walk: Walk, link: str, chromium: Browser) -> None:
    page = walk.context(chromium).new_page()
    walk.visit(page, reverse("accounts:sign_in"))
    walk.visit(page, "/nothing/here/", "404", status=404)
    page.goto(walk.site.url() + link)  # its script signs in at once
    expect(page).to_have_url(re.compile(reverse("plans:library") + "$"))
    walk.all_links(page, reverse("plans:library"))
    for other in ("plans:import", "accounts:profile", "reports:sessions"):
        walk.visit(page, reverse(other))
    page.context.close()
    # Used for the second time.
    walk.visit(walk.context(chromium).new_page(), link, "accounts:link")


def running(walk: Walk) -> tuple[str, str, str]:
    """Public id, join link and screen link of the demonstration's running session."""
    script = (
        "import django; django.setup();"
        "from workshop.live.models import Session;"
        "row = Session.objects.get(state='running');"
        "print(row.public_id, row.join_token, row.screen_token)"
    )
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=walk.site.environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    public_id, join, screen = made.stdout.split()
    return public_id, join, screen


def test_every_page_of_a_learner_and_the_screen(walk: Walk, link: str, chromium: Browser) -> None:
    public_id, join, screen = running(walk)
    page = walk.context(chromium, has_touch=True).new_page()
    walk.visit(page, "/")
    walk.visit(page, f"/j/{join}/")
    page.locator("button[form=join]").click()
    expect(page).to_have_url(re.compile(f"/s/{public_id}/$"))
    expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    walk.names.add("live:learner")
    walk.look(page, "learner")
    walk.all_links(page, f"/s/{public_id}/")
    for name in ("profile", "rejoin", "leave"):
        walk.visit(page, f"/s/{public_id}/{name}/")
    wall = walk.context(chromium).new_page()
    wall.goto(f"{walk.site.url()}/screen/{screen}/")
    expect(wall.locator("main")).to_be_visible()
    walk.names.add("live:screen")
    walk.look(wall, "screen", (WALL,))


def test_nothing_was_wrong(walk: Walk) -> None:
    lines = [f"{what}: {line}" for what, found in walk.seen.items() for line in found]
    assert lines == [], "\n".join(lines)


def test_no_page_asked_another_host_or_broke_the_policy(walk: Walk) -> None:
    assert (walk.elsewhere, walk.policy) == ([], [])


#: Pages that are met by code or token in other tests, or without a script alone.
ELSEWHERE = {
    "live:by_code",
    "live:come_back",
    "live:panel_in",
    "board:page",
    "slides:look",
    "slides:file",
    "slides:deck",
}


def test_every_page_was_met(walk: Walk) -> None:
    cells = table("addresses get")
    pages = {name for name, row in cells.items() if row[VISITORS.index("facilitator")] != "m"}
    assert pages - NO_PAGES - ELSEWHERE - walk.names == set()
