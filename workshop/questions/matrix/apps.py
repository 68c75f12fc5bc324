"""Question kind: rows that are judged on one scale, or by several criteria."""

from django.apps import AppConfig


class MatrixConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.matrix"
    label = "matrix"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.matrix.kind import Matrix

        question_kinds.register(Matrix())
