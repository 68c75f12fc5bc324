"""Slides: the pages of a PDF as pictures, in step with the facilitator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.content.slides.config import SlidesConfig, Stop, route
from workshop.content.slides.decks import copy_deck, pages_of
from workshop.content.slides.editor import SlidesEditor
from workshop.kinds import ActivityKind, ActivitySpec, Audience, Json, Part, PlanLine, Proposal, Text
from workshop.plans.models import Activity

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun

#: Presentation software, slides; in English and German.
_SLIDES = re.compile(
    r"presentation software|powerpoint|keynote|google slides|\bslides?\b|slide deck|\bdeck\b|\bfolien\b|präsentation",
    re.IGNORECASE,
)


class Slides(ActivityKind):
    """``state_data``: ``{"page": 3, "seen": 5, "child": 41}``: the page shown now, the furthest one shown so far, and
    the activity inside that the last step opened."""

    slug = "slides"
    label = gettext_lazy("Slides")
    icon = "screen"
    Config = SlidesConfig
    Editor = SlidesEditor
    holds_activities = True
    modules = ("slides/slides.js",)
    styles = ("slides/slides.css",)

    def public(self, config: SlidesConfig) -> dict[str, Json]:
        """How many pages; which file they come from is nobody's business."""
        return {"pages": config.pages}

    def data(self, run: ActivityRun) -> dict[str, Json]:
        """For programs: the number of pages and the present one."""
        return {**self.public(_config(run)), "page": page_of(run)}

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        """The present page. A learner's page holds no address of a page to come."""
        config = _config(run)
        page = page_of(run)
        pages = {each.number: each for each in pages_of(run.activity.version.plan, config.deck)}
        seen = reach(run)
        shown = [pages[number] for number in sorted(pages) if audience != "learner" or number <= seen]
        context: dict[str, Any] = {
            "run": run,
            "activity": run.activity,
            "session": run.session,
            "config": config,
            "page": pages.get(page),
            "number": page,
            "count": len(pages),
            "seen": seen,
            "pages": shown,
            "own_pace": run.activity.pace == "self",
            "neighbours": [pages.get(page - 1), pages.get(page + 1)] if audience != "learner" else [],
            "steps": _steps(run.activity, config, len(pages)) if audience == "staff" else [],
        }
        return Part(f"slides/{audience}.html", context)

    def on_screen(self, run: ActivityRun, forward: bool) -> bool | Activity:  # noqa: FBT001 - the contract's
        """One page or one activity on. Going back passes the activities: they are opened by hand."""
        stops, place = _place(run)
        if forward:
            if place + 1 >= len(stops):
                return False
            return self._go(run, stops[place + 1])
        before = next((stop for stop in reversed(stops[:place]) if stop.child is None), None)
        if before is None:
            return False
        self._go(run, before)
        return True

    def _go(self, run: ActivityRun, stop: Stop) -> bool | Activity:
        child = _children(run.activity)[stop.child] if stop.child is not None else None
        turn_to(run, stop.page, child.pk if child else None)
        return child or True

    def next_step(self, run: ActivityRun) -> Text | None:
        """The next page, or the activity that comes before it."""
        stops, place = _place(run)
        if place + 1 >= len(stops):
            return None
        stop = stops[place + 1]
        if stop.child is not None:
            return _("Open: %(title)s") % {"title": _children(run.activity)[stop.child].title}
        return _("Slide %(page)s of %(count)s") % {"page": stop.page, "count": stops[-1].page}

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        """A plan as text may name no deck: the one there is stays."""
        if new.get("deck") or not old.get("deck"):
            return new
        return {**new, "deck": old["deck"], "pages": old.get("pages", 0), "name": old.get("name", "")}

    def copy(self, activity: Activity, to: Activity) -> None:
        """The pages come along when the copy belongs to another plan."""
        deck = activity.config.get("deck", "")
        if deck:
            copy_deck(deck, activity.version.plan, to.version.plan)

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        """Slides for presentation software; the form asks for the PDF."""
        if line.field in ("technology", "resources") and _SLIDES.search(line.text):
            title = line.phase or str(self.label)
            because = _("“%(text)s”: show your slides here, and everybody's phone follows.") % {"text": line.text}
            yield Proposal(ActivitySpec(kind=self.slug, title=title), because)

    def examples(self) -> list[ActivitySpec]:
        """For the contract tests and the gallery: slides whose file is still missing, and a deck."""
        return [
            ActivitySpec(kind=self.slug, title=str(_("Key ideas"))),
            ActivitySpec(
                kind=self.slug,
                title=str(_("Key ideas, at your own pace")),
                config={"deck": "0" * 32, "pages": 8, "name": "ideas.pdf", "at": [3]},
                pace="self",
            ),
        ]


def _config(run: ActivityRun) -> SlidesConfig:
    return SlidesConfig.model_validate(run.activity.config)


def _children(activity: Activity) -> list[Activity]:
    return list(activity.children.order_by("position", "pk"))


def page_of(run: ActivityRun) -> int:
    """The page shown now, from 1."""
    return int(run.state_data.get("page", 1))


def reach(run: ActivityRun) -> int:
    """The furthest page that learners may look at: shown so far, or all of them at their own pace."""
    if run.activity.pace == "self":
        return max(_config(run).pages, page_of(run))
    return max(int(run.state_data.get("seen", 1)), page_of(run))


def turn_to(run: ActivityRun, page: int, child: int | None = None) -> None:
    """Change the run's state to a page; nothing is saved."""
    seen = max(int(run.state_data.get("seen", 1)), page)
    run.state_data = {**run.state_data, "page": page, "seen": seen, "child": child}


def _place(run: ActivityRun) -> tuple[list[Stop], int]:
    """All stops, and which of them was reached last."""
    config, children = _config(run), _children(run.activity)
    stops = route(config.pages, len(children), config.at)
    opened = run.state_data.get("child")
    index = next((i for i, child in enumerate(children) if child.pk == opened), None)
    here = Stop(page_of(run), index)
    if here in stops:
        return stops, stops.index(here)
    # The deck was replaced or an activity moved meanwhile: the page counts.
    return stops, next((i for i, stop in enumerate(stops) if stop.page >= here.page), len(stops) - 1)


def _steps(activity: Activity, config: SlidesConfig, pages: int) -> list[tuple[int, str]]:
    """``(page, title)`` of the activities between the pages."""
    children = _children(activity)
    found = route(pages, len(children), config.at)
    return [(stop.page, children[stop.child].title) for stop in found if stop.child is not None]
