"""The staff's page of groups and the board without script: what they show, and to whom they are not there."""

from __future__ import annotations

import pytest
from django.test import Client

from breakouts.board.models import Card
from tests.cast import Learner, Part, Workshop, fay, organisation, running, user
from workshop.kinds import ActivitySpec
from workshop.live.models import Group, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Workshop:
    spec = ActivitySpec(
        kind="board", title="What pays off?", key="board", config={"columns": ["Money", "Time"]}, group_set="teams",
        group_set_spec={"mode": "random", "count": 1},
    )  # fmt: skip
    found = running(Part("Explore", (spec,)), people=["Ana", "<b>Ben</b>"])
    found.fay("activity.open", a=found["board"].pk)
    return found


def staff() -> Client:
    client = Client()
    client.force_login(fay())
    return client


def phone(learner: Learner) -> Client:
    client = Client()
    client.cookies.load(learner.cookie)
    return client


def test_staff_make_move_and_list_groups_with_plain_forms(made: Workshop) -> None:
    page, do = f"/groups/{made.session.public_id}/", f"/groups/{made.session.public_id}/do/"
    client = staff()

    client.post(do, {"act": "make", "set": "teams", "way": "hand", "number": "3"})
    third = Group.objects.get(group_set__key="teams", number=3)
    ana = made.people["Ana"].row.pk
    client.post(do, {"act": "move", "set": "teams", "p": ana, "g": third.pk})

    html = client.get(page).content.decode()
    assert Membership.objects.get(participant=ana, until=None).group == third
    assert "<b>Ben</b>" not in html
    text = client.get(page + "list/?set=teams").content.decode()
    assert "Group 3: Ana" in text


def test_a_set_that_nobody_planned_can_be_made(made: Workshop) -> None:
    staff().post(f"/groups/{made.session.public_id}/do/", {"act": "make", "set": "Pairs", "way": "size", "number": "2"})

    assert Group.objects.filter(group_set__key="Pairs").count() == 1


def test_groups_are_taken_back_on_their_page(made: Workshop) -> None:
    page, do = f"/groups/{made.session.public_id}/", f"/groups/{made.session.public_id}/do/"
    client = staff()
    undo = '<input type="hidden" name="act" value="undo">'
    assert undo not in client.get(page).content.decode()

    client.post(do, {"act": "make", "set": "Pairs", "way": "size", "number": "2"})
    assert undo in client.get(page).content.decode()
    client.post(do, {"act": "undo"})

    assert not Group.objects.filter(group_set__key="Pairs").exists()
    assert undo not in client.get(page).content.decode()


def test_a_refusal_is_a_sentence(made: Workshop) -> None:
    answer = staff().post(
        f"/groups/{made.session.public_id}/do/",
        {"act": "move", "set": "nothing", "p": "1", "g": "1"},
        headers={"Accept": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "no_set")


def test_the_page_of_groups_is_not_there_for_others(made: Workshop) -> None:
    page = f"/groups/{made.session.public_id}/"
    eve = Client()
    eve.force_login(user("Eve", organisation=organisation("Elsewhere")))

    assert eve.get(page).status_code == 404
    assert phone(made.people["Ana"]).get(page).status_code == 302


def test_a_learner_writes_and_asks_for_help_with_plain_forms(made: Workshop) -> None:
    page = f"/board/{made.session.public_id}/{made['board'].pk}/"
    ana, group = phone(made.people["Ana"]), Group.objects.get()

    ana.post(page + "do/", {"act": "add", "g": group.pk, "column": "2", "text": "<i>One</i> tag list"})
    ana.post(page + "do/", {"act": "help", "g": group.pk, "on": "1"})

    card = Card.objects.get()
    assert (card.column, card.text, card.author) == (2, "<i>One</i> tag list", made.people["Ana"].row.key)
    assert Group.objects.get().help_at is not None
    html = ana.get(page).content.decode()
    assert "&lt;i&gt;One&lt;/i&gt; tag list" in html
    assert "&lt;i&gt;One" in staff().get(page).content.decode()


def test_a_closed_board_says_so_in_a_sentence(made: Workshop) -> None:
    page = f"/board/{made.session.public_id}/{made['board'].pk}/"
    made.fay("activity.close", a=made["board"].pk)

    answer = phone(made.people["Ana"]).post(
        page + "do/", {"act": "add", "g": Group.objects.get().pk, "column": "1", "text": "late"}, follow=True
    )

    assert "This board is closed." in answer.content.decode()
    assert not Card.objects.exists()


def test_strangers_see_no_board(made: Workshop) -> None:
    page = f"/board/{made.session.public_id}/{made['board'].pk}/"
    other = running(people=["Mallory"])

    assert phone(other.people["Mallory"]).get(page).status_code == 404
    assert Client().get(page).status_code == 404


def test_the_page_grows_with_people_and_with_groups_but_not_with_both(made: Workshop) -> None:
    page, do = f"/groups/{made.session.public_id}/", f"/groups/{made.session.public_id}/do/"
    client = staff()
    client.post(do, {"act": "make", "set": "teams", "way": "hand", "number": "40"})

    html = client.get(page).content.decode()
    group = Group.objects.filter(group_set__key="teams").latest("number")
    # Once for the script, and once for who has none; not for each person.
    assert html.count(f'<option value="{group.pk}">') == 2
