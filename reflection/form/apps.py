"""Activity kind: several questions, saved as typed."""

from django.apps import AppConfig


class FormConfig(AppConfig):
    """Activity kind: several questions, saved as typed."""

    name = "reflection.form"
    label = "form"
