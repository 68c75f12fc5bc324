"""The contract of a type of activity."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel

from workshop.kinds.specs import ActivitySpec, Exhibit, PlanLine, Proposal, Quick, question_block
from workshop.kinds.values import (
    Audience,
    EditorForm,
    Json,
    KindConfig,
    Leftover,
    Link,
    Part,
    Progress,
    SlotUse,
    Table,
    Text,
)

if TYPE_CHECKING:
    from random import Random

    from workshop.live.models import ActivityRun, Participant
    from workshop.plans.models import Activity, Plan
    from workshop.realtime.inbox import Batch


class ActivityKind(ABC):
    """The contract of a type of activity. The core calls these and knows no more.

    Methods that read are called with the rows already selected; methods that write run inside the batch of the op
    that caused them (heads locked, one transaction) and never see a request.
    """

    slug: ClassVar[str]
    label: ClassVar[Text]
    icon: ClassVar[str] = "note"
    schema_version: ClassVar[int] = 1
    Config: ClassVar[type[BaseModel]] = KindConfig
    Editor: ClassVar[type[EditorForm]] = EditorForm
    #: How many questions it carries: none, exactly one, or several.
    questions: ClassVar[Literal["none", "one", "many"]] = "none"
    #: Whether each group has its own copy (heads and slots per group of the activity's group set).
    per_group: ClassVar[bool] = False
    #: Whether the activity has results that staff can show or hide on screen and phones.
    has_results: ClassVar[bool] = False
    #: Whether other activities may stand inside it: the editor offers to add them.
    holds_activities: ClassVar[bool] = False
    #: Asks its questions one after the other: ``asking`` and ``telling`` say which it is at.
    in_steps: ClassVar[bool] = False
    #: Shown as soon as its phase begins, without a click (something to read or to look at).
    opens_with_phase: ClassVar[bool] = False
    modules: ClassVar[tuple[str, ...]] = ()
    styles: ClassVar[tuple[str, ...]] = ()

    def migrate(self, config: dict[str, Json], version: int) -> dict[str, Json]:
        """Bring a config stored at ``version`` up to ``schema_version``."""
        del version
        return config

    def load(self, config: Mapping[str, Json], version: int | None = None) -> Any:
        """The validated config object of a stored config. Raises pydantic's ValidationError."""
        stored = dict(config)
        if version is not None and version < self.schema_version:
            stored = self.migrate(stored, version)
        return self.Config.model_validate(stored)

    def read_block(self, body: dict[str, Json]) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        """Split the kind's part of a fenced block (common keys removed) into ``(config, raw question dicts)``.

        The default takes ``questions:`` (a list) for kinds with several questions and ``question:`` plus the
        remaining keys for kinds with one.
        """
        rest = dict(body)
        if self.questions == "many":
            return {k: v for k, v in rest.items() if k != "questions"}, list(rest.get("questions") or [])
        return rest, []

    def write_block(self, spec: ActivitySpec) -> dict[str, Json]:
        """The kind's part of a fenced block, so that ``read_block(write_block(spec))`` gives it back."""
        body = dict(spec.config)
        if self.questions == "many":
            body["questions"] = [question_block(question) for question in spec.questions]
        return body

    def public(self, config: Any) -> dict[str, Json]:
        """What a client may know of the config."""
        return dict(config.model_dump(mode="json"))

    def heads(self, run: ActivityRun) -> list[str]:
        """Names of heads beside ``activity:<id>`` that a change of this activity's state must raise."""
        del run
        return []

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        """The slots it keeps while on the stage, beside ``activity:<id>``."""
        del run
        return []

    @abstractmethod
    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """What one audience sees: the content of slot ``activity:<id>``. Nothing personal, nothing hidden.

        For ``staff`` it is the card in the control panel's list of activities, below its title and buttons.
        """

    def controls(self, run: ActivityRun) -> Part | None:
        """What staff can do with it beside opening, closing and showing: a sheet of the control panel, or None.

        Its forms are made with the tag ``act``; the panel puts newer states in without touching what is being typed.
        """
        del run
        return None

    def data(self, run: ActivityRun) -> dict[str, Json]:
        """What programs (``view=data``) get as the content of ``activity:<id>``."""
        return self.public(self.load(run.activity.config, run.activity.config_version))

    def opened(self, batch: Batch, run: ActivityRun) -> None:
        """Called after a run was opened or resumed, inside its transaction."""

    def closed(self, batch: Batch, run: ActivityRun) -> None:
        """Called after a run was closed, inside its transaction."""

    def settled(self, batch: Batch, run: ActivityRun) -> None:
        """Called once when a close is final (resume is no longer possible), inside a transaction."""

    def asking(self, run: ActivityRun) -> Collection[str] | None:
        """Keys of the questions that may be answered now, None for all. Asked only of kinds with ``in_steps``."""
        del run
        return None

    def telling(self, run: ActivityRun, audience: Audience) -> Mapping[str, bool] | None:
        """Keys of the questions whose results an audience may see now, with whether their right answers; None for all.

        Asked only of kinds with ``in_steps``.
        """
        del run, audience
        return None

    def on_screen(self, run: ActivityRun, forward: bool) -> bool | Activity:  # noqa: FBT001 - the direction itself
        """Move one step inside the activity when the clicker is pressed; False when it is at its end.

        It changes ``run.state_data``, which the core saves. Returns one of its ``children`` to have that opened.
        """
        del run, forward
        return False

    def turn_page(self, run: ActivityRun, forward: bool) -> bool | None:  # noqa: FBT001 - the direction itself
        """Turn the page of what one picture of the screen cannot hold; False at its first or last page, None without any.

        Like ``on_screen`` it changes ``run.state_data``. Pages have keys of their own: they hold up no step.
        """
        del run, forward
        return None

    def next_step(self, run: ActivityRun) -> Text | None:
        """What ``on_screen`` forward would do, for the main button ("Slide 4 of 8"); None when it is at its end."""
        del run
        return None

    def practise(
        self, run: ActivityRun, participant: Participant, chance: Random
    ) -> Iterable[tuple[str, dict[str, Json]]]:
        """What a practice learner does in it beside answering its questions: ``(op, payload)``."""
        del run, participant, chance
        return ()

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        """The config to store when staff edit the activity, perhaps while it is live: ids that stay are kept."""
        del old
        return new

    def copy(self, activity: Activity, to: Activity) -> None:
        """Copy what the kind keeps outside ``config`` (uploads) when a plan version is copied."""

    def progress(self, run: ActivityRun) -> Progress | None:
        """How far it is, or None where that means nothing."""
        del run
        return None

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        """Activities this kind offers for a line of a plan."""
        del line
        return ()

    def quick(self, question: str = "") -> Iterable[Quick]:
        """Activities that staff may ask at once, with ``question`` as typed, or a sentence that serves unsaid."""
        del question
        return ()

    def at_hand(self, document: Mapping[str, Any], question: str = "") -> Iterable[Quick]:
        """The same, made of what the plan itself says: ``document`` as in ``PlanVersion.document``."""
        del document, question
        return ()

    def waiting(self, run: ActivityRun) -> tuple[int, Text]:
        """How much in it waits for staff, and that in words ("3 questions wait"), as the panel first stands."""
        del run
        return 0, ""

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """Tables beside the responses, which the core exports itself. ``names``: whether authors may be named."""
        del activity, names
        return []

    def left_open(self, activities: Sequence[Activity]) -> Mapping[int, Sequence[Leftover]]:
        """What the report lists as not taken up, by the number of the activity; everybody in the room has seen it.

        ``activities``: all of this kind in a session. The queries do not depend on how many they are.
        """
        del activities
        return {}

    def erase(self, participant: Participant) -> None:
        """Forget a person's traces that the kind keeps in its own tables."""

    def links(self, plan: Plan, phase: int, key: str = "") -> Iterable[Link]:
        """Pages of its own beside its form in the editor: for a new one (''), or the one of that key in the plan."""
        del plan, phase, key
        return ()

    def exhibits(self) -> list[Exhibit]:
        """States for the gallery, the usual one first; none for what is shown there by its questions."""
        return []

    @abstractmethod
    def examples(self) -> list[ActivitySpec]:
        """Specs for the contract tests; at least one."""
