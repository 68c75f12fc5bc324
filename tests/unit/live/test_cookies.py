"""Proofs of who somebody is: none can be used for another session or another purpose."""

from __future__ import annotations

import base64
import time

import pytest
from django.core import signing
from django.http import HttpResponse

from workshop.live import cookies
from workshop.live.cookies import Proof, new_secret, read_token, token_for

PROOF = Proof("abc", 7, b"0123456789abcdef")


def test_a_token_gives_its_proof_back() -> None:
    assert read_token(token_for(PROOF), "abc") == PROOF
    assert len(new_secret()) == 16
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "token",
    [
        "", "x", ":::", token_for(PROOF)[:-1], token_for(PROOF) + "x", token_for(PROOF).replace(":7:", ":8:"),
        cookies.rejoin_token(PROOF), cookies.phone_token(7, "abc"), signing.Signer(salt="plenary.screen").sign("abc:7:x"),
        signing.Signer(salt="plenary.participant").sign("abc:seven:" + base64.urlsafe_b64encode(b"x" * 16).decode()),
        signing.Signer(salt="plenary.participant").sign("abc:7:" + base64.urlsafe_b64encode(b"short").decode()),
        signing.Signer(salt="plenary.participant").sign("abc"), "\udcff",
    ],
    # Tokens with a time differ from collection to collection.
    ids=range(13),
)  # fmt: skip
def test_what_is_not_a_token_is_nobody(token: str) -> None:
    assert read_token(token, "abc") is None


def test_a_token_of_one_session_is_nothing_in_another() -> None:
    assert read_token(token_for(PROOF), "abd") is None
    assert cookies.read_participant({"p.abd": token_for(PROOF)}, "abd") is None


def test_the_cookie_is_for_the_server_alone() -> None:
    response = HttpResponse()
    cookies.set_participant(response, PROOF, secure=False)
    cookie = response.cookies["p.abc"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", "", "/")
    assert cookies.read_participant({"p.abc": cookie.value}, "abc") == PROOF


def test_under_https_the_cookie_belongs_to_this_host_alone(settings: pytest.FixtureRequest) -> None:
    response = HttpResponse()
    cookies.set_participant(response, PROOF, secure=True)
    cookie = response.cookies["__Host-p.abc"]
    assert cookie["secure"] is True
    settings.HTTPS = True
    assert cookies.read_participant({"__Host-p.abc": cookie.value}, "abc") == PROOF
    assert cookies.read_participant({"p.abc": cookie.value}, "abc") is None


def test_leaving_forgets_both_names() -> None:
    response = HttpResponse()
    cookies.clear_participant(response, "abc")
    assert {name: cookie["max-age"] for name, cookie in response.cookies.items()} == {"p.abc": 0, "__Host-p.abc": 0}


def test_links_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    rejoin, phone = cookies.rejoin_token(PROOF), cookies.phone_token(7, "abc")
    assert cookies.read_rejoin(rejoin) == PROOF
    assert cookies.read_phone(phone) == (7, "abc")
    later = time.time() + cookies.REJOIN_SECONDS + 2
    monkeypatch.setattr(time, "time", lambda: later)
    assert cookies.read_rejoin(rejoin) is None
    assert cookies.read_phone(phone) is None
    assert cookies.read_rejoin(phone) is None
    assert cookies.read_phone("x") is None


def test_the_screens_cookie_holds_the_token_of_the_link() -> None:
    response = HttpResponse()
    cookies.set_screen(response, "abc", "secret", secure=False)
    held = {"screen.abc": response.cookies["screen.abc"].value}
    assert cookies.read_screen(held, "abc") == "secret"
    assert cookies.read_screen({"screen.abd": held["screen.abc"]}, "abd") is None
    assert cookies.read_screen({}, "abc") is None
