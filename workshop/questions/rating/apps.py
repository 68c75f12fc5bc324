"""Question kind: stars, or 0 to 10 with the Net Promoter Score."""

from django.apps import AppConfig


class RatingConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.rating"
    label = "rating"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.rating.kind import Rating

        question_kinds.register(Rating())
