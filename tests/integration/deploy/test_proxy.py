"""nginx as docs/deploy has it, in front of the running set-up: what it keeps, passes on, refuses, slows and cuts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
import time

import httpx
import pytest

from tests.stack import Stack


def tls(stack: Stack) -> ssl.SSLSocket:
    """A raw connection to the proxy."""
    raw = socket.create_connection(("127.0.0.1", stack.tls_port), timeout=30)
    return stack.trust().wrap_socket(raw, server_hostname="localhost")


def test_nginx_finds_no_fault_in_its_configuration(stack: Stack) -> None:
    ran = subprocess.run(
        ["nginx", "-t"],
        env={"PATH": f"{stack.proxy.folder}/bin:/usr/sbin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "successful" in ran.stderr
    assert "warn" not in ran.stderr.replace("user", "")


def test_pages_come_by_tls_alone(stack: Stack, visitor: httpx.Client) -> None:
    plain = httpx.get(f"http://127.0.0.1:{stack.plain_port}/j/x/", headers={"Host": "localhost"})
    page = visitor.get("/")

    assert plain.status_code == 308
    assert plain.headers["Location"] == "https://localhost/j/x/"
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "server" not in page.headers or page.headers["server"] == "nginx"


def test_static_files_are_kept_by_the_proxy(stack: Stack, visitor: httpx.Client) -> None:
    style = visitor.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert style.startswith("/static/")
    answers = [visitor.get(style) for _ in range(2)]
    kept = [path for path in (stack.proxy.folder / "cache").rglob("*") if path.is_file()]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "immutable" in answers[0].headers["Cache-Control"]
    assert any(style.encode() in path.read_bytes() for path in kept)
    assert not any(b"csrf" in path.read_bytes() for path in kept), "no page is kept"


def test_what_a_visitor_claims_of_its_address_is_not_passed_on(stack: Stack, visitor: httpx.Client) -> None:
    claims = {"X-Forwarded-For": "9.9.9.9", "Forwarded": "for=9.9.9.9", "X-Real-IP": "9.9.9.9"}
    answer = visitor.get("/healthz", headers=claims)
    config = stack.nginx_conf()

    assert answer.status_code == 200
    assert "proxy_add_x_forwarded_for" not in config
    with tls(stack) as line:
        line.sendall(
            b"GET /accounts/sign-in/ HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_Proto: http\r\nConnection: close\r\n\r\n"
        )
        assert read_all(line).startswith(b"HTTP/1.1 200 ")


def read_all(line: socket.socket) -> bytes:
    parts = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + b"x" * 65_536 + b"\r\n\r\n", b"400"),
        (b"GET /?" + b"x" * 30_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n", b"413"),
        (b"POST /slides/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", b"400"),
        (
            b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"400"),
        (b"\x00\x01\x02\r\n\r\n", b"400"),
    ],
    ids=["header", "cookie", "address", "body", "slides", "two-hosts", "smuggling", "foreign-host", "nonsense"],
)
def test_the_proxy_refuses_what_is_too_big_or_odd(stack: Stack, request_: bytes, status: bytes) -> None:
    with tls(stack) as line:
        line.settimeout(20)
        with contextlib.suppress(OSError):
            # It may have answered and closed before all was said.
            line.sendall(request_)
        found = line.recv(65_536)
    assert status in found.split(b"\r\n")[0] or (status == b"400" and found.startswith(b"<html>")), found[:200]


@pytest.mark.parametrize(
    "address", ["/plans/import/", "/plans/1/activities/deck/", "/panel/x/edit/1/", "/quiz/1/0/import/"]
)
def test_files_of_staff_get_as_far_as_plenary(visitor: httpx.Client, address: str) -> None:
    """It asks strangers to sign in, or for a token of theirs; the proxy alone would say 413."""
    file = b"%PDF-1.7 " + b"x" * 3_000_000
    answer = visitor.post(address, files={"file": ("deck.pdf", file)}, headers={"Referer": str(visitor.base_url)})
    assert answer.status_code in (302, 403)


def test_too_big_is_a_sentence(visitor: httpx.Client) -> None:
    answer = visitor.post("/join/", content=b"x" * 1_100_000)
    assert answer.status_code == 413
    assert "Go back: what you typed is still there." in answer.text


def test_a_big_cookie_that_is_not_too_big_still_gets_in(stack: Stack, visitor: httpx.Client) -> None:
    """A visitor that was in a hundred sessions."""
    cookies = "; ".join(f"p.session{number:03}=" + "x" * 150 for number in range(100))
    assert visitor.get("/", headers={"Cookie": cookies}).status_code == 200


def test_half_sent_requests_are_cut(stack: Stack) -> None:
    """Twenty at once, of each sort: the proxy ends them within ten seconds, and serves everybody else meanwhile.

    Left to itself nginx waits for a minute.
    """
    halves = (
        b"GET / HTTP/1.1\r\nHost: loc",
        b"POST /join/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\ncode=1",
    )
    lines = []
    for number in range(40):
        line = tls(stack)
        line.sendall(halves[number % 2])
        lines.append(line)
    began = time.monotonic()
    assert stack.proxy.healthy()
    for line in lines:
        try:
            found = line.recv(65_536)
        except (ConnectionResetError, ssl.SSLError):
            found = b""
        assert not found or b" 408 " in found.split(b"\r\n")[0], found[:100]
        line.close()
    assert time.monotonic() - began < 30


def test_a_flood_of_sign_ins_is_slowed_with_a_time_to_come_back(stack: Stack) -> None:
    async def flood() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=stack.url, verify=stack.trust(), timeout=60) as client:
            return list(await asyncio.gather(*(client.post("/accounts/sign-in/", data={"x": "y"}) for _ in range(160))))

    answers = asyncio.run(flood())
    slowed = [answer for answer in answers if answer.status_code == 429]

    assert 20 <= len(slowed) <= 60, [answer.status_code for answer in answers]
    assert len({answer.headers["Retry-After"] for answer in slowed}) > 1, "they would all come back at once"
    assert all(answer.status_code == 403 for answer in answers if answer not in slowed)
