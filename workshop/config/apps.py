"""The composition root as an app: logging, and start-up checks that must see all settings."""

from django.apps import AppConfig
from django.conf import settings

from workshop.config import logs


class ConfigConfig(AppConfig):
    """Sets up logging and registers the start-up checks."""

    name = "workshop.config"
    label = "config"

    def ready(self) -> None:
        """Configure logging; load the checks; guard the server programs."""
        logs.configure(json_lines=settings.LOG_JSON, level=settings.LOG_LEVEL, frank=settings.DEBUG)
        from workshop.config import checks  # noqa: F401 - registers on import
        from workshop.config.demonstration import loading
        from workshop.config.servers import daphne
        from workshop.plans import hooks

        hooks.demonstration.append(loading.offer)
        daphne.guard()
