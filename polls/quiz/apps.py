"""Activity kind: questions with right answers."""

from django.apps import AppConfig


class QuizConfig(AppConfig):
    """Registers the kind."""

    name = "polls.quiz"
    label = "quiz"

    def ready(self) -> None:
        """Register the kind, and what a learner's own page knows of points."""
        from polls.quiz import personal
        from polls.quiz.kind import Quiz
        from workshop.kinds import activity_kinds
        from workshop.live import hooks

        activity_kinds.register(Quiz())
        if personal.own_points not in hooks.personal:
            hooks.personal.append(personal.own_points)
