"""Resource: a text, a link, a scenario or a prompt, on the screen, on phones or on both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.content.resource.config import TEXT_LIMIT, ResourceConfig, safe_url
from workshop.kinds import ActivityKind, ActivitySpec, Audience, EditorForm, Part, PlanLine, Proposal
from workshop.plans.markdown import to_html

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun

VARIANTS = (
    ("text", gettext_lazy("Text to read")),
    ("link", gettext_lazy("Link to open")),
    ("scenario", gettext_lazy("Scenario or case")),
    ("prompt", gettext_lazy("Prompt to think or talk about")),
)
#: Longer texts are set smaller on the screen, so that they fit and can still be read from 10 m.
LENGTHS = ((120, "short"), (360, "middle"))

_SCENARIO = re.compile(r"scenario|szenario|fallbeispiel|story|real-world example", re.IGNORECASE)
_CASE = re.compile(r"case stud(?:y|ies)|case material|fallstudie", re.IGNORECASE)
_PROMPT = re.compile(r"prompts?\b|discussion question|impulsfrage|diskussionsfrage|leitfrage", re.IGNORECASE)


class ResourceEditor(EditorForm):
    """Plain words: what it is, the text, the link."""

    variant = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=VARIANTS)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=TEXT_LIMIT,
        help_text=gettext_lazy("An empty line begins a paragraph, “- ” a list; **bold** and *italic* work."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    url = forms.CharField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=2_000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    link_text = forms.CharField(label=gettext_lazy("Words on the link"), required=False, max_length=200)

    def clean_url(self) -> str:
        """Only addresses that a reader may be sent to."""
        url = str(self.cleaned_data["url"])
        try:
            return safe_url(url) if url else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class Resource(ActivityKind):
    """Something to read, to open or to talk about. Whether somebody opened it is not watched."""

    slug = "resource"
    label = gettext_lazy("Text or link")
    icon = "note"
    Config = ResourceConfig
    Editor = ResourceEditor
    opens_with_phase = True
    styles = ("resource/resource.css",)

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """The same words for all; on the screen large, without the link's buttons."""
        config: ResourceConfig = self.load(run.activity.config, run.activity.config_version)
        length = next((name for most, name in LENGTHS if len(config.text) <= most), "long")
        context = {
            "run": run,
            "activity": run.activity,
            "config": config,
            "html": to_html(config.text),
            "length": length,
            "audience": audience,
            "link": config.link_text or bare(config.url),
            "minutes": run.activity.minutes,
        }
        return Part(f"resource/{audience}.html", context)

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        """A scenario, a case or a prompt that the plan mentions becomes a text to fill in."""
        if line.field not in ("resources", "facilitator_actions"):
            return
        if line.field == "resources" and _CASE.search(line.text):
            yield _proposal(line, "scenario", _("The case"), "both", None)
        elif _SCENARIO.search(line.text) and (line.field == "resources" or line.phase_kind == "engage"):
            yield _proposal(line, "scenario", _("The scenario"), "both", None)
        if line.field == "resources" and _PROMPT.search(line.text):
            yield _proposal(line, "prompt", _("Think about it"), "both", 2)

    def examples(self) -> list[ActivitySpec]:
        """For the contract tests and the gallery."""
        return [
            ActivitySpec(
                kind=self.slug,
                title=str(_("The scenario")),
                config={
                    "variant": "scenario",
                    "text": "The bill for **training** doubled in a quarter.\n\n- Who asks?\n- Who knows?",
                },
            ),
            ActivitySpec(
                kind=self.slug,
                title=str(_("Think about it")),
                config={"variant": "prompt", "text": "Where does the money go that nobody planned?"},
                audience="screen",
                minutes=2,
            ),
            ActivitySpec(
                kind=self.slug,
                title=str(_("Demo platform")),
                config={"variant": "link", "url": "https://example.org/demo", "link_text": "Open the demo"},
                audience="phones",
            ),
        ]


def bare(url: str) -> str:
    """An address as people read it: without scheme and last slash."""
    return re.sub(r"^(?:https?://|mailto:)", "", url).rstrip("/")


def _proposal(line: PlanLine, variant: str, title: str, audience: str, minutes: int | None) -> Proposal:
    because = _("“%(text)s”: write it down once, and it stands on the screen and on every phone.") % {"text": line.text}
    spec = ActivitySpec(
        kind=Resource.slug, title=title, config={"variant": variant}, audience=audience, minutes=minutes
    )
    return Proposal(spec, because)
