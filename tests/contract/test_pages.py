"""What axe need not look at is no page: nobody who asks gets a whole one."""

from __future__ import annotations

from tests.contract.test_permissions import table
from tests.contract.world import VISITORS, World, address, addresses, browser
from tests.pages import NO_PAGES


def test_what_axe_passes_over_is_no_page(world: World) -> None:
    named = {name: address(name, pattern, world) for name, pattern in addresses() if name in NO_PAGES}
    whole = {
        name
        for visitor in VISITORS
        for name, url in named.items()
        if (answer := browser(world, visitor).get(url)).status_code == 200 and b"<html" in answer.content
    }

    assert whole == set()
    assert set(table("addresses get")) >= NO_PAGES
