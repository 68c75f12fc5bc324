"""Question kind: yes, no, or abstain."""

from django.apps import AppConfig


class YesNoConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.yesno"
    label = "yesno"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.yesno.kind import YesNo

        question_kinds.register(YesNo())
