"""Turning to any page of the slides, beside the clicker's step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.content.slides.config import SlidesConfig
from workshop.content.slides.decks import pages_of
from workshop.content.slides.kind import Slides, page_of, turn_to
from workshop.kinds import Json, Refused
from workshop.live.access import LEADS, grant
from workshop.live.desk import Desk, activity_heads, all_heads
from workshop.live.ops_screen import leave_children
from workshop.realtime.ops import Call, Payload, op

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

grant("slides.turn", *LEADS, "presenter")


class GoTo(Payload):
    """``page`` from 1."""

    a: int
    page: int = Field(ge=1, le=10_000)


@op("slides.goto", GoTo, permission="slides.turn", heads=all_heads, rate="save")
def go_to_page(batch: Batch, call: Call[GoTo]) -> dict[str, Json]:
    """Show a page to everybody. Refuses ``no_activity``, ``not_open``, ``no_page``."""
    desk = Desk(batch, call)
    run = desk.run(call.payload.a)
    if run.activity.kind != Slides.slug:
        raise Refused("no_activity", _("These are no slides."))
    if run.state != "open":
        raise Refused("not_open", _("Please open the slides first."))
    if call.payload.page > SlidesConfig.model_validate(run.activity.config).pages:
        raise Refused("no_page", _("There is no such page."))
    if page_of(run) != call.payload.page:
        turn_to(run, call.payload.page)
        leave_children(desk, run)
        desk.save(target=f"activity:{call.payload.a}")
    return {"page": call.payload.page}


class NewDeck(Payload):
    """``deck``: the key of a deck that the session's plan holds."""

    a: int
    deck: str = Field(pattern=r"^[0-9a-f]{32}$")
    name: str = Field(default="", max_length=200)


@op("slides.deck", NewDeck, permission="session.edit", heads=activity_heads)
def take_deck(batch: Batch, call: Call[NewDeck]) -> dict[str, Json]:
    """Give slides of a running session another file. Refuses ``no_activity``, ``no_deck``."""
    desk = Desk(batch, call)
    run = desk.run(call.payload.a)
    if run.activity.kind != Slides.slug:
        raise Refused("no_activity", _("These are no slides."))
    pages = pages_of(desk.session.version.plan, call.payload.deck).count()
    if not pages:
        raise Refused("no_deck", _("Please upload the PDF first."))
    config = {**run.activity.config, "deck": call.payload.deck, "pages": pages, "name": call.payload.name}
    run.activity.config = config
    run.activity.save(update_fields=["config"])
    turn_to(run, min(page_of(run), pages))
    desk.move_activity(run)
    run.save(update_fields=["state_data", "changed"])
    desk.save(target=f"activity:{call.payload.a}")
    return {"pages": pages}
