"""Question kind: one or several of a list."""

from django.apps import AppConfig


class ChoiceConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.choice"
    label = "choice"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.choice.kind import Choice

        question_kinds.register(Choice())
