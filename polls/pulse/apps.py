"""Activity kind: reactions, and how it goes."""

from django.apps import AppConfig


class PulseConfig(AppConfig):
    """Activity kind: reactions and a pulse with its trend."""

    name = "polls.pulse"
    label = "pulse"

    def ready(self) -> None:
        """Register the kind, its ops, its slot, and what a learner's own page knows."""
        from polls.pulse import operations, personal, slots  # noqa: F401 - ops and slots register on import
        from polls.pulse.kind import Pulse
        from workshop.kinds import activity_kinds
        from workshop.live import hooks

        activity_kinds.register(Pulse())
        if personal.own_level not in hooks.personal:
            hooks.personal.append(personal.own_level)
