"""One question, and a table of its own in the export: the least that an activity kind needs."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.kinds import ActivitySpec, Json, KindConfig, PlanLine, Proposal, QuestionSpec, Table
from workshop.plans.models import Activity
from workshop.questions.activity import QuestionActivity
from workshop.questions.shorthand import expand, question, shorten


class BarometerConfig(KindConfig):
    unit: str = "hPa"


class Barometer(QuestionActivity):
    slug = "barometer"
    label = "Barometer"
    icon = "poll"
    template_folder = "barometer"
    Config = BarometerConfig
    questions = "one"

    def read_block(self, body: dict[str, Json]) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        rest = dict(body)
        config = {"unit": rest.pop("unit")} if "unit" in rest else {}
        prompt = rest.pop("question", "")
        return config, [{"prompt": prompt, **expand(str(rest.pop("type", "")), rest)}]

    def write_block(self, spec: ActivitySpec) -> dict[str, Json]:
        [asked] = spec.questions
        word, rest = shorten(asked)
        return {**spec.config, "question": asked.prompt, "type": word, **rest}

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        if "barometer" in line.text.lower():
            yield Proposal(self.examples()[0], "The plan mentions a barometer.")

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        return [Table("Pressure", ["Activity", "Unit"], [[activity.title, self.load(activity.config).unit]])]

    def examples(self) -> list[ActivitySpec]:
        asked: QuestionSpec = question("sky", "How does it feel?")
        return [ActivitySpec(self.slug, "Mood", config={"unit": "mbar"}, questions=(asked,))]
