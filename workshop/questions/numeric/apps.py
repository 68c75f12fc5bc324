"""Question kind: a number."""

from django.apps import AppConfig


class NumericConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.numeric"
    label = "numeric"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.numeric.kind import Numeric

        question_kinds.register(Numeric())
