"""Hostile texts and fields, written wherever a text can be written: shown as text, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pydantic import ValidationError

from tests.contract.scenarios import PUBLIC, SCENARIOS, Doing, do
from tests.contract.world import World, address, addresses, browser, handshake
from workshop.kinds import Refused
from workshop.questions import counting
from workshop.realtime import admission, door
from workshop.realtime.door import Ticket
from workshop.realtime.feeds import Band
from workshop.realtime.slots import SlotRequest

pytestmark = pytest.mark.django_db

MARKUP = [
    "<script>kanarie()</script>", "<img src=x onerror=kanarie()>", "<svg/onload=kanarie()>", "--><b onclick=kanarie()>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=kanarie()>", "{{7*7}}{% debug %}${7*7}#{7}%s%n",
    '" onmouseover="kanarie()', "' autofocus onfocus='kanarie()", "`kanarie()`", "</script><script>kanarie()</script>",
    "]]><script>kanarie()</script>", "javascript:kanarie()", "<a href=javascript:kanarie()>x</a>",
    "<div hx-get=/ hx-trigger=load>", "<div hx-swap-oob=true id=main>", "<style>*{display:none}</style>",
    "<p style=position:fixed>", "</title><script>kanarie()</script>", "</textarea><script>kanarie()</script>",
    "&lt;script&gt;", "<iframe src=//evil.test>", "[x](javascript:kanarie())", "![x](//evil.test/x.png)",
]  # fmt: skip


class Hostile(HTMLParser):
    """What a page must not have, whoever wrote into it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("iframe", "object", "embed", "base", "style", "math", "mglyph"):
            self.found.append(tag)
        if tag == "script" and "src" not in given and given.get("type") not in ("application/json", "speculationrules"):
            self.found.append("script without src")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or "kanarie" in name:
                self.found.append(f"{tag} {name}={value}")
            target = (value or "").strip().lower().replace("\t", "").replace("\n", "")
            leads_away = target.startswith(("javascript:", "data:text", "vbscript:", "//")) or "evil.test" in target
            if leads_away and name in ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post"):
                self.found.append(f"{tag} {name}={value}")
            if name.startswith("hx-") and ("trigger" in name and target == "load" and tag == "div"):
                self.found.append(f"{tag} {name}={value}")


def hostile(html: str) -> list[str]:
    parser = Hostile()
    parser.feed(html)
    parser.close()
    return parser.found


def write_everywhere(world: World, text: str) -> dict[str, bool]:
    """Put a text wherever people may write; which places took it."""
    here, ana, board = world.here, world.ana, world.activity("board")
    poll = {"kind": "choice", "prompt": text, "config": {"options": [text[:60], "Other"]}}
    places: dict[str, Any] = {
        "name": lambda: ana("profile", name=text[:40]),
        "note": lambda: ana("note", text=text, n=50),
        "card": lambda: ana("card.add", a=board, g=world.group.pk, text=text),
        "answer": lambda: ana("respond", a=here["open"].pk, q="q1", round=1, n=50, v=text),
        "notice": lambda: here.fay("session.notice", text=text),
        "group": lambda: here.fay("groups.rename", g=world.group.pk, name=text[:60]),
        "activity": lambda: here.fay("activity.add", spec={"kind": "poll", "title": text, "questions": [poll]}),
        "answers": lambda: here.fay("answers.show", a=here["open"].pk, ids=None),
        "shown": lambda: here.fay("activity.show", a=here["open"].pk, where="phones", on=True),
        "screened": lambda: here.fay("activity.show", a=here["open"].pk, where="screen", on=True),
    }
    taken = {}
    for place, act in places.items():
        try:
            done = act()
            if place == "activity":
                here.fay("activity.open", a=done["a"])
            taken[place] = True
        except Refused:
            taken[place] = False
    return taken


def everything_drawn(world: World) -> Iterator[tuple[str, str]]:
    """All slots of everybody, and all pages."""
    session = world.here.session.pk
    catalogue = door.current().catalogue(session)
    for visitor, right in (("ana", "learner"), ("facilitator", "staff"), ("screen", "screen")):
        (ticket,) = admission.admit([handshake(world, visitor, right)])
        assert isinstance(ticket, Ticket)
        band = Band(tuple(each for each in ticket.audiences if not each.startswith("person:")), "en", "html")
        requests = [SlotRequest(session, name, audience) for name, audience in band.wanted(catalogue).items()]
        from workshop.realtime import slots

        for request in requests:
            state = slots.reader_for(request.name).read(request)
            if state is not None and state.html:
                yield f"{visitor} {request.name}", state.html
    urls = {name: address(name, pattern, world) for name, pattern in addresses()}
    for visitor in ("ana", "facilitator", "screen"):
        client = browser(world, visitor)
        for name, url in urls.items():
            response = client.get(url)
            if response.headers.get("Content-Type", "").startswith("text/html") and name != "reports:export":
                yield f"{visitor} {name}", response.content.decode()


