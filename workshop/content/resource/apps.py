"""Activity kind: text, link, scenario or prompt."""

from django.apps import AppConfig


class ResourceConfig(AppConfig):
    """Activity kind: text, link, scenario or prompt."""

    name = "workshop.content.resource"
    label = "resource"

    def ready(self) -> None:
        """Register the kind."""
        from workshop.content.resource.kind import Resource
        from workshop.kinds import activity_kinds

        activity_kinds.register(Resource())
