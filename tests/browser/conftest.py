"""A server and a browser for the browser tests. No test sleeps: each waits for a state that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live_site import Room, Site, lan_address
from tests.programs import ServiceMissing, find_headless
from tests.services import missing

HERE = Path(__file__).parent
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}

#: In ms, for whatever must come to be: what is late on a busy machine is not missing. Nothing waits longer than it must.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def one_site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def site(one_site: Site) -> Iterator[Site]:
    """One server for all tests; each test has a session of its own. Whoever ends the server finds it alive again."""
    yield one_site
    one_site.ensure()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        program = find_headless()
    except ServiceMissing as error:
        missing(error)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture
def room(site: Site) -> Iterator[Room]:
    """A session with its door open, three polls in its first phase."""
    made = site.room((HERE / "learner_plan.md").read_text())
    yield made
    made.end()


@pytest.fixture(params=["loopback", "lan"])
def host(request: pytest.FixtureRequest) -> str:
    """The address by which the page is opened. Only loopback is a secure context without TLS."""
    if request.param == "loopback":
        return "127.0.0.1"
    found = lan_address()
    if found is None:
        pytest.skip("this machine has no address but loopback")
    return found


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Make a phone: a browser context of its own. Errors of scripts and of the content policy fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> Page:
        context = chromium.new_context(**{**PHONE, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []
