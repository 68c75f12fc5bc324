"""Tags of the pages of sessions."""

from __future__ import annotations

from django import template
from django.urls import reverse

from workshop.live.models import Session
from workshop.plans.forms import LEVEL_CHOICES
from workshop.reports.summary import Picture

register = template.Library()


@register.filter
def level(name: str) -> str:
    """Bloom's level in the reader's language; what is none of them as it stands."""
    return str(dict(LEVEL_CHOICES).get(name, name))


@register.simple_tag
def result_url(session: Session, picture: Picture, form: str) -> str:
    """The address of one result as a file: ``svg`` or ``csv``."""
    result = picture.result
    place = [session.public_id, result.activity.pk, result.round, result.question.key, form]
    return f"{reverse('reports:result', args=place)}?beside={picture.view}"
