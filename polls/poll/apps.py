"""Activity kind: one question with a live result."""

from django.apps import AppConfig


class PollConfig(AppConfig):
    """Activity kind: one question with a live result."""

    name = "polls.poll"
    label = "poll"
