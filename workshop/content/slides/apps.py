"""Activity kind: slides from a PDF."""

from django.apps import AppConfig


class SlidesConfig(AppConfig):
    """Activity kind: slides from a PDF."""

    name = "workshop.content.slides"
    label = "slides"

    def ready(self) -> None:
        """Register the kind and its op."""
        from workshop.content.slides import operations  # noqa: F401, PLC0415 - ops register on import
        from workshop.content.slides.kind import Slides  # noqa: PLC0415 - models are ready only now
        from workshop.kinds import activity_kinds  # noqa: PLC0415 - the same

        activity_kinds.register(Slides())
