"""Questions and answers: learners ask, others vote, staff choose, answer and show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from polls.qa import exhibits
from polls.qa.config import QAConfig
from polls.qa.editor import QAEditor
from polls.qa.models import ANSWER_LIMIT, Enquiry, Upvote
from workshop.kinds import (
    ActivityKind,
    ActivitySpec,
    Audience,
    Exhibit,
    Json,
    Leftover,
    Part,
    PlanLine,
    Proposal,
    Quick,
    SlotUse,
    Table,
    Text,
)
from workshop.live.models import Participant
from workshop.questions.activity import DESK, PEOPLE
from workshop.questions.authors import TAGGED

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun
    from workshop.plans.models import Activity
    from workshop.realtime.inbox import Batch

#: English and German, the languages in which plans are recognised.
_ASKED_FOR = re.compile(
    r"\bq ?(?:&|and|\+) ?a\b|question[- ]and[- ]answer|questions? from (?:the )?(?:audience|learners|participants)|"
    r"(?:ask|collect|answer|take) (?:\w+ )?questions|fragerunde|fragen und antworten|fragen (?:sammeln|stellen|klären)|"
    r"rückfragen",
    re.IGNORECASE,
)
#: How often a practice learner asks, and votes.
ASKS, VOTES = 0.15, 0.5


class QA(ActivityKind):
    """Questions from learners; see ``QAConfig`` for what a plan can say."""

    slug = "qa"
    label = gettext_lazy("Questions and answers")
    icon = "question"
    Config = QAConfig
    Editor = QAEditor
    modules = ("qa/qa.js",)
    styles = ("qa/qa.css",)

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        """The same collection for all; staff who see people, and moderators, hear of all questions."""
        uses = [SlotUse(f"asked:{run.activity_id}", audience) for audience in (PEOPLE, DESK, "learner", "screen")]
        return [*uses, SlotUse(f"activity:{run.activity_id}", DESK)]

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """See ``ActivityKind.stage``. Questions are not in it: they come by their own slot."""
        config: QAConfig = self.load(run.activity.config, run.activity.config_version)
        context: dict[str, Any] = {
            "run": run,
            "activity": run.activity,
            "session": run.session,
            "config": config,
            "categories": list(enumerate(config.categories, start=1)),
            "open": run.state == "open" and not run.frozen,
            "who_sees": who_sees(run.activity.privacy, moderation=config.moderation),
            "may_be_nameless": config.nameless and run.activity.privacy not in TAGGED,
            "answer_limit": ANSWER_LIMIT,
            "show": run.state_data.get("show"),
        }
        return Part(f"qa/{audience}.html", context)

    def on_screen(self, run: ActivityRun, forward: bool) -> bool:  # noqa: FBT001 - the contract's
        """The clicker goes from question to question, by votes, once one of them is on the screen."""
        goal = self._beside(run, 1 if forward else -1)
        if goal is None:
            return False
        run.state_data = {**run.state_data, "show": goal}
        return True

    def next_step(self, run: ActivityRun) -> Text | None:
        """The next question, while one is on the screen."""
        return _("Show the next question") if self._beside(run, 1) is not None else None

    def _beside(self, run: ActivityRun, by: int) -> int | None:
        now = run.state_data.get("show")
        if now is None:
            return None
        order = [row.pk for row in ranked(run.activity_id) if not row.answered or row.pk == now]
        goal = (order.index(now) if now in order else -1) + by
        return order[goal] if 0 <= goal < len(order) else None

    def waiting(self, run: ActivityRun) -> tuple[int, Text]:
        """Questions that nobody has approved or hidden yet."""
        count = Enquiry.objects.filter(activity=run.activity_id, status="waiting", archived=False).count()
        return count, ngettext("%(n)s question waits", "%(n)s questions wait", count) % {"n": count}

    def settled(self, batch: Batch, run: ActivityRun) -> None:
        """Of nameless questions, forget the marks and op ids by which a device could show that it asked them."""
        del batch
        rows = list(Enquiry.objects.filter(activity=run.activity_id, author__startswith="x:").only("pk"))
        for row in rows:
            row.author, row.op = "x:", uuid4()
        Enquiry.objects.bulk_update(rows, ["author", "op"], batch_size=200)

    def practise(
        self, run: ActivityRun, participant: Participant, chance: Random
    ) -> Iterable[tuple[str, dict[str, Json]]]:
        """A practice learner asks now and then, and votes for what others asked."""
        said = [_("What does that cost us in a year?"), _("Who pays for idle machines?"), _("Where do we begin?")]
        said += [_("Does this work with our contracts?"), _("How do we measure that?")]
        if chance.random() < ASKS:
            yield "qa.ask", {"a": run.activity_id, "text": f"{chance.choice(said)} ({participant.number})"}
        others = [row.pk for row in ranked(run.activity_id) if row.author != participant.key]
        if others and chance.random() < VOTES:
            yield "qa.vote", {"a": run.activity_id, "i": chance.choice(others[:10])}

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        """Questions and answers where the plan speaks of them."""
        if line.field in ("technology", "learner_activities", "facilitator_actions") and _ASKED_FOR.search(line.text):
            title = _("Your questions on “%(phase)s”") % {"phase": line.phase} if line.phase else _("Your questions")
            because = _("“%(text)s”: learners ask by phone and vote for what matters to them.") % {"text": line.text}
            yield Proposal(ActivitySpec(kind=self.slug, title=title[:300], privacy="named", keep_open=True), because)

    def quick(self, question: str = "") -> Iterable[Quick]:
        """Open the floor at once."""
        title = question.strip() or _("Your questions")
        yield Quick(_("Questions"), ActivitySpec(kind=self.slug, title=title[:300], privacy="named", keep_open=True))

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """All questions, the unanswered ones first; askers only where names may be given and were."""
        config: QAConfig = self.load(activity.config, activity.config_version)
        named = names and activity.privacy in ("named", "pseudonymous")
        columns = [_("Question"), _("Votes"), _("Answered"), _("Answer"), _("Category"), _("Has a story"), _("Status")]
        rows = _of_people(activity)
        people = _labels(rows, nameless=activity.privacy == "pseudonymous") if named else {}
        cells = [
            [
                row.text,
                row.votes,
                _("yes") if row.answered else _("no"),
                row.answer,
                config.categories[row.category - 1] if config.category(row.category) else "",
                _("yes") if row.story else "",
                _status(row),
                *([people.get(row.author, "")] if named else []),
            ]
            for row in rows
        ]
        return [Table(activity.title, [*columns, *([_("Asked by")] if named else [])], cells)]

    def left_open(self, activities: Sequence[Activity]) -> dict[int, list[Leftover]]:
        """Questions that everybody saw and nobody answered, those with the most votes first. Two queries."""
        known = Enquiry.objects.filter(activity__in=[each.pk for each in activities])
        found: dict[int, list[Leftover]] = defaultdict(list)
        for row in _asked_by_people(known.filter(status="shown", answered=False, archived=False)):
            votes = ngettext("%(n)d vote", "%(n)d votes", row.votes) % {"n": row.votes}
            found[row.activity_id].append(Leftover(row.text, votes if row.votes else ""))
        return dict(found)

    def erase(self, participant: Participant) -> None:
        """The questions stay as the room's; nothing says any more who asked or voted."""
        Enquiry.objects.filter(author=participant.key).update(author="")
        for vote in Upvote.objects.filter(author=participant.key):
            vote.author = f"x:{uuid4().hex}"
            vote.save(update_fields=["author"])

    def exhibits(self) -> list[Exhibit]:
        """See ``polls.qa.exhibits``."""
        return exhibits.all_states()

    def examples(self) -> list[ActivitySpec]:
        """For the contract tests and the gallery."""
        return [
            ActivitySpec(kind=self.slug, title=str(_("Your questions")), privacy="named"),
            ActivitySpec(
                kind=self.slug,
                title=str(_("Ask the finance team")),
                config={"prompt": str(_("About budgets and contracts.")), "categories": ["Budget", "Contracts"]},
                privacy="anonymous",
            ),
        ]


