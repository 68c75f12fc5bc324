"""Activity kind: one board of cards per group."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Activity kind: one board of cards per group."""

    name = "breakouts.board"
    label = "board"
