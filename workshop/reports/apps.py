"""Reports: exports, the page of a session, erasing."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers the op that erases a session and what the library shows of sessions."""

    name = "workshop.reports"
    label = "reports"

    def ready(self) -> None:
        """Load what registers itself on import."""
        from workshop.plans import hooks
        from workshop.reports import (
            operations,  # noqa: F401 - registers its op
            shelf,
        )

        hooks.shelf.append(shelf.shelf)
        hooks.holds.append(shelf.holds)
