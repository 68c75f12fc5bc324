"""Sun, cloud or rain: the least that a question kind needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms

from workshop.kinds import Chart, EditorForm, Json, KindConfig, QuestionKind, Refused
from workshop.questions.gate import suppress
from workshop.questions.shares import bar_rows

SKIES = {"sun": "Sun", "cloud": "Cloud", "rain": "Rain"}


class WeatherConfig(KindConfig):
    place: str = ""


class WeatherEditor(EditorForm):
    place = forms.CharField(required=False)

    def config(self) -> dict[str, Json]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class WeatherTally:
    def __init__(self) -> None:
        self.n = 0
        self.skies: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self.skies[value] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: WeatherTally) -> None:
        self.n += other.n
        self.skies.update(other.skies)

    def data(self) -> dict[str, Json]:
        return {"n": self.n, "skies": {sky: self.skies[sky] for sky in SKIES}}


class Weather(QuestionKind):
    slug = "weather"
    label = "Weather"
    template_folder = "weather"
    Config = WeatherConfig
    Editor = WeatherEditor
    types = {"sky": {}}

    def public(self, config: WeatherConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        return {"place": config.place, "skies": list(SKIES)}

    def parse(self, config: WeatherConfig, raw: Json) -> Json:
        if not isinstance(raw, str) or raw not in SKIES:
            raise Refused("bad_value", "Please choose a sky.")
        return raw

    def answering(self, config: WeatherConfig, own: Json) -> dict[str, Any]:
        return {"own": own, "skies": list(SKIES.items())}

    def tally(self, config: WeatherConfig) -> WeatherTally:
        return WeatherTally()

    def guarded(self, config: WeatherConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        return {"n": data["n"], "skies": suppress(data["skies"], least)}

    def result(self, config: WeatherConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        skies = data.get("skies") or {}
        return {"n": data["n"], "rows": bar_rows([(sky, SKIES[sky], skies.get(sky)) for sky in SKIES], data["n"])}

    def chart(self, config: WeatherConfig, data: Mapping[str, Json]) -> Chart:
        shown = {sky: count for sky, count in data.get("skies", {}).items() if count is not None}
        return Chart("bars", tuple(SKIES[sky] for sky in shown), tuple(float(count) for count in shown.values()))

    def cells(self, config: WeatherConfig, value: Json) -> list[Any]:
        return [SKIES.get(value, "")]

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        return [({}, ["sun", "rain"], ["snow", None, 3, ["sun"]]), ({"place": "Here"}, ["cloud"], [""])]
