"""Addresses that forms are sent to, opened by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

PAGE = {"accept": "text/html"}


@pytest.mark.django_db
def test_join_typed_as_it_was_heard_leads_to_the_code(client: Client) -> None:
    answer = client.get("/join/", headers=PAGE)
    assert (answer.status_code, answer["Location"]) == (302, reverse("live:join"))


@pytest.mark.django_db
def test_an_address_of_a_form_says_what_it_is(client: Client) -> None:
    answer = client.get(reverse("accounts:sign_out"), headers=PAGE)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>A form leads here</h1>" in answer.text


@pytest.mark.django_db
def test_a_program_gets_no_page(client: Client) -> None:
    answer = client.get(reverse("accounts:sign_out"), headers={"accept": "application/json"})
    assert (answer.status_code, answer.content) == (405, b"")
