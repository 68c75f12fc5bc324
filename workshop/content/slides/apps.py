"""Activity kind: slides from a PDF."""

from django.apps import AppConfig


class SlidesConfig(AppConfig):
    """Activity kind: slides from a PDF."""

    name = "workshop.content.slides"
    label = "slides"

    def ready(self) -> None:
        """Register the kind and its op."""
        from workshop.content.slides import operations  # noqa: F401 - ops register on import
        from workshop.content.slides.kind import Slides
        from workshop.kinds import activity_kinds

        activity_kinds.register(Slides())
