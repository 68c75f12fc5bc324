"""Markdown of a plan: safe, and never slow."""

from __future__ import annotations

import time

import pytest

from workshop.plans.markdown import LONGEST, to_html


def test_ordinary_text_is_markdown() -> None:
    assert to_html("# One\n\n**two** [three](https://example.org)").startswith(
        "<h3>One</h3>\n<p><strong>two</strong> <a"
    )


@pytest.mark.parametrize("text", ["[" * 200_000, "[x][" * 40_000, "*a" * 90_000, "_" * 100_000, "word <b>\n" * LONGEST])
def test_what_takes_long_is_plain_text(text: str) -> None:
    began = time.thread_time()
    html = to_html(text)
    assert time.thread_time() - began < 2.0  # Markdown takes minutes
    assert "<b>" not in html
