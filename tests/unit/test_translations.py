"""German: every sentence has one, with the same places to fill in; the compiled catalogue is the written one."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils.translation import override, trans_real

from tests.cast import Part, Workshop, fay, lobby, refusal, running
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.realtime import ops, wire
from workshop.realtime.inbox import submit
from workshop.realtime.limits import slow_down
from workshop.realtime.ops import Call
from workshop.realtime.reads import read_all
from workshop.realtime.slots import SlotRequest

FOLDER = Path(settings.LOCALE_PATHS[0]) / "de/LC_MESSAGES"
DOMAINS = ("django", "djangojs")
#: ``%(name)s``, ``%d``, ``%%(name)s`` (a place that a script fills in) and tags.
PLACES = re.compile(r"%%?\(\w+\)\d*[a-z]|%[sd]|</?\w+[^>]*>")


# ── catalogues ──────────────────────────────────────────────────────────────────────────────────────────────────────

#: Context, sentence, plural ('' for none), translations.
Entry = tuple[str, str, str, list[str]]


def entries(domain: str) -> list[Entry]:
    """The entries of a written catalogue, without its head."""
    text = (FOLDER / f"{domain}.po").read_text(encoding="utf-8")
    return [_entry(block) for block in re.split(r"\n{2,}", text.strip())[1:]]


def _entry(block: str) -> Entry:
    assert ", fuzzy" not in block, block
    fields: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")  # noqa: PLW2901 - the rest of it is the first text of this field
        fields[name] = fields.get(name, "") + ast.literal_eval(line)
    translations = [text for field, text in fields.items() if field.startswith("msgstr")]
    return fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", ""), translations


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_sentence_has_a_german_one(domain: str) -> None:
    found = entries(domain)
    assert len(found) > 50
    for _context, one, many, translations in found:
        assert len(translations) == (2 if many else 1), one
        assert all(translations), one


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_same_places_are_filled_in(domain: str) -> None:
    for _context, one, many, translations in entries(domain):
        for source, german in zip([one, many], translations, strict=False):
            assert sorted(PLACES.findall(german)) == sorted(PLACES.findall(source)), source


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_the_written_one(domain: str) -> None:
    """``make messages`` writes both; both are committed, since running needs no gettext."""
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written: dict[str | tuple[str, int], str] = {}
    for context, one, many, translations in entries(domain):
        key = f"{context}\x04{one}" if context else one
        written |= {(key, n): text for n, text in enumerate(translations)} if many else {key: translations[0]}
    assert {key: text for key, text in compiled._catalog.items() if key} == written


def test_catalogues_name_no_day_and_no_line() -> None:
    for domain in DOMAINS:
        text = (FOLDER / f"{domain}.po").read_text(encoding="utf-8")
        assert "-Date:" not in text
        assert not re.search(r"^#: .*:\d", text, re.MULTILINE)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}
#: Words of the session below, of its people and of the product: nobody translates them.
OWN = re.compile(
    r"FinOps for AI|Engage|Explore|Finance|AI practice|Unit cost|The cost of one answer|Tag\b|What drives the bill\?"
    r"|Which\?|Training|Inference|\bAna\b|\bFay\b|testserver|Plenary|\b[BF]\b|Markdown|\bmin\b|\bh\b|JavaScript|JSON|CSV"
    r"|XLSX|HTML|English|Deutsch|More on AI|More on money"
)


def poll() -> ActivitySpec:
    question = QuestionSpec(kind="choice", prompt="Which?", config={"options": ["Training", "Inference"]})
    return ActivitySpec(kind="poll", title="What drives the bill?", key="which", questions=(question,))


def parts() -> tuple[Part, ...]:
    return Part("Engage", (poll(),), kind="engage"), Part("Explore", kind="explore", minutes=45)


def staff() -> Client:
    client = Client(headers=GERMAN)
    client.force_login(fay())
    return client


def learner(workshop: Workshop, name: str = "Ana") -> Client:
    client = Client(headers=GERMAN)
    client.cookies.load(workshop.people[name].cookie)
    return client


def _join() -> HttpResponse:
    return Client(headers=GERMAN).get(reverse("live:join"))


def _person() -> HttpResponse:
    return Client(headers=GERMAN).get(reverse("live:by_code", args=[lobby(*parts()).session.code]), follow=True)


def _lobby() -> HttpResponse:
    workshop = lobby(*parts())
    workshop.join("Ana")
    return learner(workshop).get(reverse("live:learner", args=[workshop.session.public_id]))


def _question() -> HttpResponse:
    workshop = running(*parts(), people=["Ana"])
    workshop.fay("activity.open", a=workshop["which"].pk)
    return learner(workshop).get(reverse("live:learner", args=[workshop.session.public_id]))


def _panel() -> HttpResponse:
    workshop = running(*parts(), people=["Ana", ""])
    workshop.fay("activity.open", a=workshop["which"].pk)
    return staff().get(reverse("live:panel", args=[workshop.session.public_id]))


def _people() -> HttpResponse:
    return staff().get(reverse("live:panel_people", args=[running(*parts(), people=["Ana"]).session.public_id]))


def _library() -> HttpResponse:
    running(*parts())
    return staff().get(reverse("plans:library"))


def _plan() -> HttpResponse:
    plan = running(*parts()).version.plan_id
    return staff().get(reverse("plans:plan", args=[plan]))


def _activity() -> HttpResponse:
    plan = running(*parts()).version.plan_id
    return staff().get(reverse("plans:activity", args=[plan, "which"]))


def _import() -> HttpResponse:
    return staff().get(reverse("plans:import"))


def _after() -> HttpResponse:
    workshop = running(*parts(), people=["Ana"])
    workshop.fay("session.end")
    return staff().get(reverse("reports:session", args=[workshop.session.public_id]))


def _sign_in() -> HttpResponse:
    return Client(headers=GERMAN).get(reverse("accounts:sign_in"))


PAGES: dict[Callable[[], HttpResponse], tuple[str, ...]] = {
    _join: ("Tippen Sie den Code von der Leinwand", "Kein Konto. Sie entscheiden, was andere sehen."),
    _person: ("Sie treten gleich bei", "Die Leitung und Ihre Gruppe sehen den Namen, den Sie tippen"),
    _lobby: ("Sie sind dabei, <bdi>Ana</bdi>", "Name oder Hintergrund ändern", "beginnt gleich"),
    _question: (
        "Antwort senden",
        "Unter Ihrem Spitznamen gezählt: Keine Seite zeigt, wer was gesagt hat.",
        "/words/de.js",
    ),
    _panel: (
        "Steuerpult: FinOps for AI",
        "Schließen: What drives the bill?",
        "Auf der Leinwand",
        "Fünf Minuten mehr",
        "/words/de.js",
    ),
    _people: ("Personen: FinOps for AI",),
    _library: ("Meinen Plan einfügen", "Läuft seit", "Laufende Sitzung"),
    _plan: ("Sitzung starten", "Als Text herunterladen", "Aktivität zu Engage hinzufügen"),
    _activity: ("Wer die Antworten sieht", "Anonym. Niemand kann herausfinden, wer es war, auch nicht der Server."),
    _import: ("Fügen Sie Ihren Plan ein", "Meinen Plan lesen"),
    _after: ("Namen stehen nur bei Antworten, zu denen gesagt wurde „die Leitung sieht es“",),
    _sign_in: ("Benutzername", "Teilnehmende brauchen kein Konto"),
}


@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.__name__.strip("_"))
def test_pages_speak_german(look: Callable[[], HttpResponse]) -> None:
    body = look().content.decode()
    assert '<html lang="de"' in body
    for sentence in PAGES[look]:
        assert sentence in body


def forget_templates() -> None:
    """Templates that were read keep what their sentences are in each language."""
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever comes from a catalogue stands in ⟦ ⟧."""
    for catalogue in trans_real.translation("de")._catalog._catalogs:
        for key, text in list(catalogue.items()):
            if key:
                monkeypatch.setitem(catalogue, key, f"⟦{text}⟧")
    forget_templates()
    yield
    forget_templates()


