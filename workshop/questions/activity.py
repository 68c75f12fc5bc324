"""The base of activity kinds that carry questions: stage, slots, progress, and what happens at the close."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import ngettext
from pydantic import Field

from workshop.kinds import ActivityKind, Audience, Json, KindConfig, Part, Progress, SlotUse, Text
from workshop.live.models import ActivityRun
from workshop.questions import closing, controls, queries, turning
from workshop.questions.catalogue import of_activity
from workshop.realtime.inbox import Batch

#: Staff who may see people: single answers may carry names.
PEOPLE = "staff:people"
#: Staff who do one thing alone and see nothing else of the session.
DESK = "staff:desk"
#: Rules of answer forms, and of what stands beside and below results.
STYLES = ("questions/questions.css", "questions/beside.css")


class AskingConfig(KindConfig):
    """What every activity with results may have.

    ``results_from``: the room sees results from so many answers on. ``one_per_table``: one phone answers for all people
    at a table, as many as it says, else as many as are in its group.
    """

    results_from: int = Field(default=0, ge=0, le=500)
    one_per_table: bool = False


class QuestionActivity(ActivityKind):
    """An activity whose answers are responses to questions.

    A kind that derives from it sets ``template_folder`` and writes ``<folder>/learner.html``, ``staff.html`` and
    ``screen.html``. Their context has ``run``, ``activity``, ``asks`` (its questions), ``tally`` and ``answers`` (names
    of its slots, ``answers`` '' where nothing is ever held).
    """

    template_folder: ClassVar[str]
    has_results: ClassVar[bool] = True

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """The same for everybody of the audience; own answers come by the slot ``you``, results by ``tally:<id>``."""
        asks = of_activity(run.activity)
        held = any(asked.kind.held for asked in asks)
        context = {
            "run": run,
            "activity": run.activity,
            "config": self.load(run.activity.config, run.activity.config_version),
            "asks": asks,
            "open": run.state == "open",
            "tally": f"tally:{run.activity_id}",
            "answers": f"answers:{run.activity_id}" if held else "",
        }
        return Part(f"{self.template_folder}/{audience}.html", context)

    def data(self, run: ActivityRun) -> dict[str, Json]:
        """For programs: the config and the questions, right answers once they are shown."""
        reveal = run.show_answers
        questions = [asked.public("learner", reveal=reveal) for asked in of_activity(run.activity)]
        return {**super().data(run), "questions": questions}

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        """The tally for whoever may have it (the reader says who that is now), held answers for staff."""
        tally = f"tally:{run.activity_id}"
        uses = [SlotUse(tally, audience) for audience in ("staff", "screen", "learner")]
        if any(asked.kind.held for asked in of_activity(run.activity)):
            uses.append(SlotUse(f"answers:{run.activity_id}", PEOPLE))
        return uses

    def closed(self, batch: Batch, run: ActivityRun) -> None:
        """Complete drafts count as given: what stands in a form that saves as one types was meant."""
        closing.hand_in(batch, run)

    def turn_page(self, run: ActivityRun, forward: bool) -> bool | None:  # noqa: FBT001 - the contract's
        """Turn the page of a result that one picture of the projector cannot hold."""
        return turning.turn(run, forward=forward)

    def waiting(self, run: ActivityRun) -> tuple[int, Text]:
        """Answers that are held until staff show them."""
        count = queries.held(run)
        return count, ngettext("%(n)s answer held", "%(n)s answers held", count) % {"n": count}

    def controls(self, run: ActivityRun) -> Part | None:
        """Beside what the result stands, its note, raised hands, pictures of it."""
        return controls.controls(run)

    def progress(self, run: ActivityRun) -> Progress | None:
        """Who has answered how many questions; numbers alone where answers are anonymous."""
        return queries.progress(run)
