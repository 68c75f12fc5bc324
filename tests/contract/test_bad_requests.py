"""Odd, hostile and broken requests to every address: a clear answer, nothing stored, never an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, include, path, reverse

from tests.cast import fay
from tests.contract.rows import rows
from tests.contract.world import World, address, addresses, browser, letter, values
from workshop.live import deadlines
from workshop.live.models import Participant

pytestmark = pytest.mark.django_db
VISITORS = ("nobody", "ana", "facilitator", "screen")


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