class Words(HTMLParser):
    """What can be seen or heard on a page, in order: text, and the attributes that hold sentences."""

    SPOKEN = ("aria-label", "title", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [value for name, value in attrs if value and name in self.SPOKEN]
        if tag in {"script", "style"}:
            self._silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += f" {data.strip()}" if data.strip() else ""


def unmarked(body: str) -> Iterator[str]:
    """Words of a page that no catalogue gave."""
    words = Words()
    words.feed(body)
    for text in (words.text, *words.attributes):
        rest, before = text, ""
        while rest != before:  # marks may stand inside each other
            rest, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", rest), rest
        yield from re.findall(r"[^\W\d_]{2,}(?: [^\W\d_]+)*", OWN.sub(" ", rest))


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.__name__.strip("_"))
def test_no_word_of_a_page_lacks_a_mark(look: Callable[[], HttpResponse]) -> None:
    assert list(unmarked(look().content.decode())) == []


# ── what comes by the wire ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["queue", "people"])
def test_people_without_a_name_are_called_by_their_seat_in_the_readers_language(name: str) -> None:
    workshop = running(*parts())
    workshop.join("")("hand", up=True)
    request = {"session": workshop.session.pk, "name": name, "audience": "staff"}
    (german, english), _seconds = read_all(
        [SlotRequest(**request, language="de"), SlotRequest(**request, language="en")]
    )
    assert "Platz 1" in german.content
    assert "Seat 1" in english.content


@pytest.mark.parametrize(
    ("language", "sentence"), [("de", "Das ist die erste Phase."), ("en", "This is the first phase.")]
)
def test_a_refusal_speaks_the_language_of_the_call(language: str, sentence: str) -> None:
    workshop = running(*parts())
    payload = ops.get("session.back").payload.model_validate({"from": workshop.fresh.phase_id})
    call = Call(workshop.session.pk, workshop.facilitator, "session.back", uuid4(), payload, language)
    assert str(refusal(submit, call).message) == sentence


def test_a_call_of_a_page_has_the_language_of_the_page() -> None:
    workshop = running(*parts())
    with override("de"):
        refused = refusal(workshop.fay, "session.back", **{"from": workshop.fresh.phase_id})
    assert str(refused.message) == "Das ist die erste Phase."


def test_a_refusal_of_the_core_itself_is_put_into_words_at_the_end() -> None:
    assert "Das war zu schnell." in wire.no(None, slow_down(), "de")
    assert "That was too fast." in wire.no(None, slow_down(), "en")


def test_the_words_of_the_scripts_are_german() -> None:
    body = Client().get(reverse("live:words", args=["de"])).content.decode()
    assert "Gespeichert um %(time)s" in body
    assert "Your facilitator sees that you need help." in body