def hostile_places(world: World) -> Iterator[tuple[str, str]]:
    for where, html in everything_drawn(world):
        for what in hostile(html):
            # What learners take away is a file, with a style of its own.
            if not (where.endswith("live:mine") and what == "style"):
                yield where, what


def test_markup_is_text_wherever_it_is_written(world: World, faults: list[str]) -> None:
    """All of it at once: the first half of the corpus in one world's texts, and no page has an element of it."""
    texts = [" ".join(MARKUP[start : start + 3]) for start in range(0, len(MARKUP), 3)]
    found: list[str] = []
    taken: dict[str, int] = {}
    for text in texts:
        with transaction.atomic():
            for place, took in write_everywhere(world, text).items():
                taken[place] = taken.get(place, 0) + took
            found += [f"{text[:40]} in {where}: {what}" for where, what in hostile_places(world)]
            counting.memory.forget()
            transaction.set_rollback(True)

    assert found == [], "\n".join(sorted(set(found))[:60])
    assert all(taken.values()), taken


UNSTORABLE = ["\x00", "a\x00b", "\ud800", "a\udfff", "\ufffe\x1b[31m\x9b"]


@pytest.mark.parametrize("op", PUBLIC)
def test_texts_that_cannot_be_stored_are_refused(world: World, faults: list[str], op: str) -> None:
    doing = SCENARIOS[op](world)
    texts = [name for name, value in doing.payload.items() if isinstance(value, str)]
    for name in texts:
        for odd in [*UNSTORABLE, "x" * 100_000]:
            with transaction.atomic():
                with suppress(Refused, ValidationError):
                    do(world, op, Doing(doing.actor, {**doing.payload, name: odd}))
                counting.memory.forget()
                transaction.set_rollback(True)


class Forms(HTMLParser):
    """The forms of a page: where they go and what they send."""

    def __init__(self, own: str) -> None:
        super().__init__()
        self.own = own
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = given.get("method", "get").lower() == "post"
            if self._open:
                self.forms.append((given.get("action") or self.own, {}, set()))
        elif self._open and given.get("name") and tag in ("input", "textarea", "button", "select"):
            _url, sent, free = self.forms[-1]
            sent[given["name"]] = given.get("value", "")
            if tag in ("textarea", "select") or given.get("type", "text") in (
                "text",
                "hidden",
                "search",
                "number",
                "radio",
            ):
                free.add(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


ODD_FIELDS = ["", "\x00", "x" * 10_000, "-1", str(2**63), "٣", "a\r\nb"]

FEW = 3


@pytest.mark.parametrize("visitor", ["nobody", "ana", "facilitator"])
def test_every_form_of_every_page_takes_odd_fields(world: World, faults: list[str], visitor: str) -> None:
    client = browser(world, visitor)
    client.raise_request_exception = False
    jar = client.cookies.output(header="", sep=";")
    wrong, seen = [], set()
    for url, sent, free in forms_of(client, world):
        place = (url.split("?")[0], sent.get("op"), tuple(sorted(sent)))
        # Every attempt to sign in waits a moment longer: once is enough.
        if place in seen or "demonstration" in url or ("password" in sent and visitor != "nobody"):
            continue
        seen.add(place)
        hostile_fields = sorted(free - {"csrfmiddlewaretoken"})
        # One field at a time where there are few, all at once where there are many.
        for chosen in [[each] for each in hostile_fields] if len(hostile_fields) <= FEW else [hostile_fields]:
            for odd in ODD_FIELDS:
                with transaction.atomic():
                    status = client.post(url, {**sent, **dict.fromkeys(chosen, odd)}).status_code
                    transaction.set_rollback(True)
                counting.memory.forget()
                client.cookies.clear()
                client.cookies.load(jar)
                if status >= 500:
                    wrong.append(f"{url} {chosen}={odd[:20]!r}: {status}")

    assert wrong == [], "\n".join(wrong[:60])
    assert len(seen) >= {"nobody": 1, "ana": 4, "facilitator": 20}[visitor]


def forms_of(client: Client, world: World) -> list[tuple[str, dict[str, str], set[str]]]:
    found = []
    for name, pattern in addresses():
        url = address(name, pattern, world)
        response = client.get(url)
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            parser = Forms(url)
            parser.feed(response.content.decode())
            found += parser.forms
    return found
