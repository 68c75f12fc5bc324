"""The realtime core as an app."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Heads, ops, presence and streams."""

    name = "workshop.realtime"
    label = "realtime"

    def ready(self) -> None:
        """Register the one op of the core itself."""
        from workshop.realtime import streams  # noqa: F401 - registers on import, and models must be loaded
