"""Question kind: options put in order."""

from django.apps import AppConfig


class RankingConfig(AppConfig):
    """Registers the kind."""

    name = "workshop.questions.ranking"
    label = "ranking"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.kinds import question_kinds
        from workshop.questions.ranking.kind import Ranking

        question_kinds.register(Ranking())
