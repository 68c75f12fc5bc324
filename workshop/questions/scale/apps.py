"""Question kind: a number between two ends."""

from django.apps import AppConfig


class ScaleConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.scale"
    label = "scale"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.scale.kind import Scale

        question_kinds.register(Scale())
