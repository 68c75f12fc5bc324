"""Texts and links: what authors write is shown, what somebody smuggles in is not."""

from __future__ import annotations

import time

import pytest
from django.template.loader import render_to_string
from pydantic import ValidationError

from tests.cast import Part, running
from workshop.content.resource.config import ResourceConfig
from workshop.content.resource.kind import Resource, ResourceEditor
from workshop.kinds import ActivitySpec, Json, PlanLine
from workshop.plans.markdown import to_html


def shown(config: dict[str, Json], audience: str = "learner", **more: Json) -> str:
    spec = ActivitySpec(kind="resource", title="Read", key="read", config=config, **more)
    made = running(Part("Engage", (spec,)))
    part = Resource().stage(made.run("read"), audience)
    return render_to_string(part.template, dict(part.context))


@pytest.mark.django_db
def test_markdown_becomes_prose_and_html_stays_text() -> None:
    html = shown({"text": "The bill **doubled**.\n\n- a\n- b\n\n<script>alert(1)</script>"})

    assert "<strong>doubled</strong>" in html
    assert "<li>a</li>" in html
    assert "<script" not in html


@pytest.mark.django_db
def test_no_picture_from_anywhere_and_no_link_that_runs() -> None:
    text = "![x](https://evil.example/a.png) [a](javascript:alert(1)) [b](data:text/html,x) [c](https://ok.example)"
    html = shown({"text": text})

    assert "<img" not in html
    assert "javascript:" not in html.replace("[a](javascript:alert(1))", "")
    assert 'href="data:' not in html
    assert 'href="https://ok.example"' in html


@pytest.mark.django_db
def test_a_link_opens_elsewhere_and_gives_nothing_away() -> None:
    html = shown({"variant": "link", "url": "https://example.org/demo/", "link_text": ""})

    assert 'rel="noopener noreferrer nofollow"' in html
    assert "example.org/demo<" in html


@pytest.mark.django_db
@pytest.mark.parametrize("audience", ["learner", "staff", "screen"])
def test_every_example_is_drawn_for_every_audience(audience: str) -> None:
    for example in Resource().examples():
        assert shown(dict(example.config), audience).strip()


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x"),
        *("//evil.example", "https:evil", "ftp://x.example", "file:///etc/passwd", "mailto:nobody", "http://[::1"),
    ],
)
def test_only_addresses_that_readers_may_be_sent_to(url: str) -> None:
    with pytest.raises(ValidationError):
        ResourceConfig.model_validate({"variant": "link", "url": url})
    assert not ResourceEditor({"variant": "link", "url": url}).is_valid()


def test_a_link_needs_an_address() -> None:
    with pytest.raises(ValidationError):
        ResourceConfig.model_validate({"variant": "link"})


@pytest.mark.parametrize(
    "text",
    [">" * 10_000 + "x", "[" * 1_000, "- " * 5_000, "*a" * 1_500, "![" * 1_000, "[a](" * 1_000, "`" * 10_000 + "a"],
)
def test_hostile_markdown_takes_no_time(text: str) -> None:
    config = ResourceConfig.model_validate({"text": text})
    began = time.process_time()
    to_html(config.text)

    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("text", ["[" * 1_001, "*a" * 1_501, "_a" * 1_501])
def test_more_marks_than_any_text_has_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        ResourceConfig.model_validate({"text": text})


def test_lines_of_a_plan_suggest_scenarios_and_prompts() -> None:
    def kinds(text: str, field: str = "resources", phase_kind: str = "engage") -> list[str]:
        found = Resource().proposes(PlanLine(field, text, "Engage", phase_kind))
        return [str(each.spec.config["variant"]) for each in found]

    assert kinds("Prepared scenario, discussion prompts") == ["scenario", "prompt"]
    assert kinds("Vorbereitetes Szenario, Impulsfragen") == ["scenario", "prompt"]
    assert kinds("Case study materials, analysis framework", phase_kind="elaborate") == ["scenario"]
    assert kinds("Whiteboard") == []
    assert kinds("Prepared scenario", field="technology") == []
