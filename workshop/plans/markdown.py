"""Markdown of a plan as safe HTML: what an author wrote, never what somebody smuggled in."""

from __future__ import annotations

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).disable("image")
#: More brackets or marks than any text has: beyond them the time to read Markdown grows with their square.
MOST_MARKS = {"[": 1_000, "*": 1_500, "_": 1_500}
#: Characters; a plan's own unknown sections may be as long as its file.
LONGEST = 200_000
TAGS = {
    *("p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def to_html(text: str) -> SafeString:
    """``text`` as HTML without pictures, scripts and styles; headings begin below those of the page.

    What would take long to read as Markdown is shown as the plain text that it is.
    """
    if len(text) > LONGEST or any(text.count(mark) > most for mark, most in MOST_MARKS.items()):
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped
    html = _PARSER.render(text)
    for level in (2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned one line above
