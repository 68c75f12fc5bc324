"""Handshakes that no page of ours would send (reliability notes, B18 to B22 and B28), to both servers without a proxy.

What the proxy adds (docs/deploy/nginx.conf) is said where it matters: it closes half-sent requests after five seconds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.wire.house import House, Witness
from tests.wire.raw import Raw, request, text
from tests.wire.servers import Server
from workshop.live import cookies
from workshop.live.models import Participant
from workshop.realtime import slots as slots_

SECONDS = 15.0
#: The answer of a handshake that is let in, and of one that is refused after the accept.
IN = 0
NO_PROTOCOL, NOT_JOINED, REMOVED, NO_SESSION = 4400, 4401, 4403, 4404


def knock(server: Server, path: str, headers: Mapping[str, str], *more: bytes, **options: Any) -> int:
    """The status of a refusal, the close code of a refusal after the accept, 0 for a hello."""
    with Raw(server.port) as raw:
        status = raw.ask(request(server.port, path, headers, *more, **options), SECONDS)
        return met(raw) if status == 101 else status


def met(raw: Raw) -> int:
    for event in raw.events(SECONDS):
        if event.what == "text" and event.json["t"] == "hello":
            return IN
        if event.what in ("close", "end"):
            return event.code
    raise AssertionError("neither let in nor refused")


# ── B18: where a page may come from ─────────────────────────────────────────────────────────────────────────────────

ORIGINS = [
    ("null", "null", 403),
    ("another port", "http://127.0.0.1:1", 403),
    ("no port", "http://127.0.0.1", 403),
    ("another scheme", "https://127.0.0.1:{port}", 403),
    ("another host", "http://evil.test", 403),
    ("the same host by another name", "http://localhost:{port}", 403),
    ("our address before a foreign one", "http://127.0.0.1:{port}.evil.test", 403),
    ("a foreign one before ours", "http://evil.test#127.0.0.1:{port}", 403),
    ("our address as a user's name", "http://127.0.0.1:{port}@evil.test", 403),
    ("a path", "http://127.0.0.1:{port}/x", 403),
    ("nothing", "", 403),
    ("words", "our own page", 403),
    ("a file", "file:///etc/passwd", 403),
    ("half an address of six parts", "http://[::1", 403),
    ("ours", "http://127.0.0.1:{port}", IN),
    ("ours in capitals", "HTTP://127.0.0.1:{port}", IN),
]


@pytest.mark.parametrize(("given", "answer"), [pytest.param(g, a, id=f"B18 {name}") for name, g, a in ORIGINS])
def test_b18_only_our_own_pages_are_let_in(house: House, server: Server, given: str, answer: int) -> None:
    cookie = {"Cookie": f"p.{house.id}={house.token('Mallory')}"}
    found = knock(server, house.path(), {**cookie, "Origin": given.format(port=server.port)})
    # Autobahn, in Daphne, already refuses what is no address as a broken handshake.
    assert found == answer or (server.kind == "daphne" and (found, answer) == (400, 403))


def test_b18_two_origins_are_a_broken_handshake(house: House, server: Server) -> None:
    own = f"http://127.0.0.1:{server.port}"
    for second in (own, "http://evil.test"):
        headers = {**house.bearer("Mallory"), "Origin": own}
        assert knock(server, house.path(), headers, f"Origin: {second}".encode()) == 400


def test_b18_without_an_origin_only_programs_come_in(house: House, server: Server) -> None:
    assert knock(server, house.path(), house.bearer("Mallory")) == IN
    assert knock(server, house.path(), {**house.bearer("Mallory"), "Cookie": "a=b"}) == 403
    assert knock(server, house.path(), {"Cookie": f"p.{house.id}={house.token('Mallory')}"}) == 403
    assert knock(server, house.path(), {}) == 403


# ── B19: who may come in ────────────────────────────────────────────────────────────────────────────────────────────


def test_b19_who_brings_no_proof_or_a_wrong_one(house: House, server: Server) -> None:
    own = {"Origin": f"http://127.0.0.1:{server.port}"}
    token = house.token("Mallory")
    olaf = cookies.token_for(house.other.people["Olaf"].proof)
    flipped = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    proofs = ["", "x", flipped, token.rpartition(":")[0], olaf, "x" * 4_000, token + "x", token.upper(), '"', "\\"]
    for proof in proofs:
        assert knock(server, house.path(), {**own, "Cookie": f"p.{house.id}={proof}"}) == NOT_JOINED
        assert knock(server, house.path(), {"Authorization": f"Bearer {proof or '-'}"}) == NOT_JOINED
    # A learner's proof is none for staff and for screens, theirs is none for a learner.
    staff = f"{settings.SESSION_COOKIE_NAME}={house.staff_cookie}"
    screen = f"screen.{house.id}={house.screen_cookie}"
    for right, jar in (("staff", token), ("screen", token), ("learner", staff), ("learner", screen), ("screen", staff)):
        cookie = jar if "=" in jar else f"p.{house.id}={jar}"
        assert knock(server, house.path(right), {**own, "Cookie": cookie}) == NOT_JOINED
    expired = {**own, "Cookie": f"{settings.SESSION_COOKIE_NAME}=nosuchsessionkey"}
    assert knock(server, house.path("staff"), expired) == NOT_JOINED
    assert knock(server, house.path("staff"), {**own, "Cookie": staff}) == IN
    assert knock(server, house.path("screen"), {**own, "Cookie": screen}) == IN


def test_b19_who_was_removed_or_erased_and_where_nothing_is(house: House, server: Server) -> None:
    for column in ("removed_at", "erased_at"):
        headers = house.bearer(f"{column} {server.kind}")
        Participant.objects.filter(pk=house.people[f"{column} {server.kind}"].row.pk).update(**{column: timezone.now()})
        assert knock(server, house.path(), headers) == REMOVED
    # No session, and one that is not mine: nobody learns which.
    assert knock(server, house.path().replace(house.id, "nothing"), house.bearer("Mallory")) == NO_SESSION
    other = house.path().replace(house.id, str(house.other.session.public_id))
    assert knock(server, other, house.bearer("Mallory")) == NOT_JOINED


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ws/session/{id}/?as=god", NO_PROTOCOL),
        ("/ws/session/{id}/?as=learner&as=staff", NO_PROTOCOL),
        ("/ws/session/{id}/?view=xml", NO_PROTOCOL),
        ("/ws/session/{id}/?" + "&".join(f"a{n}=1" for n in range(100)), NO_PROTOCOL),
        ("/ws/session/{id}/?as=%00", NO_PROTOCOL),
        ("/ws/session/{id}/?as=learner&other=1", IN),
        ("/ws/session/{id}/?%ff=%ff&as=learner", IN),
        ("/ws/session/" + "x" * 5_000 + "/", NO_SESSION),
        ("/ws/session/%00/", 403),
        ("/ws/session/../{id}/", 403),
        ("/ws/session/{id}", 403),
        ("/ws/nothing/", 403),
        ("/", 403),
        ("/healthz", 403),
    ],
)
def test_odd_addresses(house: House, server: Server, path: str, answer: int) -> None:
    assert knock(server, path.replace("{id}", house.id), house.bearer("Mallory")) == answer


@pytest.mark.parametrize("path", ["/ws/session/\xe4/", "/ws/session/x/?x=\xe4", "/ws/\x01"])
def test_addresses_that_are_none(house: House, server: Server, path: str) -> None:
    assert knock(server, path, house.bearer("Mallory")) == 400


# ── B20: what a handshake must have ─────────────────────────────────────────────────────────────────────────────────

OFFERS = [
    ("none", "", {400, NO_PROTOCOL}),
    ("another", "plenary.v2", {NO_PROTOCOL}),
    ("capitals", "PLENARY.V1", {NO_PROTOCOL}),
    ("not ASCII", "pl\xe9nary.v1", {400}),
    ("8 KB", "x" * 8_000, {NO_PROTOCOL}),
    ("1,000 of them", ",".join(f"p{n}" for n in range(1_000)), {NO_PROTOCOL}),
    ("ours among others", "a, plenary.v1, b", {IN}),
    ("ours twice", "plenary.v1, plenary.v1", {IN, 400}),
]


@pytest.mark.parametrize(("offer", "allowed"), [pytest.param(o, a, id=f"B20 {name}") for name, o, a in OFFERS])
def test_b20_subprotocols(house: House, server: Server, offer: str, allowed: set[int]) -> None:
    headers = {**house.bearer("Mallory"), "Sec-WebSocket-Protocol": offer}
    assert knock(server, house.path(), headers) in allowed


BROKEN = [
    ("version 12", {"Sec-WebSocket-Version": "12"}, ()),
    ("a version that is no number", {"Sec-WebSocket-Version": "x"}, ()),
    ("no version", {}, ("Sec-WebSocket-Version",)),
    ("a short key", {"Sec-WebSocket-Key": "abc"}, ()),
    ("no key", {}, ("Sec-WebSocket-Key",)),
    ("no host", {}, ("Host",)),
]


@pytest.mark.parametrize(("given", "without"), [pytest.param(g, w, id=f"B20 {name}") for name, g, w in BROKEN])
def test_b20_broken_handshakes(house: House, server: Server, given: dict[str, str], without: tuple[str, ...]) -> None:
    found = knock(server, house.path(), {**house.bearer("Mallory"), **given}, without=without)
    # uvicorn asks for no Host: without an Origin nothing depends on it.
    assert found in (400, 426) or (server.kind == "uvicorn" and without == ("Host",) and found == IN)


def test_b20_other_methods(house: House, server: Server) -> None:
    for method in (b"POST", b"PUT", b"HEAD", b"BREW"):
        with Raw(server.port) as raw:
            whole = request(server.port, house.path(), house.bearer("Mallory")).replace(b"GET", method, 1)
            assert raw.ask(whole) in (400, 404, 405)


# ── B21: headers within headers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("byte", [0x00, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85])
def test_b21_no_byte_but_the_end_of_a_line_begins_a_header(house: House, server: Server, byte: int) -> None:
    """What would let Mallory in, hidden behind such a byte, does not."""
    hidden = b"X-Odd: a" + bytes([byte]) + f"Authorization: Bearer {house.token('Mallory')}".encode()
    with Raw(server.port) as raw:
        status = raw.ask(request(server.port, house.path(), {}, hidden), SECONDS)
        assert status in (400, 403)
    with Raw(server.port) as raw:
        folded = b"X-Odd: a\r\n Authorization: Bearer " + house.token("Mallory").encode()
        assert raw.ask(request(server.port, house.path(), {}, folded), SECONDS) in (400, 403)


def test_b21_names_with_underscores_are_other_names(house: House, server: Server) -> None:
    bearer = house.bearer("Mallory")
    foreign = [b"X_Forwarded_For: 9.9.9.9", b"X_Forwarded_Proto: https", b"X-Forwarded-Host: evil.test"]
    assert knock(server, house.path(), bearer, *foreign) == IN
    own = {"Cookie": f"p.{house.id}={house.token('Mallory')}", "Origin": "http://evil.test"}
    assert knock(server, house.path(), own, b"X-Forwarded-Host: evil.test", b"X_Host: evil.test") == 403
    secret = f"Authorization_: Bearer {house.token('Mallory')}".encode()
    assert knock(server, house.path(), {}, secret) == 403


def test_b21_two_hosts_are_none(house: House, server: Server) -> None:
    page = {"Cookie": f"p.{house.id}={house.token('Mallory')}", "Origin": f"http://127.0.0.1:{server.port}"}
    assert knock(server, house.path(), page, b"Host: evil.test") in (400, 403)
    assert knock(server, house.path(), {**page, "Host": "evil.test", "Origin": "http://evil.test"}) == 403


def test_b21_two_proofs_are_none(house: House, server: Server) -> None:
    assert knock(server, house.path(), house.bearer("Mallory"), b"Authorization: Bearer x") in (403, NOT_JOINED)


def test_b21_two_lengths_are_refused(house: House, server: Server) -> None:
    both = (b"Content-Length: 5", b"Transfer-Encoding: chunked")
    assert knock(server, house.path(), house.bearer("Mallory"), *both) == 400


def test_b21_what_comes_together_with_the_handshake_is_not_heard(house: House, server: Server) -> None:
    """Neither a second request nor a frame: a client has to wait for the answer."""
    whole = request(server.port, house.path(), house.bearer("Mallory"))
    with Raw(server.port) as raw:
        assert raw.ask(whole + whole + text("{")) == 101
        assert met(raw) == IN
        raw.send(text({"t": "ping", "at": 1}))
        assert next(raw.events(SECONDS)).json["t"] == "pong"


def test_b21_a_whole_address_and_old_versions(house: House, server: Server) -> None:
    whole = request(server.port, f"http://evil.test{house.path()}", house.bearer("Mallory"))
    with Raw(server.port) as raw:
        # Daphne takes the path of it; who it is for still stands in Host alone.
        assert raw.ask(whole, SECONDS) in {"uvicorn": (400, 403), "daphne": (101,)}[server.kind]
    with Raw(server.port) as raw:
        # HTTP/0.9 can ask for pages only, and there is none at this address.
        assert raw.ask(b"GET " + house.path().encode() + b"\r\n\r\n", SECONDS) in (400, 404)


# ── B22: too much, and too slowly ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("", {"X-Big": "x" * 100_000}, id="B22 a header of 100 KB"),
        pytest.param("", {f"X-{n}": "1" for n in range(1_000)}, id="B22 1,000 headers"),
        pytest.param("&have=" + "x" * 20_000, {}, id="B28 a have of 20 KB"),
    ],
)
def test_b22_too_much_is_refused_at_once(house: House, server: Server, path: str, headers: dict[str, str]) -> None:
    began = time.monotonic()
    with Raw(server.port) as raw:
        status = raw.ask(request(server.port, house.path() + path, {**house.bearer("Mallory"), **headers}), SECONDS)
        # Daphne just hangs up on lines that are too long.
        assert status in {"uvicorn": (400, 414, 431), "daphne": (0, 400, 431)}[server.kind]
        assert not raw.send(b"x") or raw.code(SECONDS) == 1006
    assert time.monotonic() - began < SECONDS


def test_b22_half_a_request_costs_nobody_else_anything(house: House, server: Server, witness: Witness) -> None:
    """The servers themselves wait for the rest; the proxy in front gives up after five seconds."""
    before = witness.memory
    whole = request(server.port, house.path(), house.bearer("Mallory"))
    halves = [Raw(server.port) for _ in range(50)]
    for raw in halves:
        raw.send(whole[:-2])
    witness.speaks()
    assert witness.memory - before < 4 * 2**20
    assert halves[0].ask(b"\r\n") == 101
    for raw in halves:
        raw.close()


# ── B28: what one claims to have ────────────────────────────────────────────────────────────────────────────────────

CLAIMS = [
    "stage.-1.1", "stage.1.-1", "stage.1.18446744073709551616", "stage.99.1", "stage.1.999999999", "stage.x.y", "stage",
    "..", ",,,", "nothing.1.1", "you.1.1", "board:31:7.1.1", "%00.1.1", "%F0%9F%99%82.1.1", "stage.1.%D9%A3", "'--.1.1",
    "a" * 1_000 + ".1.1", "stage.1.1,stage.1.1", "__proto__.1.1", "group:1.1.1", "person:p:1.1.1",
]  # fmt: skip


def test_b28_a_false_have_gets_everything(house: House, server: Server) -> None:
    known = {reader.prefix for reader in slots_.readers()}
    with Raw(server.port) as raw:
        raw.ask(request(server.port, house.path(), house.bearer("Mallory")))
        whole = {slot["s"] for slot in _hello(raw)}
    for claim in CLAIMS:
        with Raw(server.port) as raw:
            assert raw.ask(request(server.port, house.path(have=claim), house.bearer("Mallory"))) == 101
            slots = _hello(raw)
            assert {slot["s"] for slot in slots if "gone" not in slot} == whole, claim
            # A name that the server does not know is not repeated.
            assert {slot["s"].partition(":")[0] for slot in slots} <= known, claim
            raw.send(text({"t": "ping", "at": 1}))
            assert any(event.what == "text" and event.json["t"] == "pong" for event in raw.events(SECONDS))


def _hello(raw: Raw) -> list[dict[str, Any]]:
    event = next(raw.events(SECONDS))
    assert event.json["t"] == "hello"
    slots: list[dict[str, Any]] = event.json["slots"]
    return slots
