"""The pages of a learner, as they stand without script."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Learner, Part, Workshop, running
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import cookies
from workshop.live.models import Note, Participant

pytestmark = pytest.mark.django_db


def client_of(learner: Learner) -> Client:
    client = Client()
    client.cookies.load(learner.cookie)
    return client


def address(workshop: Workshop, name: str = "learner") -> str:
    return reverse(f"live:{name}", args=[workshop.session.public_id])


PAGES = ("learner", "profile", "rejoin", "leave", "mine")


@pytest.mark.parametrize("name", PAGES)
def test_who_has_not_joined_is_led_to_the_start_page(name: str) -> None:
    workshop = running(people=["Ana"])
    assert Client().get(address(workshop, name))["Location"] == reverse("live:join")


@pytest.mark.parametrize("name", PAGES)
def test_who_was_removed_is_told_so(name: str) -> None:
    workshop = running(people=["Ana"])
    workshop.fay("person.remove", p=workshop.people["Ana"].row.pk)
    answer = client_of(workshop.people["Ana"]).get(address(workshop, name))
    assert answer.status_code == 403
    assert "You are no longer in this session" in answer.content.decode()


def test_a_cookie_of_another_session_opens_nothing() -> None:
    first, second = running(people=["Ana"]), running(people=["Ben"])
    client = Client()
    token = cookies.token_for(first.people["Ana"].proof)
    client.cookies.load({f"p.{second.session.public_id}": token})
    assert client.get(address(second))["Location"] == reverse("live:join")


@pytest.mark.parametrize("fields", [{"text": "x" * 20_001, "n": "1"}, {"text": "x", "n": ""}, {"text": "x", "n": "-1"}])
def test_notes_that_cannot_be_kept_are_refused_with_a_sentence(fields: dict[str, str]) -> None:
    workshop = running(people=["Ana"])
    client = client_of(workshop.people["Ana"])
    answer = client.post(address(workshop, "do"), {"op": "note", **fields}, follow=True)
    assert "It was not saved." in answer.content.decode()
    assert not Note.objects.exists()


def test_own_acts_work_by_forms() -> None:
    workshop = running(people=["Ana"])
    client = client_of(workshop.people["Ana"])
    for fields in (
        {"op": "hand", "up": "1"},
        {"op": "help", "on": "1"},
        {"op": "note", "text": "Tags\r\nfirst", "n": "1"},
    ):
        assert client.post(address(workshop, "do"), fields)["Location"] == address(workshop)
    person = Participant.objects.get()
    assert person.hand_at
    assert person.help_at
    assert Note.objects.get().text == "Tags\nfirst"


def test_an_op_of_staff_is_not_done_by_that_form() -> None:
    workshop = running(people=["Ana"])
    client_of(workshop.people["Ana"]).post(address(workshop, "do"), {"op": "session.end"})
    assert workshop.fresh.state == "running"


def test_only_who_has_answered_reads_that_the_answer_is_kept() -> None:
    question = QuestionSpec("choice", "Which?", {"options": ["Yes", "No"]}, key="q1")
    poll = ActivitySpec("poll", "Which?", key="which", questions=(question,))
    workshop = running(Part("Engage", (poll,)), people=["Ana"])
    which = workshop["which"].pk
    workshop.fay("activity.open", a=which)
    workshop.people["Ana"]("respond", a=which, q="q1", round=1, n=1, v="a")
    workshop.fay("activity.close", a=which)
    workshop.fay("activity.show", a=which, where="phones", on=True)
    kept = {}
    for learner in (workshop.people["Ana"], workshop.join("Ben")):
        html = client_of(learner).get(address(workshop)).content.decode()
        assert "This is closed." in html
        kept[learner.row.name] = "<span data-kept>" in html
    assert kept == {"Ana": True, "Ben": False}


def test_the_profile_can_be_changed_at_any_time() -> None:
    workshop = running(people=["Ana"])
    client = client_of(workshop.people["Ana"])
    done = client.post(address(workshop, "profile"), {"name": "Anna", "profile": "AI practice", "language": "de"})
    assert done["Location"] == address(workshop)
    person = Participant.objects.get()
    assert (person.name, person.profile, person.language) == ("Anna", "AI practice", "de")
    assert '<html lang="de"' in client.get(address(workshop)).content.decode()


def test_the_personal_link_makes_another_device_the_same_person() -> None:
    workshop = running(people=["Ana"])
    html = client_of(workshop.people["Ana"]).get(address(workshop, "rejoin")).content.decode()
    link = html.partition('class="link sm"><a href="')[2].partition('"')[0]
    other = Client()
    assert other.get(link[link.index("/r/") :])["Location"] == address(workshop)
    assert other.get(address(workshop)).status_code == 200
    assert Participant.objects.count() == 1


def test_a_broken_personal_link_says_what_to_do() -> None:
    answer = Client().get(reverse("live:come_back", args=["nonsense"]))
    assert answer.status_code == 404
    assert "Make a new one" in answer.content.decode()


def test_leaving_takes_the_cookie_away() -> None:
    workshop = running(people=["Ana"])
    client = client_of(workshop.people["Ana"])
    done = client.post(address(workshop, "leave"))
    assert done.cookies[f"p.{workshop.session.public_id}"].value == ""
    assert client.get(address(workshop))["Location"] == reverse("live:join")


def test_the_take_away_is_one_file_with_own_notes_and_terms() -> None:
    workshop = running(people=["Ana"])
    workshop.people["Ana"]("note", text="<b>Tags</b>", n=1)
    answer = client_of(workshop.people["Ana"]).get(address(workshop, "mine"))
    html = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="finops-for-ai.html"'
    assert "&lt;b&gt;Tags&lt;/b&gt;" in html
    assert "The cost of one answer" in html
    assert "<script" not in html
    assert "http" not in html


def test_a_name_of_markup_is_text_everywhere() -> None:
    workshop = running()
    mallory = workshop.join('"><img src=x onerror=1>')
    client = client_of(mallory)
    for name in PAGES:
        assert "<img src=x" not in client.get(address(workshop, name)).content.decode()


def test_the_words_of_the_scripts_come_in_languages_that_exist() -> None:
    answer = Client().get(reverse("live:words", args=["de"]))
    assert answer.status_code == 200
    assert "gettext" in answer.content.decode()
    assert Client().get(reverse("live:words", args=["xx-nowhere"])).status_code == 404
