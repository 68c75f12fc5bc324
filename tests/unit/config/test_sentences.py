"""Sentences of templates and addresses of static files are worked out once, and stay right."""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.template import Context, Template
from django.template.engine import Engine
from django.templatetags import i18n
from django.utils import translation

from workshop.config.storage import PlainStaticFilesStorage


def template(text: str) -> Template:
    return Template("{% load i18n %}" + text, engine=Engine.get_default())


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often Django's own tag was rendered."""
    found: Counter[str] = Counter()
    render = i18n.TranslateNode.render

    def counts(self: i18n.TranslateNode, context: Context) -> str:
        found["looked up"] += 1
        return str(render(self, context))

    monkeypatch.setattr(i18n.TranslateNode, "render", counts)
    return found


def test_a_sentence_is_looked_up_once_in_each_language(looked_up: Counter[str]) -> None:
    made = template('{% translate "Close" %}')
    said = []
    for language in ("en", "de", "en", "de", "en"):
        with translation.override(language):
            said.append(made.render(Context()))
    assert said == ["Close", "Schließen", "Close", "Schließen", "Close"]
    assert looked_up["looked up"] == 2


@pytest.mark.parametrize("text", [
    '{% translate "Close" %}',
    '{% translate "Open" context "state of an activity" %}',
    '{% translate "Close" as word %}[{{ word }}]',
    '{% translate "%(n)s of %(seen)s" %}',
    '{% translate "<b>" %}{% trans "&" noop %}',
    '{% translate word %}{% translate word|upper %}{% translate "Close"|upper %}',
    '{% translate "Open" context word %}',
])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "de", None])
def test_it_says_what_django_says(text: str, language: str | None) -> None:
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"})
    for word in ("Close", "state of an activity"):
        with translation.override(language):
            expected = Template("{% load i18n %}" + text, engine=plain).render(Context({"word": word}))
            made = template(text)
            assert [made.render(Context({"word": word})) for _again in range(2)] == [expected] * 2


def test_what_depends_on_the_page_is_looked_up_each_time(looked_up: Counter[str]) -> None:
    made = template("{% translate word %}")
    with translation.override("de"):
        assert [made.render(Context({"word": word})) for word in ("Close", "Open", "Close")] == [
            "Schließen", "Öffnen", "Schließen",
        ]  # fmt: skip
    assert looked_up["looked up"] == 3


def test_templates_are_compiled_once() -> None:
    engine = Engine.get_default()
    assert engine.get_template("live/panel/panel.html") is engine.get_template("live/panel/panel.html")


def test_an_address_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    url = StaticFilesStorage.url

    def counts(self: StaticFilesStorage, name: str | None) -> str:
        asked[name or ""] += 1
        return str(url(self, name))

    monkeypatch.setattr(StaticFilesStorage, "url", counts)
    storage = PlainStaticFilesStorage()
    assert [storage.url("live/icon.svg") for _again in range(3)] == ["/static/live/icon.svg"] * 3
    assert asked == {"live/icon.svg": 1}
    storage.forget()
    assert storage.url("live/icon.svg") == "/static/live/icon.svg"
    assert asked == {"live/icon.svg": 2}
