"""Question kind: points on a plane with two axes."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.grid"
    label = "grid"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.grid.kind import Grid

        question_kinds.register(Grid())
