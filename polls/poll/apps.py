"""Activity kind: one question with a live result."""

from django.apps import AppConfig


class PollConfig(AppConfig):
    """Registers the kind."""

    name = "polls.poll"
    label = "poll"

    def ready(self) -> None:
        """Register the kind."""
        from polls.poll.kind import Poll
        from workshop.kinds import activity_kinds

        activity_kinds.register(Poll())
