"""Pages go out compressed to whoever may have them so; nothing else does."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_for_who_says_so() -> None:
    client = Client()
    plain = client.get("/")
    small = client.get("/", HTTP_ACCEPT_ENCODING="gzip, br")
    assert plain.headers.get("Content-Encoding") is None
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert gzip.decompress(small.content).startswith(b"<!doctype html>")
    assert len(small.content) * 2 < len(plain.content)


def test_what_is_no_page_stays_as_it_is() -> None:
    answer = Client().post("/join/", {"code": "1"}, HTTP_ACCEPT="application/json", HTTP_ACCEPT_ENCODING="gzip")
    assert answer.headers.get("Content-Encoding") is None
