"""Addresses of pages in templates."""

from __future__ import annotations

from django import template
from django.urls import reverse

from workshop.content.slides.models import SlidePage
from workshop.live.models import Session
from workshop.plans.models import Activity

register = template.Library()


@register.simple_tag
def slide_url(session: Session, activity: Activity, page: SlidePage) -> str:
    """The address of a page's picture; it changes with the picture, so browsers may keep it."""
    return f"{reverse('slides:image', args=[session.public_id, activity.pk, page.number])}?v={page.image.sha256[:12]}"


@register.filter
def plain_number(value: int) -> str:
    """A number for attributes, without the marks of any language."""
    return str(value)
