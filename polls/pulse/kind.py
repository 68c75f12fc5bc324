"""Reactions without a chat, and a pulse: where people stand, the whole time."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.pulse import exhibits
from polls.pulse.config import STEPS, PulseConfig
from polls.pulse.editor import PulseEditor
from polls.pulse.models import Beat, Tick
from polls.pulse.slots import mean_of
from workshop.kinds import ActivityKind, ActivitySpec, Audience, Exhibit, Json, Part, Quick, SlotUse, Table
from workshop.live.models import Participant

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun
    from workshop.plans.models import Activity
    from workshop.realtime.inbox import Batch


class Pulse(ActivityKind):
    """See ``PulseConfig`` for what a plan can say."""

    slug = "pulse"
    label = gettext_lazy("Pulse and reactions")
    icon = "pulse"
    Config = PulseConfig
    Editor = PulseEditor
    modules = ("pulse/pulse.js",)
    styles = ("pulse/pulse.css",)

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        """Counts for staff and the screen."""
        return [SlotUse(f"pulse:{run.activity_id}", audience) for audience in ("staff", "screen")]

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """See ``ActivityKind.stage``. Counts come by their own slot."""
        config: PulseConfig = self.load(run.activity.config, run.activity.config_version)
        context: dict[str, Any] = {
            "run": run,
            "activity": run.activity,
            "session": run.session,
            "config": config,
            "reactions": list(enumerate(config.reactions)),
            "steps": range(1, STEPS + 1),
            "open": run.state == "open" and not run.frozen,
        }
        return Part(f"pulse/{audience}.html", context)

    def settled(self, batch: Batch, run: ActivityRun) -> None:
        """Counts by time stay; what a single device said is forgotten."""
        del batch
        Beat.objects.filter(activity=run.activity_id, round=run.round).delete()

    def practise(
        self, run: ActivityRun, participant: Participant, chance: Random
    ) -> Iterable[tuple[str, dict[str, Json]]]:
        """A practice learner taps now and then. Its counter is the time, which only grows."""
        del participant
        config: PulseConfig = self.load(run.activity.config, run.activity.config_version)
        n = round(timezone.now().timestamp() * 1000)
        if config.question:
            yield (
                "pulse.beat",
                {"a": run.activity_id, "n": n, "v": 1 + min(STEPS - 1, round(chance.triangular(0, 4, 3)))},
            )
        elif config.reactions:
            yield "pulse.beat", {"a": run.activity_id, "n": n, "e": chance.randrange(len(config.reactions))}

    def quick(self, question: str = "") -> Iterable[Quick]:
        """Open it at once; it stays open when the next phase begins."""
        config: dict[str, Json] = {"question": question.strip()[:200]} if question.strip() else {}
        spec = ActivitySpec(kind=self.slug, title=_("Reactions"), config=config, privacy="anonymous", keep_open=True)
        yield Quick(_("Reactions"), spec)

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """Counts by time, round by round; nobody stands in them."""
        del names
        config: PulseConfig = self.load(activity.config, activity.config_version)
        ticks = list(Tick.objects.filter(activity=activity).order_by("round", "at"))
        start = {tick.round: tick.at for tick in reversed(ticks)}
        columns = [_("Round"), _("Second"), *config.reactions, _("People"), _("Mean")]
        rows = [
            [
                tick.round,
                tick.at - start[tick.round],
                *(tick.reactions.get(str(place), 0) for place in range(len(config.reactions))),
                tick.people,
                mean_of(tick),
            ]
            for tick in ticks
        ]
        return [Table(activity.title, columns, rows)]

    def exhibits(self) -> list[Exhibit]:
        """See ``polls.pulse.exhibits``."""
        return exhibits.all_states()

    def examples(self) -> list[ActivitySpec]:
        """For the contract tests and the gallery."""
        pace: dict[str, Json] = {"question": _("How is the pace?"), "low": _("Too slow"), "high": _("Too fast")}
        return [
            ActivitySpec(kind=self.slug, title=_("How is it going?"), config=pace, privacy="anonymous", keep_open=True),
            ActivitySpec(kind=self.slug, title=_("Reactions"), config={"reactions": ["👍", "🎉"]}, privacy="anonymous"),
        ]
