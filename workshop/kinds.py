"""The registries that kinds plug into, and the contracts they fulfil.

A *kind* is the code of one type of activity or of one type of question. Each kind is a Django app of its own whose
``AppConfig.ready`` registers one instance here. The core walks the registries and never names a kind: nothing outside
a kind's own folder imports it or compares with its slug.

This module is the lowest layer: it imports nothing of Plenary at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from random import Random

    from workshop.live.models import ActivityRun, Participant
    from workshop.plans.models import Activity, Plan
    from workshop.realtime.inbox import Batch

Text = str | Promise
#: Any value that survives a round trip through JSON.
Json = Any
#: The families of audience. A slot's full audience may carry more: ``learner:finance``, ``group:12``, ``person:p:7``.
Audience = Literal["staff", "learner", "screen"]


class Refused(Exception):  # noqa: N818 - the project's word for "no", see architecture.md
    """An act that is not allowed now, with a code for programs and a plain sentence for people.

    Args:
        code: a short stable word, part of the wire protocol (``closed``, ``stale``, ``bad_choice`` …).
        message: one sentence for the person who acted; never the text of an exception.
        details: extra JSON values for programs (for instance the stored value of a stale answer).
    """

    def __init__(self, code: str, message: Text, **details: Json) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = details


class KindConfig(BaseModel):
    """Base of every kind's ``Config``: unknown keys are refused, so that a typo in a plan is found on import."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Part:
    """A template and its context: what one audience sees of one activity."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlotUse:
    """One slot that an activity keeps while it is on the stage.

    Args:
        name: full slot name, for instance ``board:31:7``; its prefix is registered in ``realtime.slots``.
        audience: who gets it without asking: ``staff``, ``learner``, ``screen``, ``group:7`` …
    """

    name: str
    audience: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan that may suggest an activity.

    Args:
        field: where it stands: ``technology``, ``learner_activities``, ``facilitator_actions``, ``resources`` or
            ``assessment``.
        text: the line as written.
        phase: title of its phase, '' for assessment lines of the whole plan.
        phase_kind: the recognised phase (``engage`` … ``evaluate``, ``break``, ``other``).
        objectives: texts of the plan's objectives.
        reflection: the plan's reflection questions for learners.
        key_concepts: the plan's key concepts.
    """

    field: str
    text: str
    phase: str = ""
    phase_kind: str = "other"
    objectives: tuple[str, ...] = ()
    reflection: tuple[str, ...] = ()
    key_concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question as a plan describes it. ``objectives`` are 1-based numbers of the plan's objectives."""

    kind: str
    prompt: str
    config: Mapping[str, Json] = field(default_factory=dict)
    key: str = ""
    privacy: str = ""
    required: bool = False
    objectives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivitySpec:
    """An activity as a plan describes it: what a fenced block, a proposal and the editor all produce.

    Args:
        kind: slug of an activity kind.
        key: stable within the plan ('' = made from the title); the same key in a later run is the same activity.
        audience: where it is shown: ``both``, ``screen`` or ``phones``.
        group_set: key of the group set it uses, '' for none.
        group_set_spec: how that set is made, for instance ``{"mode": "random", "size": 5}``; may stand in one activity.
        results: who sees results while it is open: ``staff``, ``screen`` or ``all``.
        children: activities that stand inside this one (a poll between two slides).
    """

    kind: str
    title: str
    key: str = ""
    config: Mapping[str, Json] = field(default_factory=dict)
    questions: tuple[QuestionSpec, ...] = ()
    minutes: int | None = None
    privacy: str = "pseudonymous"
    audience: str = "both"
    pace: str = "led"
    results: str = "screen"
    optional: bool = False
    keep_open: bool = False
    off_record: bool = False
    for_profiles: tuple[str, ...] = ()
    group_set: str = ""
    group_set_spec: Mapping[str, Json] = field(default_factory=dict)
    children: tuple[ActivitySpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An activity that a kind offers for a line of a plan, with the reason in plain words."""

    spec: ActivitySpec
    because: Text


@dataclass(frozen=True, slots=True)
class Quick:
    """An activity that may be opened in two taps while the session runs ("Ask one question now").

    Args:
        label: on its button, a word or two ("Yes or no").
        spec: complete as it is; its title stands for the question until staff type one.
    """

    label: Text
    spec: ActivitySpec


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a kind that another page leads to."""

    address: str
    label: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export. ``rows`` may be a generator; cells are str, int, float, bool, datetime or None."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A result as numbers, from which pages and reports draw a picture: labelled bars, or weighted words.

    Args:
        shape: bars and histograms of the same question have the same labels, so that rounds, phases and backgrounds
            can be laid beside each other, label by label; words and lists cannot.
        labels: what was chosen or said.
        values: a number for each.
        note: a line below.
        counts: the values count people, so that shares of all who answered may stand beside them; False for points,
            means and the like.
        figure: one number that sums the result up (a mean), for the shift between two of them; None where none does.
        across: headings of ``heat`` (labels are its rows); of ``plane`` the names of both axes and their four ends.
        cells: of ``heat`` the numbers row by row (None where one is withheld); of ``plane`` the place of each label,
            0 to 1 from left to right and from bottom to top.
    """

    shape: Literal["bars", "words", "list", "histogram", "heat", "plane"]
    labels: tuple[str, ...]
    values: tuple[float, ...]
    note: str = ""
    counts: bool = True
    figure: float | None = None
    across: tuple[str, ...] = ()
    cells: tuple[tuple[float | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Specimen:
    """A question with which the gallery and the documents show what a kind looks like.

    Args:
        name: stable short name, part of an address: ``usual``, ``long-words``, ``fifty`` …
        prompt: the question.
        config: as stored.
        right_to_left: its words belong to a language that is written so.
        draw: makes one raw answer of a crowd; None: ``QuestionKind.sample``.
    """

    name: str
    prompt: str
    config: Mapping[str, Json] = field(default_factory=dict)
    right_to_left: bool = False
    draw: Callable[[Random], Json] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an activity is. ``by`` maps ``p:<id>`` or ``g:<id>`` to done steps; empty for anonymous activities."""

    done: int
    total: int
    by: Mapping[str, int] = field(default_factory=dict)


class Tally(Protocol):
    """The aggregate of the answers to one question. Its result must not depend on the order of the calls."""

    n: int

    def add(self, value: Json, weight: int = 1) -> None: ...

    def remove(self, value: Json, weight: int = 1) -> None: ...

    def merge(self, other: Any) -> None: ...

    def data(self) -> dict[str, Json]: ...


class EditorForm(forms.Form):
    """The form in which staff fill in a kind's config: plain words, options pasted one a line, never YAML."""

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The form's initial values for a stored ``config``."""
        return dict(config)

    def config(self) -> dict[str, Json]:
        """The config that the cleaned form stands for; call after ``is_valid``."""
        return dict(self.cleaned_data)

    def keep(self, plan: Plan) -> None:
        """Store what was uploaded with the form in the plan. Called once, when the whole form is right."""


ConfigT = TypeVar("ConfigT", bound=BaseModel)


class QuestionKind:
    """The contract of a type of question.

    Templates stand in the kind's own folder ``templates/<template_folder>/``: ``answer.html`` (the inputs; context
    ``question``, ``config``, ``field`` = base name of the inputs), ``result.html`` (context ``question``, ``config``,
    ``data`` = ``Tally.data()``, ``audience``, ``right`` = ``right()`` while right answers are shown, else empty, and
    ``marked`` = the label that staff point at, or '').
    """

    slug: ClassVar[str]
    label: ClassVar[Text]
    icon: ClassVar[str] = "poll"
    template_folder: ClassVar[str]
    schema_version: ClassVar[int] = 1
    Config: ClassVar[type[BaseModel]] = KindConfig
    Editor: ClassVar[type[EditorForm]] = EditorForm
    #: How a form of this kind becomes a value, in the browser and without script alike: ``one`` (string of field v),
    #: ``many`` (list of all v), ``number``, ``text``, ``json`` (a custom element keeps JSON in a hidden field v).
    value_shape: ClassVar[Literal["one", "many", "number", "text", "json"]] = "one"
    #: Answers are held until staff show them (open text).
    held: ClassVar[bool] = False
    #: Short words for plans and the config each stands for: ``{"multiple": {"multiple": True}}`` lets a block say
    #: ``type: multiple``. The slug itself always works.
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {}
    #: ES modules (static paths) that its templates need, preloaded for the kinds of the session's plan.
    modules: ClassVar[tuple[str, ...]] = ()
    #: Style sheets (static paths), each in layer ``kinds``.
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

    def public(self, config: Any, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        """What a client may know of the config; right answers only when ``reveal``."""
        raise NotImplementedError

    def holds(self, config: Any) -> bool:
        """Whether answers with this config wait until staff show them."""
        del config
        return self.held

    def parse(self, config: Any, raw: Json) -> Json:
        """The value to store for a client's ``raw`` answer.

        Raises:
            Refused: ``bad_choice``, ``bad_value``, ``bad_text``, ``too_long`` … with a sentence for the sender.
        """
        raise NotImplementedError

    def partial(self, config: Any, raw: Json) -> Json:
        """The value to store for an answer that is still being typed; refuses only what could never become right."""
        return self.parse(config, raw)

    def shape(self, config: Any) -> str:
        """``value_shape`` for questions with this config, where it depends on it."""
        del config
        return self.value_shape

    def from_form(self, post: QueryDict, name: str) -> Json:
        """The raw answer in a posted form whose inputs are called ``name`` (no-JavaScript path); None when empty."""
        values = [value for value in post.getlist(name) if value != ""]
        if self.value_shape == "many":
            return values
        if not values:
            return None
        if self.value_shape == "number":
            try:
                return int(values[0])
            except ValueError:
                return values[0]
        return values[0]

    def answering(self, config: Any, own: Json) -> dict[str, Any]:
        """Extra context for ``answer.html``: the learner's ``own`` answer (None for none) as the inputs need it."""
        del config
        return {"own": own}

    def offered(self, config: Any) -> Sequence[str]:
        """What one may answer, in order, for the projector while its result is not shown; nothing for open text."""
        del config
        return ()

    def signs(self, config: Any) -> Sequence[str]:
        """The signs that phones show beside what is ``offered``; none: letters."""
        del config
        return ()

    def tally(self, config: Any) -> Tally:
        """A new, empty tally."""
        raise NotImplementedError

    def shared(self, config: Any, data: Mapping[str, Json]) -> dict[str, Json]:
        """What others than staff may see of ``data`` once results are shown to them."""
        del config
        return dict(data)

    def guarded(self, config: Any, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """What may be shown of ``data`` when nothing shown may stand for fewer than ``least`` people.

        The default shows the number of answers alone, so that a kind that says nothing reveals nothing.
        """
        del config, least
        return {"n": data["n"]}

    def score(self, config: Any, value: Json) -> float | None:
        """Points from 0 to 1 for questions with right answers, else None."""
        del config, value
        return None

    def credit(self, config: Any, value: Json) -> float | None:
        """Like ``score``, with a part of the points for what is right in part; the default gives none."""
        return self.score(config, value)

    def right(self, config: Any) -> Sequence[str]:
        """The right answers in words, as ``chart`` labels them; nothing where there is no right or wrong."""
        del config
        return ()

    def measure(self, config: Any, value: Json) -> float | None:
        """Where an answer stands on a line from little to much, so that two of one person's can be compared.

        The default takes the points of a question with right answers. None where answers are not more or less.
        """
        return self.score(config, value)

    def ballots(self, config: Any) -> Sequence[tuple[str, Json]]:
        """What a show of hands can be counted for: words, and the raw answer that each hand then stands for.

        Only for questions with one answer a person out of few; nothing where hands make no sense.
        """
        del config
        return ()

    def result(self, config: Any, data: Mapping[str, Json]) -> dict[str, Any]:
        """Extra context for ``result.html`` made from the tally's data (rows with shares, sizes of words …)."""
        del config
        return dict(data)

    def chart(self, config: Any, data: Mapping[str, Json]) -> Chart | None:
        """The result as numbers for reports; None when there is nothing to draw."""
        raise NotImplementedError

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        """The config to store when staff edit a question that may have answers: ids of options that stay are kept."""
        del old
        return new

    def sample(self, config: Any, chance: Random) -> Json:
        """A raw answer as a practice learner would give it, or None. The default takes an example that fits."""
        fitting = []
        for _config, good, _bad in self.examples():
            for raw in good:
                try:
                    self.parse(config, raw)
                except Refused:
                    continue
                fitting.append(raw)
        return chance.choice(fitting) if fitting else None

    def columns(self, config: Any) -> list[str]:
        """Headings of the export columns of one answer."""
        del config
        return [""]

    def cells(self, config: Any, value: Json) -> list[Any]:
        """One answer as export cells, as many as ``columns``."""
        del config
        return [value]

    def in_words(self, config: Any, value: Json) -> str:
        """One answer as plain text, for take-aways and lists."""
        return ", ".join(str(cell) for cell in self.cells(config, value) if cell not in (None, ""))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        """``(config, good raw answers, bad raw answers)`` for the contract tests and the gallery."""
        raise NotImplementedError

    def specimens(self) -> list[Specimen]:
        """Questions for the gallery: the usual one first (its picture stands in the documents), then the awkward ones:
        fewest and most options, words of 5 and of 200 characters, right to left. The default takes the examples.
        """
        return [
            Specimen(f"example-{number}", str(self.label), config)
            for number, (config, _good, _bad) in enumerate(self.examples(), 1)
        ]


class ActivityKind:
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

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """What one audience sees: the content of slot ``activity:<id>``. Nothing personal, nothing hidden.

        For ``staff`` it is the card in the control panel's list of activities, below its title and buttons.
        """
        raise NotImplementedError

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

    def export(self, activity: Activity, *, names: bool) -> list[Table]:
        """Tables beside the responses, which the core exports itself. ``names``: whether authors may be named."""
        del activity, names
        return []

    def erase(self, participant: Participant) -> None:
        """Forget a person's traces that the kind keeps in its own tables."""

    def links(self, plan: Plan, phase: int, key: str = "") -> Iterable[Link]:
        """Pages of its own beside its form in the editor: for a new one (''), or the one of that key in the plan."""
        del plan, phase, key
        return ()

    def examples(self) -> list[ActivitySpec]:
        """Specs for the contract tests and the gallery; at least one."""
        raise NotImplementedError


def question_block(question: QuestionSpec) -> dict[str, Json]:
    """A question as the mapping that a fenced block holds."""
    body: dict[str, Json] = {"kind": question.kind, "prompt": question.prompt}
    if question.key:
        body["key"] = question.key
    if question.privacy:
        body["privacy"] = question.privacy
    if question.required:
        body["required"] = True
    if question.objectives:
        body["objectives"] = list(question.objectives)
    body.update(question.config)
    return body


KindT = TypeVar("KindT", ActivityKind, QuestionKind)


class Registry(Generic[KindT]):
    """The kinds of one family by slug. Filled while Django starts, read-only afterwards."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._kinds: dict[str, KindT] = {}

    def register(self, kind: KindT) -> None:
        """Add a kind. Raises ValueError when its slug is taken by another class."""
        known = self._kinds.get(kind.slug)
        if known is not None and type(known) is not type(kind):
            message = f"two {self.family} kinds are called {kind.slug!r}"
            raise ValueError(message)
        self._kinds[kind.slug] = kind

    def get(self, slug: str) -> KindT:
        """The kind of that slug. Raises Refused ``unknown_kind``."""
        try:
            return self._kinds[slug]
        except KeyError:
            raise Refused("unknown_kind", f"There is no {self.family} kind called “{slug}”.") from None

    def __contains__(self, slug: object) -> bool:
        return slug in self._kinds

    def __iter__(self) -> Iterator[KindT]:
        return iter(sorted(self._kinds.values(), key=lambda kind: kind.slug))

    def slugs(self) -> list[str]:
        """All slugs, sorted."""
        return sorted(self._kinds)


activity_kinds: Registry[ActivityKind] = Registry("activity")
question_kinds: Registry[QuestionKind] = Registry("question")
