"""The realtime core as an app."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Heads, ops, presence and streams; registers nothing itself."""

    name = "workshop.realtime"
    label = "realtime"
