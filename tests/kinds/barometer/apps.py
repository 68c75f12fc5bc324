from django.apps import AppConfig


class BarometerConfig(AppConfig):
    name = "tests.kinds.barometer"
    label = "barometer"

    def ready(self) -> None:
        from tests.kinds.barometer.kind import Barometer
        from workshop.kinds import activity_kinds

        activity_kinds.register(Barometer())
