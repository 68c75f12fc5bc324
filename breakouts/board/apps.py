"""Activity kind: one board of cards per group."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Activity kind: one board of cards per group."""

    name = "breakouts.board"
    label = "board"

    def ready(self) -> None:
        """Register the kind, its ops and its slots."""
        from breakouts.board import operations, slots  # noqa: F401 - ops and slots register on import
        from breakouts.board.kind import Board
        from workshop.kinds import activity_kinds

        activity_kinds.register(Board())