def ranked(activity: int) -> list[Enquiry]:
    """Approved questions in the order in which everybody sees them: pinned, then by votes, then the older one."""
    rows = Enquiry.objects.filter(activity=activity, status="shown", archived=False)
    return list(rows.order_by("answered", "-pinned", "-votes", "pk"))


def who_sees(privacy: str, *, moderation: bool) -> str:
    """The line that tells a learner who sees what, before they ask."""
    if privacy in TAGGED:
        said = _("Anonymous: nobody can see who asked.")
    elif privacy == "named":
        said = _("Everybody sees your question, your facilitator also sees your name.")
    else:
        said = _("Everybody sees your question, nobody sees your name.")
    return f"{said} {_('It appears once it is approved.')}" if moderation else said


def _of_people(activity: Activity) -> list[Enquiry]:
    """Questions that people asked, the unanswered ones with the most votes first."""
    return _asked_by_people(Enquiry.objects.filter(activity=activity).exclude(status="withdrawn"))


def _asked_by_people(asked: QuerySet[Enquiry]) -> list[Enquiry]:
    """Without those of practice learners; the unanswered ones with the most votes first."""
    rows = list(asked)
    ids = {int(row.author[2:]) for row in rows if row.author.startswith("p:")}
    practice = {person.key for person in Participant.objects.filter(pk__in=ids, simulated=True)}
    real = (row for row in rows if row.author not in practice)
    return sorted(real, key=lambda row: (row.status != "shown", row.answered, -row.votes, row.pk))


def _status(row: Enquiry) -> str:
    names = {
        "waiting": _("waits for approval"),
        "shown": _("shown"),
        "hidden": _("hidden"),
        "merged": _("merged into another"),
    }
    return str(names[row.status])


def _labels(rows: Iterable[Enquiry], *, nameless: bool) -> dict[str, str]:
    ids = {int(row.author[2:]) for row in rows if row.author.startswith("p:")}
    seat = _("Seat %(number)s")
    people = Participant.objects.filter(pk__in=ids, erased_at=None)
    return {p.key: seat % {"number": p.number} if nameless or not p.name else p.name for p in people}
