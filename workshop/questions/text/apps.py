"""Question kind: an answer in one's own words."""

from django.apps import AppConfig


class TextConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.text"
    label = "text"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.text.kind import OpenText

        question_kinds.register(OpenText())
