"""Question kind: a scale with labelled ends."""

from django.apps import AppConfig


class ScaleConfig(AppConfig):
    """Question kind: a scale with labelled ends."""

    name = "workshop.questions.scale"
    label = "scale"
