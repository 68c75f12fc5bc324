"""Groups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class BreakoutsConfig(AppConfig):
    """Groups."""

    name = "breakouts"
    label = "breakouts"

    def ready(self) -> None:
        """Register ops, slots and what happens to groups when people come and activities open."""
        from breakouts import openings, operations, slots, undoing  # noqa: F401 - models are ready only now
        from workshop.live import hooks, undo

        hooks.arrivals.append(operations.place_arrival)
        hooks.openings.append(openings.make_groups_for)
        hooks.undoings.append(undoing.taken_back)
        undo.LABELS |= {"groups.make": gettext_lazy("Made the groups"), "groups.fill": gettext_lazy("Placed everybody")}
