"""Question kind: points or dots shared out over options."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.allocation"
    label = "allocation"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.allocation.kind import Allocation

        question_kinds.register(Allocation())
