"""Activity kind: text, link, scenario or prompt."""

from django.apps import AppConfig


class ResourceConfig(AppConfig):
    """Activity kind: text, link, scenario or prompt."""

    name = "workshop.content.resource"
    label = "resource"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.content.resource.kind import Resource  # noqa: PLC0415 - apps are ready only now
        from workshop.kinds import activity_kinds  # noqa: PLC0415 - the same

        activity_kinds.register(Resource())
