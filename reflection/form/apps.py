"""Activity kind: several questions, saved as one types."""

from django.apps import AppConfig


class FormConfig(AppConfig):
    """Registers the kind."""

    name = "reflection.form"
    label = "form"

    def ready(self) -> None:
        """Register the kind."""
        from reflection.form.kind import Form
        from workshop.kinds import activity_kinds

        activity_kinds.register(Form())
