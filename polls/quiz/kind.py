"""A quiz: several questions with right answers, led or at one's own pace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.quiz import exhibits, scoring, steps
from polls.quiz.config import QuizConfig
from polls.quiz.editor import QuizEditor
from workshop.kinds import ActivitySpec, Audience, Exhibit, Json, Link, Part, Table, Text
from workshop.live.models import Participant
from workshop.questions import practised
from workshop.questions.activity import STYLES, QuestionActivity
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.display import change
from workshop.questions.gate import links, shows_names, shows_values
from workshop.questions.marking import explanation_of, points_of
from workshop.questions.shorthand import expand, question

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun
    from workshop.plans.models import Activity, Plan
    from workshop.realtime.inbox import Batch


class Quiz(QuestionActivity):
    """Questions with right answers, points and a review. Each question may be of any kind."""

    slug: ClassVar[str] = "quiz"
    label: ClassVar[Any] = gettext_lazy("Quiz")
    icon: ClassVar[str] = "check"
    template_folder: ClassVar[str] = "quiz"
    Config: ClassVar[type[QuizConfig]] = QuizConfig
    Editor: ClassVar[type[QuizEditor]] = QuizEditor
    questions: ClassVar[Any] = "many"
    in_steps: ClassVar[bool] = True
    modules: ClassVar[tuple[str, ...]] = ("questions/hand-in.js", "quiz/points.js")
    styles: ClassVar[tuple[str, ...]] = (*STYLES, "quiz/quiz.css")

    def read_block(self, body: dict[str, Json]) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        """Each question says its ``type``; without one it is a choice of its ``options``, else a number."""
        config, raw = super().read_block(body)
        return config, [_expanded(entry) for entry in raw]

    def asking(self, run: ActivityRun) -> Collection[str] | None:
        asks = of_activity(run.activity)
        if run.activity.pace != "led":
            return None
        place = steps.place_of(run, asks)
        if place.asked is None or place.told or steps.is_over(run, place):
            return ()
        return (place.asked.key,)

    def telling(self, run: ActivityRun, audience: Audience) -> Mapping[str, bool] | None:
        """Staff watch the answers come in; everybody else sees them with the right one."""
        if run.state == "closed":
            return None
        if run.activity.pace != "led":
            return None if audience == "staff" else {}
        place = steps.place_of(run, of_activity(run.activity))
        if place.asked is None or (audience != "staff" and not place.told):
            return {}
        return {place.asked.key: place.told}

    def on_screen(self, run: ActivityRun, forward: bool) -> bool:  # noqa: FBT001 - the contract's
        """Ask the next question, or tell the right answer of this one."""
        if run.activity.pace != "led" or run.state != "open":
            return False
        state = steps.moved(run, steps.place_of(run, of_activity(run.activity)), forward=forward)
        if state is None:
            return False
        run.state_data = state
        # Each result begins with its first page.
        change(run, page=0)
        return True

    def next_step(self, run: ActivityRun) -> Text | None:
        asks = of_activity(run.activity)
        place = steps.place_of(run, asks)
        if run.activity.pace != "led" or place.asked is None or run.state != "open":
            return None
        if not place.told:
            return _("Show the right answer")
        if place.index + 1 < len(asks):
            return _("Question %(n)d of %(total)d") % {"n": place.index + 2, "total": len(asks)}
        return None

    def opened(self, batch: Batch, run: ActivityRun) -> None:
        """Right answers disappear when a close is taken back."""
        super().opened(batch, run)
        if run.show_answers:
            run.show_answers = False
            run.save(update_fields=["show_answers"])

    def closed(self, batch: Batch, run: ActivityRun) -> None:
        """Drafts are handed in; then, with a review, everybody sees the right answers and their own points."""
        super().closed(batch, run)
        config, _asks = self._read(run)
        if not config.review or run.state != "closed":
            return
        run.show_answers = True
        run.changed = batch.move(run.session_id, f"activity:{run.activity_id}")
        run.save(update_fields=["show_answers", "changed"])
        here = Participant.objects.filter(session=run.session_id, removed_at=None, erased_at=None)
        for person in here.values_list("pk", flat=True):
            batch.touch_person(run.session_id, f"p:{person}")

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """See ``QuestionActivity.stage``; with the place of a led quiz and, when it is over, the review."""
        part = super().stage(run, audience)
        config, asks = self._read(run)
        place = steps.place_of(run, asks)
        led = run.activity.pace == "led" and run.state == "open"
        known = place.known if led else [asked.key for asked in asks] if run.show_answers else []
        standing = scoring.results(run, config, asks, known) if known and audience != "learner" else []
        context = {
            **part.context,
            "led": led,
            "place": place,
            "number": place.index + 1,
            "again": steps.is_over(run, place),
            "total": len(asks),
            "why": explanation_of(place.asked.config) if led and place.told and place.asked else "",
            "review": [(asked, explanation_of(asked.config)) for asked in asks] if run.show_answers and not led else [],
            "leaders": scoring.leaderboard(run, asks, standing) if config.leaderboard else [],
            "groups": scoring.teams(run, standing) if config.teams else [],
            "shares": scoring.shares(asks, standing) if not led and run.show_screen else [],
        }
        return Part(part.template, context)

    def links(self, plan: Plan, phase: int, key: str = "") -> Iterable[Link]:
        """Questions from a file, and the quiz as GIFT."""
        if key:
            return [Link(reverse("quiz:gift", args=[plan.pk, key]), _("Download as GIFT"))]
        return [Link(reverse("quiz:import", args=[plan.pk, phase]), _("Import a quiz"))]

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """Points by question and, where people may be told apart, by person."""
        config, asks = self.load(activity.config, activity.config_version), of_activity(activity)
        run = activity.runs.order_by("-round").select_related("activity", "session").first()
        if run is None or not asks:
            return []
        practice = practised.authors_of_round(run.session_id, activity.pk, run.round)
        keys = [asked.key for asked in asks if scoring.has_right(asked)]
        standing = [each for each in scoring.results(run, config, asks, keys) if each.author not in practice]
        tables = [_by_question(activity, asks, standing)]
        if names and all(links(asked.level) and shows_values(asked.level) for asked in asks):
            tables.append(_by_person(activity, asks, standing))
        return tables

    def exhibits(self) -> list[Exhibit]:
        """See ``polls.quiz.exhibits``."""
        return exhibits.all_states()

    def examples(self) -> list[ActivitySpec]:
        right = [_("Idle machines")]
        first = question("single", _("What costs money and does nothing?"), options=[_("Tags"), *right], right=right)
        several = question(
            "multiple",
            _("What lowers the bill?"),
            options=[_("Smaller models"), _("Switching off"), _("More logs")],
            right=[_("Smaller models"), _("Switching off")],
            explanation=_("Logs cost money too."),
            points=2,
        )
        return [
            ActivitySpec(kind=self.slug, title=_("What do you remember?"), questions=(first, several)),
            ActivitySpec(
                kind=self.slug,
                title=_("Check yourself"),
                config={"leaderboard": True},
                pace="self",
                questions=(first, several),
                privacy="named",
            ),
        ]

    def _read(self, run: ActivityRun) -> tuple[QuizConfig, Sequence[Asked]]:
        return self.load(run.activity.config, run.activity.config_version), of_activity(run.activity)


def _expanded(entry: Any) -> Any:
    if not isinstance(entry, dict) or "kind" in entry:
        return entry
    rest = dict(entry)
    word = rest.pop("type", "single" if "options" in rest else "numeric")
    if isinstance(word, str) and word == "single" and isinstance(rest.get("right"), list) and len(rest["right"]) > 1:
        word = "multiple"
    return expand(word, rest) if isinstance(word, str) else entry


def _by_question(activity: Activity, asks: Sequence[Asked], standing: Sequence[scoring.Result]) -> Table:
    """How the room did, question by question."""
    columns = [_("Question"), _("Right answer"), _("Points"), _("Answers"), _("All right"), _("Mean points")]
    rows: list[list[Any]] = []
    for asked in asks:
        if not scoring.has_right(asked):
            continue
        got = [result.points[asked.key] for result in standing if asked.key in result.points]
        full = points_of(asked.config)
        mean = scoring.tidy(sum(got) / len(got)) if got else None
        guarded = not shows_values(asked.level) and len(got) < 5  # noqa: PLR2004 - gate.LEAST
        shown = [None, None, None] if guarded else [len(got), sum(each >= full for each in got), mean]
        rows.append([asked.prompt, ", ".join(asked.kind.right(asked.config)), full, *shown])
    return Table(_("%(title)s: points") % {"title": activity.title}, columns, rows)


def _by_person(activity: Activity, asks: Sequence[Asked], standing: Sequence[scoring.Result]) -> Table:
    """Everybody's points; names only where the questions were named."""
    named = all(shows_names(asked.level) for asked in asks)
    ids = [int(result.author[2:]) for result in standing if result.author.startswith("p:")]
    people = {person.key: person for person in Participant.objects.filter(pk__in=ids, erased_at=None)}
    keys = [asked.key for asked in asks if scoring.has_right(asked)]
    rows = [
        [
            people[result.author].label if named else Participant(number=people[result.author].number).label,
            *(result.points.get(key) for key in keys),
            result.total,
        ]
        for result in standing
        if result.author in people
    ]
    prompts = [asked.prompt for asked in asks if scoring.has_right(asked)]
    return Table(_("%(title)s: people") % {"title": activity.title}, [_("Who"), *prompts, _("Points")], rows)
