"""Slides: good and bad PDFs, the way through pages and activities, and who may look at which page."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Learner, Part, Workshop, fay, organisation, plan, refusal, running, user
from tests.unit.content import pdfs
from workshop.content.slides.config import Stop, route
from workshop.content.slides.decks import pages_of, store_pdf, tidy_name
from workshop.content.slides.editor import SlidesEditor
from workshop.content.slides.kind import Slides
from workshop.content.slides.models import SlidePage
from workshop.content.slides.pdf import draw
from workshop.kinds import ActivitySpec, PlanLine
from workshop.live.models import Upload
from workshop.plans.models import Plan

# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_become_pictures_with_their_words() -> None:
    pictures = draw(pdfs.with_words("Tag everything", "Budgets (soft)".replace("(", "").replace(")", "")))

    assert [(each.number, each.width, each.height) for each in pictures] == [(1, 1600, 900), (2, 1600, 900)]
    assert [each.text for each in pictures] == ["Tag everything", "Budgets soft"]
    assert all(each.data[:4] == b"RIFF" and each.data[8:12] == b"WEBP" for each in pictures)


def test_a_page_as_large_as_a_poster_gets_no_more_pixels() -> None:
    (picture,) = draw(pdfs.pdf(1, 14_000, 10_000))

    assert max(picture.width, picture.height) == 1600


@pytest.mark.parametrize("name", list(pdfs.BAD))
@pytest.mark.django_db
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_stored(name: str) -> None:
    row = plan()

    refused = refusal(store_pdf, row, pdfs.BAD[name], "slides.pdf")

    assert refused.code == name.split(maxsplit=1)[0]
    assert str(refused.message).endswith(".")
    assert "Error" not in str(refused.message)
    assert (SlidePage.objects.count(), Upload.objects.count()) == (0, 0)


def test_the_sentence_about_a_long_pdf_names_its_pages() -> None:
    assert "1000" in str(refusal(draw, pdfs.pdf(1000)).message)


@pytest.mark.django_db
def test_the_same_pdf_is_stored_once_a_plan_and_equal_pages_share_a_picture() -> None:
    row = plan()

    first, again = store_pdf(row, pdfs.pdf(3), "a.pdf"), store_pdf(row, pdfs.pdf(3), "b.pdf")

    assert (first.key, first.pages) == (again.key, again.pages) == (first.key, 3)
    assert (SlidePage.objects.count(), Upload.objects.count()) == (3, 1)
    upload = Upload.objects.get()
    assert hashlib.sha256(bytes(upload.data)).hexdigest() == upload.sha256


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\talks\\My  talk.pdf", "My talk.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        ("", "slides.pdf"),
        ("x" * 500, "x" * 200),
    ],
)
def test_names_of_files_are_tidied(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


@pytest.mark.django_db
def test_a_deck_comes_along_to_another_plan_and_stays_within_the_organisation() -> None:
    made, copy = plan(), plan(title="Copy")
    stranger = plan(owner=user("Eve", organisation=organisation("Elsewhere")))
    deck = store_pdf(made, pdfs.drawn(2), "a.pdf")

    assert pages_of(copy, deck.key).count() == 2
    assert pages_of(stranger, deck.key).count() == 0
    Slides().copy(_slides(made, deck.key), _slides(copy, deck.key))
    made.delete()
    assert pages_of(copy, deck.key).count() == 2


def _slides(owner: Plan, deck: str) -> Any:
    version = owner.current
    assert version
    phase = version.phases.first()
    assert phase
    return version.activities.create(phase=phase, key="s", position=1, kind="slides", title="S", config={"deck": deck})


# ── the form ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_form_takes_a_pdf_and_keeps_it_in_the_plan() -> None:
    row = plan()
    form = SlidesEditor({"at": "2, 1"}, {"pdf": SimpleUploadedFile("talk.pdf", pdfs.drawn(2))})

    assert form.is_valid(), form.errors
    assert SlidePage.objects.count() == 0
    form.keep(row)

    config = form.config()
    assert (config["pages"], config["name"], config["at"]) == (2, "talk.pdf", [2, 1])
    assert pages_of(row, config["deck"]).count() == 2


def test_the_form_says_what_is_wrong_with_a_file() -> None:
    form = SlidesEditor({"at": "x"}, {"pdf": SimpleUploadedFile("talk.pdf", pdfs.BAD["encrypted"])})

    assert not form.is_valid()
    assert "password" in str(form.errors["pdf"])
    assert "at" in form.errors


def test_without_a_new_file_the_old_one_stays() -> None:
    stored = {"deck": "a" * 32, "pages": 8, "name": "talk.pdf", "at": [3]}
    form = SlidesEditor({key: str(value) for key, value in SlidesEditor.initial_for(stored).items()})

    assert form.is_valid(), form.errors
    assert form.config() == stored


# ── the way ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_activities_stand_between_pages() -> None:
    assert route(3, 2, [1, 9]) == [Stop(1), Stop(1, 0), Stop(2), Stop(3), Stop(3, 1)]
    assert route(2, 1, []) == [Stop(1), Stop(2), Stop(2, 0)]


@given(
    pages=st.integers(min_value=1, max_value=40),
    children=st.integers(min_value=0, max_value=8),
    at=st.lists(st.integers(min_value=1, max_value=60), max_size=10),
)
def test_every_page_and_activity_is_met_once(pages: int, children: int, at: list[int]) -> None:
    stops = route(pages, children, at)

    assert [stop.page for stop in stops if stop.child is None] == list(range(1, pages + 1))
    assert sorted(stop.child for stop in stops if stop.child is not None) == list(range(children))
    assert [stop.page for stop in stops] == sorted(stop.page for stop in stops)


def talk(pace: str = "led", audience: str = "both") -> Workshop:
    """Four slides with a prompt after the second; the deck is stored in the session's plan."""
    child = ActivitySpec(kind="resource", title="Think", key="think", config={"text": "Why?"})
    spec = ActivitySpec(
        kind="slides",
        title="Key ideas",
        key="slides",
        config={"at": [2]},
        children=(child,),
        pace=pace,
        audience=audience,
    )
    made = running(Part("Explain", (spec,)), people=["Ana"])
    deck = store_pdf(made.session.version.plan, pdfs.drawn(4), "talk.pdf")
    made.fay("slides.deck", a=made["slides"].pk, deck=deck.key, name=deck.name)
    made.fay("activity.open", a=made["slides"].pk)
    return made


