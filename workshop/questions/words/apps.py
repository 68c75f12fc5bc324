"""Question kind: a few words each, shown as a cloud."""

from django.apps import AppConfig


class WordsConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.words"
    label = "words"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.words.kind import Words

        question_kinds.register(Words())
