"""What a plan says about a resource."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from workshop.kinds import KindConfig
from workshop.plans.markdown import MOST_MARKS

TEXT_LIMIT = 20_000
SCHEMES = ("http", "https", "mailto")


def safe_url(url: str) -> str:
    """The address when it is one that a reader may be sent to, else ValueError with a sentence."""
    message = _("A link begins with https://, http:// or mailto:.")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError(message)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(message) from None
    if parts.scheme not in SCHEMES or not (parts.hostname if parts.scheme != "mailto" else "@" in parts.path):
        raise ValueError(message)
    return url


class ResourceConfig(KindConfig):
    """Something to read, to open or to talk about. ``text`` is Markdown; pictures and HTML in it are left out."""

    variant: Literal["text", "link", "scenario", "prompt"] = "text"
    text: str = Field(default="", max_length=TEXT_LIMIT)
    url: str = Field(default="", max_length=2_000)
    link_text: str = Field(default="", max_length=200)

    @field_validator("text")
    @classmethod
    def _readable(cls, text: str) -> str:
        for mark, most in MOST_MARKS.items():
            if text.count(mark) > most:
                raise ValueError(_("This text has too many “%(mark)s”.") % {"mark": mark})
        return text

    @field_validator("url")
    @classmethod
    def _only_safe_links(cls, url: str) -> str:
        return safe_url(url) if url else ""

    @model_validator(mode="after")
    def _something_to_show(self) -> ResourceConfig:
        if self.variant == "link" and not self.url:
            raise ValueError(_("A link needs an address, for instance https://example.org."))
        return self
