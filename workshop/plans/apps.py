"""Plans."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans."""

    name = "workshop.plans"
    label = "plans"
