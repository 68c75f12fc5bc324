"""Groups."""

from django.apps import AppConfig


class BreakoutsConfig(AppConfig):
    """Groups."""

    name = "breakouts"
    label = "breakouts"

    def ready(self) -> None:
        """Register ops, slots and what happens to groups when people come and activities open."""
        from breakouts import openings, operations, slots  # noqa: F401 - models are ready only now
        from workshop.live import hooks

        hooks.arrivals.append(operations.place_arrival)
        hooks.openings.append(openings.make_groups_for)
