"""Reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports."""

    name = "workshop.reports"
    label = "reports"
