"""Screenshots of every page and state: ``make shots``, or ``python -m tests.shots NAME …`` for some.

They go to ``$DATA_DIR/shots`` (``data/shots``): each state at its sizes, light and dark, from left to right and from
right to left, in English and with long German words.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import gallery_shots, live_shots, staff_shots  # noqa: F401 - states are registered when their module is read
from tests.live_site import Site
from tests.programs import find_chromium
from tests.shooting import PLANS, ROOT, STATES, fresh_world, take


def main(names: list[str]) -> None:
    """Take them all, or those whose names begin with one of ``names``; ``gallery`` alone takes that of the kinds."""
    if names[:1] == ["gallery"]:
        gallery_shots.main(names[1:])
        return
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "data") / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in STATES if not names or any(each.name.startswith(name) for name in names)]
    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        for language in PLANS:
            for each in wanted:
                with fresh_world(site, browser, language) as world:
                    take(each, each.bring(world), folder, language)
                print(f"{each.name} {language}", flush=True)
        browser.close()
    print(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