def page(made: Workshop) -> int:
    return int(made.run("slides").state_data.get("page", 1))


@pytest.mark.django_db
def test_the_clicker_goes_page_by_page_and_opens_what_stands_between() -> None:
    made = talk()
    met = []
    for _ in range(4):
        made.fay("screen.step", forward=True)
        met.append((page(made), made.run("think").state))

    assert met == [(2, "ready"), (2, "open"), (3, "closed"), (4, "closed")]
    made.fay("screen.step", forward=False)
    assert page(made) == 3


@pytest.mark.django_db
def test_staff_turn_to_any_page_that_there_is() -> None:
    made = talk()

    made.fay("slides.goto", a=made["slides"].pk, page=4)
    assert page(made) == 4
    assert refusal(made.fay, "slides.goto", a=made["slides"].pk, page=5).code == "no_page"
    assert refusal(made.people["Ana"], "slides.goto", a=made["slides"].pk, page=1).code == "not_allowed"


@pytest.mark.django_db
def test_the_phone_gets_the_present_page_and_no_address_of_the_next() -> None:
    made = talk()
    made.fay("slides.goto", a=made["slides"].pk, page=2)

    html = str(made.slot(f"activity:{made['slides'].pk}", "learner", view="html").html)

    assert "/2.webp?v=" in html
    assert "/3.webp" not in html


# ── who may look ────────────────────────────────────────────────────────────────────────────────────────────────────


