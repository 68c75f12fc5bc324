from django.apps import AppConfig


class WeatherConfig(AppConfig):
    name = "tests.kinds.weather"
    label = "weather"

    def ready(self) -> None:
        from tests.kinds.weather.kind import Weather
        from workshop.kinds import question_kinds

        question_kinds.register(Weather())
