"""Groups."""

from django.apps import AppConfig


class BreakoutsConfig(AppConfig):
    """Groups."""

    name = "breakouts"
    label = "breakouts"
