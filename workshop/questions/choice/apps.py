"""Question kind: one or several of a list."""

from django.apps import AppConfig


class ChoiceConfig(AppConfig):
    """Question kind: one or several of a list."""

    name = "workshop.questions.choice"
    label = "choice"
