"""Activity kind: text, link, scenario or prompt."""

from django.apps import AppConfig


class ResourceConfig(AppConfig):
    """Activity kind: text, link, scenario or prompt."""

    name = "workshop.content.resource"
    label = "resource"