def browser(learner: Learner | None = None) -> Client:
    client = Client()
    if learner:
        client.cookies.load(learner.cookie)
    return client


def picture(made: Workshop, number: int) -> str:
    return f"/slides/{made.session.public_id}/{made['slides'].pk}/{number}.webp"


@pytest.mark.django_db
def test_learners_look_back_and_never_ahead() -> None:
    made = talk()
    ana = browser(made.people["Ana"])
    made.fay("slides.goto", a=made["slides"].pk, page=3)
    made.fay("slides.goto", a=made["slides"].pk, page=2)

    assert [ana.get(picture(made, number)).status_code for number in (1, 2, 3, 4)] == [200, 200, 200, 404]
    facts = ana.get(picture(made, 3).replace(".webp", ".json")).json()
    assert facts["src"].startswith(picture(made, 3))
    assert ana.get(picture(made, 4).replace(".webp", ".json")).status_code == 404
    assert ana.get(picture(made, 1).replace(".webp", "/")).status_code == 200


@pytest.mark.django_db
def test_at_their_own_pace_learners_see_all_pages() -> None:
    made = talk(pace="self")

    assert browser(made.people["Ana"]).get(picture(made, 4)).status_code == 200


@pytest.mark.django_db
def test_slides_for_the_screen_alone_are_not_for_phones() -> None:
    made = talk(audience="screen")

    assert browser(made.people["Ana"]).get(picture(made, 1)).status_code == 404


@pytest.mark.django_db
def test_strangers_see_no_page() -> None:
    made, other = talk(), running(people=["Mallory"])
    mallory = browser(other.people["Mallory"])
    eve = browser()
    eve.force_login(user("Eve", organisation=organisation("Elsewhere")))

    for client in (browser(), mallory, eve):
        assert client.get(picture(made, 1)).status_code == 404


@pytest.mark.django_db
def test_a_picture_is_kept_by_the_browser_alone() -> None:
    made = talk()
    ana = browser(made.people["Ana"])

    first = ana.get(picture(made, 1))
    again = ana.get(picture(made, 1), headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "image/webp"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Cache-Control"].startswith("private")
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_staff_write_the_words_that_replace_a_picture() -> None:
    row = plan()
    deck = store_pdf(row, pdfs.with_words("Words of the file", "Second"), "a.pdf")
    client = browser()
    client.force_login(fay())

    client.post(f"/slides/plan/{row.pk}/{deck.key}/", {"alt-1": "A curve that doubles"})

    assert [each.words for each in pages_of(row, deck.key)] == ["A curve that doubles", "Second"]
    assert "A curve that doubles" in client.get(f"/slides/plan/{row.pk}/{deck.key}/").content.decode()


@pytest.mark.django_db
def test_an_upload_answers_with_the_deck_or_a_sentence() -> None:
    row = plan()
    client = browser()
    client.force_login(fay())

    good = client.post(f"/slides/plan/{row.pk}/", {"pdf": SimpleUploadedFile("a.pdf", pdfs.drawn(2))})
    bad = client.post(f"/slides/plan/{row.pk}/", {"pdf": SimpleUploadedFile("a.pdf", b"MZ")})

    assert (good.status_code, good.json()["pages"]) == (201, 2)
    assert (bad.status_code, bad.json()["code"]) == (422, "no_pdf")
    client.force_login(user("Eve", organisation=organisation("Elsewhere")))
    assert (
        client.post(f"/slides/plan/{row.pk}/", {"pdf": SimpleUploadedFile("a.pdf", pdfs.drawn(2))}).status_code == 404
    )


def test_presentation_software_suggests_slides() -> None:
    def found(text: str, field: str = "technology") -> int:
        return len(list(Slides().proposes(PlanLine(field, text, "Explain", "explain"))))

    assert found("Use interactive presentation software for engagement") == 1
    assert found("Folien, Beispiele aus der Praxis", "resources") == 1
    assert found("Use screen sharing for demo") == 0
    assert found("Presentation slides", "learner_activities") == 0
