"""Polls that a plan's own words suggest, in English and German, with a question that can be asked as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from polls.poll.weighing import weighed
from workshop.kinds import ActivitySpec, Json, PlanLine, Proposal, QuestionSpec
from workshop.questions.shorthand import question

_POLL = {
    "en": re.compile(
        r"\b(poll(s|ing)?|vot(e|es|ing)|survey(s|ing)?|audience response|clickers?|show of hands)\b", re.IGNORECASE
    ),
    "de": re.compile(r"(umfrage|abstimm|befragung|stimmungsbild|meinungsbild)", re.IGNORECASE),
}
_STORM = {
    "en": re.compile(
        r"\bbrainstorm(?:s|ing)?\b(?:\s+session)?s?(?:\s+(?:on|about|for|of))?\s*(?P<what>[^.,;:]*)", re.IGNORECASE
    ),
    "de": re.compile(
        r"\b(?:brainstorm\w*|ideen\s+sammeln|sammeln\s+ideen)(?:\s+(?:zu|über|von))?\s*(?P<what>[^.,;:]*)",
        re.IGNORECASE,
    ),
}
#: Words that only a German line has; "poll" and "brainstorming" are used in both languages.
_GERMAN = re.compile(
    r"\b(und|der|die|das|mit|für|eine?[rnms]?|zur?|über|von|im|sammeln|nutzen|digitales?)\b|[äöüß]", re.IGNORECASE
)
_FIRST = re.compile(r"initial|first thought|prior|opening|icebreaker|erste|vorwissen|einstieg|zu beginn", re.IGNORECASE)
_TAIL = re.compile(r"\s+(based on|using|with|from|in|anhand|mit|auf grundlage|aus|in)\b.*$", re.IGNORECASE)
_MOST_OPTIONS: Final = 6

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "first": "What comes to mind first when you think of {topic}?",
        "first_bare": "What comes to mind first?",
        "unclear": "Which of these should we look at again?",
        "unclear_bare": "What is still unclear?",
        "apply": "What will you try first at work?",
        "sure": "How sure are you that you can use this at work?",
        "low": "Not at all",
        "high": "Completely",
        "ideas": "{what}: what are your ideas?",
        "ideas_bare": "What are your ideas?",
        "opinion": "What is most important to you here?",
        "title_first": "First thoughts",
        "title_unclear": "Once more, please",
        "title_apply": "Your first try",
        "title_sure": "How sure are you?",
        "title_ideas": "Your ideas",
        "title_opinion": "What matters most",
        "because_poll": "The plan mentions a poll: “{line}”",
        "because_storm": "The plan mentions a brainstorm: “{line}”",
    },
    "de": {
        "first": "Was fällt Ihnen zu {topic} als Erstes ein?",
        "first_bare": "Was fällt Ihnen als Erstes ein?",
        "unclear": "Was davon sollen wir noch einmal ansehen?",
        "unclear_bare": "Was ist noch unklar?",
        "apply": "Was probieren Sie bei der Arbeit zuerst aus?",
        "sure": "Wie sicher sind Sie, dass Sie das bei der Arbeit anwenden können?",
        "low": "Gar nicht",
        "high": "Ganz sicher",
        "ideas": "{what}: Welche Ideen haben Sie?",
        "ideas_bare": "Welche Ideen haben Sie?",
        "opinion": "Was ist Ihnen hier am wichtigsten?",
        "title_first": "Erste Gedanken",
        "title_unclear": "Bitte noch einmal",
        "title_apply": "Ihr erster Versuch",
        "title_sure": "Wie sicher sind Sie?",
        "title_ideas": "Ihre Ideen",
        "title_opinion": "Was am meisten zählt",
        "because_poll": "Der Plan nennt eine Umfrage: „{line}“",
        "because_storm": "Der Plan nennt ein Brainstorming: „{line}“",
    },
}


def of_line(line: PlanLine) -> Iterator[Proposal]:
    """At most one poll for a line: what is weighed, what is polled, or ideas that are collected."""
    language = "de" if _GERMAN.search(line.text) else "en"
    texts = _TEXTS[language]
    found = weighed(line.text, line.key_concepts, language)
    if found is not None:
        asked, because = found
        yield _proposal(asked.prompt, asked, because, line)
        return
    if _matches(_POLL, line.text):
        name, asked = _asked(line, texts)
        yield _proposal(texts[f"title_{name}"], asked, texts["because_poll"], line)
        return
    storm = _matches(_STORM, line.text)
    if storm and line.field != "technology":
        what = _TAIL.sub("", storm.group("what")).strip()
        prompt = texts["ideas"].format(what=what[:1].upper() + what[1:]) if what else texts["ideas_bare"]
        yield _proposal(texts["title_ideas"], question("words", prompt), texts["because_storm"], line)


def _matches(patterns: Mapping[str, re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.search(text) for pattern in patterns.values())), None)


def _asked(line: PlanLine, texts: Mapping[str, str]) -> tuple[str, QuestionSpec]:
    """A question that fits the phase: thoughts first, doubts in the middle, the way to work at the end."""
    options: list[Json] = list(dict.fromkeys(line.key_concepts))[:_MOST_OPTIONS]
    if _FIRST.search(line.text) or line.phase_kind == "engage":
        topic = line.key_concepts[0] if line.key_concepts else ""
        return "first", question("words", texts["first"].format(topic=topic) if topic else texts["first_bare"])
    if line.phase_kind in {"explore", "explain"}:
        return "unclear", _unclear(options, texts)
    if line.phase_kind == "elaborate":
        return "apply", question("text", texts["apply"])
    if line.phase_kind == "evaluate":
        return "sure", question("scale", texts["sure"], points=5, labels=[texts["low"], texts["high"]])
    if len(options) > 1:
        return "opinion", question("single", texts["opinion"], options=options)
    return "opinion", question("text", texts["opinion"])


def _unclear(options: list[Json], texts: Mapping[str, str]) -> QuestionSpec:
    if len(options) > 1:
        return question("multiple", texts["unclear"], options=options, max=min(3, len(options)))
    return question("text", texts["unclear_bare"])


def _proposal(title: str, asked: QuestionSpec, because: str, line: PlanLine) -> Proposal:
    spec = ActivitySpec(kind="poll", title=title, questions=(asked,), minutes=3)
    return Proposal(spec=spec, because=because.format(line=line.text.strip()[:200]))
