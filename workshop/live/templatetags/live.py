"""Drawings and numbers of the pages of learners and of the screen."""

from __future__ import annotations

from math import ceil
from typing import Any

from django import template

from workshop.live.codes import spaced
from workshop.live.drawings import qr_code
from workshop.live.hemicycle import PHONE, SCREEN, TIMER, circles, hemicycle, room_for, taken

register = template.Library()


@register.filter
def code_spaced(code: str) -> str:
    """A join code as it is read aloud: ``418 205``."""
    return spaced(code)


@register.filter
def code_lines(code: str) -> list[str]:
    """A join code in two lines, as it stands on the projector."""
    return spaced(code).split()


@register.filter
def percent(value: float) -> str:
    """A share from 0 to 1 as an SVG attribute, in any language."""
    return f"{100 * float(value):.1f}%"


@register.inclusion_tag("live/_seats.html")
def room_seats(people: int, you: int = 0, label: str = "") -> dict[str, Any]:
    """The room on a phone; ``you`` is one's own number."""
    seats = room_for(people)
    drawn = hemicycle(seats, PHONE)
    full = taken(people, seats)
    own = min(you, full) - 1
    marks = ("you" if at == own else "in" if at < full else "" for at in range(seats))
    return {"drawn": drawn, "circles": circles(drawn, marks), "label": label}


@register.inclusion_tag("live/_seats.html")
def screen_seats(people: int, address: str, label: str = "") -> dict[str, Any]:
    """The room on the projector, with the QR code where the speaker would stand."""
    seats = room_for(people)
    drawn = hemicycle(seats, SCREEN)
    full = taken(people, seats)
    marks = ("in" if at < full else "" for at in range(seats))
    code = qr_code(address) if address else None
    side = 432.0
    return {
        "drawn": drawn,
        "circles": circles(drawn, marks),
        "label": label,
        "code": code,
        "code_x": drawn.width / 2 - side / 2,
        "code_y": drawn.height - side - 4,
        "code_side": side,
        "code_scale": f"{side / code.size:.4f}" if code else "",
    }


@register.inclusion_tag("live/_seats.html")
def minute_seats(minutes: int, label: str = "", left: float = 1.0) -> dict[str, Any]:
    """Minutes as seats around a clock, the share ``left`` (0 to 1) filled; the page keeps it up to date."""
    drawn = hemicycle(min(max(minutes, 1), 90), TIMER)
    full = ceil(left * len(drawn.seats))
    marks = ("yes" if at < full else "" for at in range(len(drawn.seats)))
    return {"drawn": drawn, "circles": circles(drawn, marks), "label": label, "minutes": True}


@register.inclusion_tag("live/_qr.html")
def qr(address: str, label: str = "") -> dict[str, Any]:
    """A QR code as a picture of its own."""
    return {"code": qr_code(address), "label": label}
