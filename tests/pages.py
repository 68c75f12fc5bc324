"""Addresses that are no page of their own: everything else must be seen by axe (tests/browser/test_accessible.py)."""

from __future__ import annotations

#: Read by programs, or not HTML.
DATA = {
    "healthz", "readyz", "metrics",
    "live:words", "slides:image", "slides:plan_image", "slides:words", "breakouts:list", "plans:download",
    "reports:result", "quiz:gift",
}  # fmt: skip
#: Parts that a page fetches into itself.
PARTS = {"live:panel_invite", "live:panel_result"}
#: Leads on to a page.
ELSEWHERE = {"live:enter"}
NO_PAGES = DATA | PARTS | ELSEWHERE
