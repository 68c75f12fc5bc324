"""Question kind: open text, as a list or a word cloud."""

from django.apps import AppConfig


class TextConfig(AppConfig):
    """Question kind: open text, as a list or a word cloud."""

    name = "workshop.questions.text"
    label = "text"
