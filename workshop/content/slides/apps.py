"""Activity kind: slides from a PDF."""

from django.apps import AppConfig


class SlidesConfig(AppConfig):
    """Activity kind: slides from a PDF."""

    name = "workshop.content.slides"
    label = "slides"
