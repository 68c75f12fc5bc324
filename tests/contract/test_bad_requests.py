"""Odd, hostile and broken requests to every address: a clear answer, nothing stored, never an error of the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, include, path, reverse
from pydantic import ValidationError

from tests.cast import fay
from tests.contract.rows import rows
from tests.contract.test_replay import PUBLIC, SCENARIOS, Doing, do
from tests.contract.world import World, address, addresses, browser, handshake, letter, values
from workshop.kinds import Refused
from workshop.live import deadlines
from workshop.live.models import Participant
from workshop.questions import counting
from workshop.realtime import admission, door
from workshop.realtime.door import Ticket
from workshop.realtime.feeds import Band
from workshop.realtime.slots import SlotRequest

pytestmark = pytest.mark.django_db
VISITORS = ("nobody", "ana", "facilitator", "screen")


@pytest.fixture
def faults(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Errors that were logged: what an inbox or a view turned into a sentence, and must not have had to."""
    found: list[str] = []
    yield found
    found += [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert found == [], "\n".join(sorted(set(found))[:60])


# ── looking is not touching ─────────────────────────────────────────────────────────────────────────────────────────

#: What a GET may write: the session row of a browser (a message that was shown), and its mark in the user's row.
TOUCHED = {"django_session"}


@pytest.mark.parametrize("visitor", VISITORS)
def test_get_changes_nothing(world: World, visitor: str) -> None:
    client = browser(world, visitor)
    urls = {name: address(name, pattern, world) for name, pattern in addresses()}
    # Pages of sessions do what time has made due, as every look at them does: here nothing is.
    deadlines.meet(world.here.session.pk)
    before = rows()

    changed = []
    for name, url in urls.items():
        client.get(url)
        now = rows()
        changed += [f"{name}: {table}" for table in now if now[table] != before[table] and table not in TOUCHED]
        before = now

    assert changed == []


@pytest.mark.parametrize("visitor", ["ana", "facilitator"])
def test_nothing_is_taken_without_the_token_against_forged_forms(world: World, visitor: str) -> None:
    known = browser(world, visitor)
    client = Client(enforce_csrf_checks=True)
    client.cookies = known.cookies
    before = rows()
    for name, pattern in addresses():
        response = client.post(address(name, pattern, world), {"op": "session.pause", "code": world.here.session.code})
        # To sign in is asked before, where a large upload must be looked at first.
        assert letter(response) in "fmi", f"{name}: {response.status_code}"
    now = rows()

    assert [
        table for table in now if now[table] != before[table] and table not in TOUCHED | {"accounts_signinlink"}
    ] == []


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Addresses that a browser may keep: pictures under the name of their content, words of scripts, help in an emergency.
KEPT = {"slides:image", "slides:plan_image", "live:words"}


def check_headers(response: Any, what: str, *, kept: bool = False) -> None:
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    assert headers.get("X-Content-Type-Options") == "nosniff", what
    assert headers.get("Referrer-Policy") == "same-origin", what
    assert "frame-ancestors 'none'" in policy or policy == "sandbox", f"{what}: {policy}"
    assert "unsafe" not in policy, what
    assert kept or headers.get("Cache-Control", "").endswith("no-store"), f"{what}: {headers.get('Cache-Control')}"


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_answer_has_its_headers(world: World, visitor: str) -> None:
    client = browser(world, visitor)
    jar = client.cookies.output(header="", sep=";")
    for name, pattern in addresses():
        url = address(name, pattern, world)
        for method in ("get", "post"):
            if (name, method) == ("plans:demonstration", "post"):
                continue  # seconds of work; its answer is one more redirect
            with transaction.atomic():
                check_headers(getattr(client, method)(url), f"{method} {name}", kept=name in KEPT)
                transaction.set_rollback(True)
            client.cookies.clear()
            client.cookies.load(jar)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Kanarienfehler")


urlpatterns = [path("broken/", broken), path("", include("workshop.config.urls"))]


@pytest.mark.urls(__name__)
def test_errors_have_their_headers_and_say_nothing_of_the_cause(db: None) -> None:
    client = Client(raise_request_exception=False)
    for url, status in (("/broken/", 500), ("/nothing/here/", 404), ("/s/nobody/", 404)):
        response = client.get(url)
        assert response.status_code == status
        check_headers(response, url)
        assert "Kanarienfehler" not in response.content.decode()
        assert "Traceback" not in response.content.decode()


def test_a_wrong_host_is_refused_with_headers(db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["plenary.test"]
    for host in ("evil.test", "plenary.test.evil.test", "plenary.test@evil.test", "evil.test#plenary.test"):
        response = Client().get("/", headers={"host": host})
        assert response.status_code == 400, host
        check_headers(response, host)


def test_static_files_have_their_headers(db: None) -> None:
    response = Client().get("/static/live/css/plenary.css")

    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


# ── numbers and names in addresses ──────────────────────────────────────────────────────────────────────────────────

NUMBERS = ["-1", "0", str(2**31), str(2**63), str(2**64), "9" * 200, "٣", "1e3", "1.0", "0x1"]
WORDS = ["1 OR 1=1", "../../etc/passwd", "..%2f", "\x00", "a\x00b", "x" * 10_000, "<b>", "ä", "\u202e", "%", "''"]


def odd_addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every address with each of its parts replaced by something odd."""
    for name, pattern in addresses():
        known = values(name, pattern, world)
        for part, value in known.items():
            for odd in NUMBERS if isinstance(value, int) else WORDS:
                yield name, with_part(name, known, part, odd)


def with_part(name: str, known: dict[str, Any], part: str, odd: str) -> str:
    """An address built by hand: ``reverse`` makes only those that fit."""
    # A value that stands nowhere else in the address, of the same sort.
    marks = {each: (8_000_001 if isinstance(value, int) else value) for each, value in known.items()}
    marks = {each: marks[each] if each == part else known[each] for each in known}
    url = reverse(name, kwargs=marks)
    mark = quote(str(marks[part]), safe="")
    head, _mark, tail = url.rpartition(mark) if part != "public_id" else url.partition(mark)
    return head + quote(odd, safe="%") + tail


@pytest.mark.parametrize("visitor", ["ana", "facilitator"])
def test_odd_numbers_and_names_in_addresses_are_not_found(world: World, visitor: str, faults: list[str]) -> None:
    client = browser(world, visitor)
    wrong = []
    for name, url in odd_addresses(world):
        for method in ("get", "post"):
            with transaction.atomic():
                client.raise_request_exception = False
                status = getattr(client, method)(url).status_code
                transaction.set_rollback(True)
            if status >= 500:
                wrong.append(f"{method} {name} {url[:80]}: {status}")

    assert wrong == [], "\n".join(wrong[:60])


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────

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


# ── joining, signing in, size ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "\x00", "a\x00b", "Facilitator", "Faci\u200blitator", "\u0430dmin", "e" + "\u0301" * 500,
             "\u202eevil", "Fay"],
)  # fmt: skip
def test_a_bad_name_at_the_door_gets_a_sentence_or_a_tidied_name(world: World, faults: list[str], name: str) -> None:
    before = Participant.objects.count()
    client = Client()
    response = client.post("/join/", {"code": world.here.session.code, "name": name, "ready": "1"})

    assert response.status_code in (200, 302, 403, 409, 422)
    if response.status_code == 302:
        stored = Participant.objects.latest("pk").name
        assert len(stored) <= 160
        assert not set(stored) & set("\x00\u202e\u200b")
    else:
        assert Participant.objects.count() == before
        assert "error" in response.content.decode()


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "/\\evil.test", "https:evil.test", "https://evil.test/", "http:///evil.test", "\\\\evil.test",
     "javascript:alert(1)", "/ok\r\nSet-Cookie: a=b", " //evil.test", "/\t/evil.test", "https://testserver@evil.test/",
     "data:text/html,x"],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(db: None, target: str) -> None:
    password = "correct horse battery"
    user = fay()
    user.set_password(password)
    user.save()
    for where in ("query", "body"):
        url = reverse("accounts:sign_in") + (f"?next={quote(target)}" if where == "query" else "")
        body = {"username": "fay", "password": password, **({"next": target} if where == "body" else {})}
        response = Client().post(url, body)
        assert response.status_code == 302
        assert response["Location"].partition("%0D")[0] in (reverse("plans:library"), "/ok"), response["Location"]
        assert "Set-Cookie: a=b" not in str(response.headers)


def test_too_much_at_once_gets_a_clear_answer(world: World, faults: list[str]) -> None:
    client = browser(world, "ana")
    client.raise_request_exception = False
    big = {"text": "x" * 3_000_000, "op": "note"}
    many = {f"f{number}": "1" for number in range(5_000)}
    for url in (reverse("live:do", args=[world.here.session.public_id]), "/join/", reverse("accounts:sign_in")):
        for body in (big, many):
            response = client.post(url, body)
            assert response.status_code in (400, 413), f"{url}: {response.status_code}"
            check_headers(response, url)
    staff = browser(world, "facilitator")
    staff.raise_request_exception = False
    response = staff.post(reverse("plans:import"), {"text": "# Plan\n" + "x" * 1_100_000})
    assert response.status_code in (400, 413, 422)


def test_every_pattern_is_covered_by_the_world(world: World) -> None:
    assert all(isinstance(pattern, URLPattern) and address(name, pattern, world) for name, pattern in addresses())
