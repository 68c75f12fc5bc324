"""Activity kind: one board of cards per group."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Activity kind: one board of cards per group."""

    name = "breakouts.board"
    label = "board"

    def ready(self) -> None:
        """Register the kind, its ops and its slots."""
        from breakouts.board import operations, slots  # noqa: F401, PLC0415 - ops and slots register on import
        from breakouts.board.kind import Board  # noqa: PLC0415 - models are ready only now
        from workshop.kinds import activity_kinds  # noqa: PLC0415 - the same

        activity_kinds.register(Board())
