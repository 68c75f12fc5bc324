"""Live sessions."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Live sessions."""

    name = "workshop.live"
    label = "live"
