"""The composition root as an app: start-up checks that must see all settings."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the start-up checks."""

    name = "workshop.config"
    label = "config"

    def ready(self) -> None:
        """Load the checks."""
        from workshop.config import checks  # noqa: F401 - registers on import
