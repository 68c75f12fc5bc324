"""Realtime core."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Realtime core."""

    name = "workshop.realtime"
    label = "realtime"
