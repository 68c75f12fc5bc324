"""Questions."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    """Questions."""

    name = "workshop.questions"
    label = "questions"
