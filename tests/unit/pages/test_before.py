"""Whoever was sent the link reads what to expect before the door opens; a code alone says nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Part, lobby

pytestmark = pytest.mark.django_db


def _shut() -> tuple[str, str]:
    document = {"prior_knowledge": ["You have seen a cloud bill"], "materials": ["A phone"]}
    made = lobby(Part("Engage", ()), open_door=False, **document)
    return made.session.join_token, made.session.code


def test_the_link_says_what_it_is_and_what_to_bring() -> None:
    token, _code = _shut()
    page = Client().get(reverse("live:qr", args=[token]))
    html = page.content.decode()
    assert page.status_code == 200
    assert "Not open yet" in html
    assert "You have seen a cloud bill" in html
    assert "A phone" in html
    assert 'name="name"' not in html


def test_a_code_says_nothing_before_the_door_opens() -> None:
    _token, code = _shut()
    html = Client().get(reverse("live:by_code", args=[code])).content.decode()
    assert "You have seen a cloud bill" not in html
