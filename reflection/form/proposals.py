"""Forms that a plan's own words suggest, in English and German: self-assessments, action plans, reflection, feedback.

A self-assessment asks one scale for each objective (confidential: counted, never shown) and the plan's own reflection
questions for learners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from workshop.kinds import ActivitySpec, PlanLine, Proposal, QuestionSpec
from workshop.questions.shorthand import question

_ASSESS = re.compile(
    r"self[- ]?(assess|evaluat|reflect)\w*|online forms?|exit (ticket|slip)|"
    r"selbst(einschätzung|bewertung|reflexion|beurteilung)|online[- ]?formular|lernstand", re.IGNORECASE,
)  # fmt: skip
_PLAN = re.compile(
    r"action[- ]plan\w*|planned actions|next steps|aktionsplan|handlungsplan|maßnahmenplan|nächste schritte|"
    r"umsetzungsplan|vorhaben", re.IGNORECASE,
)  # fmt: skip
_REFLECT = re.compile(
    r"reflection (exercise|prompts?|questions?|journal)|(individual|written) reflection|reflexions?(übung|fragen|bogen|phase)|"
    r"lerntagebuch", re.IGNORECASE,
)  # fmt: skip
_FEEDBACK = re.compile(
    r"feedback (form|survey)|evaluation form|course evaluation|feedback(bogen|formular)", re.IGNORECASE
)
_GERMAN = re.compile(
    r"\b(und|der|die|das|mit|für|zur?|ein(e[nrms]?)?|ihre?)\b|[äöüß]|formular|einschätzung", re.IGNORECASE
)
_MOST: Final = 8
#: "Analyze the features" becomes "I can analyze the features" only where the objective begins with a verb.
_VERB = re.compile(
    r"^(analy[sz]e|appl|assess|build|calculat|compar|create|critique|define|describ|design|develop|differentiat|discuss|"
    r"draft|estimat|evaluat|explain|formulat|identif|implement|interpret|judge|justif|list|name|plan|prioriti|recogni|"
    r"remember|select|solve|state|summari|understand|use|write)\w*\b", re.IGNORECASE,
)  # fmt: skip

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "can": "I can {objective}",
        "sure": "{objective}: how sure are you?",
        "low": "Not yet",
        "high": "Easily",
        "stand": "Where do you stand now?",
        "still": "What is still open for you?",
        "plan": "Your plan",
        "step": "My first step at work",
        "when": "When do I begin, and who joins in?",
        "know": "How will I notice that it worked?",
        "away": "What could get in the way, and what do I do then?",
        "reflect": "Looking back",
        "learned": "What do you take with you from today?",
        "change": "What should we change next time?",
        "good": "What helped you most today?",
        "feedback": "Your feedback",
        "because_assess": "The plan mentions a self-assessment or an online form: “{line}”",
        "because_plan": "The plan mentions actions to come: “{line}”",
        "because_reflect": "The plan mentions a reflection: “{line}”",
        "because_feedback": "The plan mentions feedback: “{line}”",
    },
    "de": {
        "sure": "{objective}: Wie sicher sind Sie?",
        "low": "Noch nicht",
        "high": "Mühelos",
        "stand": "Wo stehen Sie jetzt?",
        "still": "Was ist für Sie noch offen?",
        "plan": "Ihr Plan",
        "step": "Mein erster Schritt bei der Arbeit",
        "when": "Wann beginne ich, und wer macht mit?",
        "know": "Woran merke ich, dass es gewirkt hat?",
        "away": "Was könnte dazwischenkommen, und was tue ich dann?",
        "reflect": "Rückblick",
        "learned": "Was nehmen Sie von heute mit?",
        "change": "Was sollen wir beim nächsten Mal ändern?",
        "good": "Was hat Ihnen heute am meisten geholfen?",
        "feedback": "Ihre Rückmeldung",
        "because_assess": "Der Plan nennt eine Selbsteinschätzung oder ein Formular: „{line}“",
        "because_plan": "Der Plan nennt nächste Schritte: „{line}“",
        "because_reflect": "Der Plan nennt eine Reflexion: „{line}“",
        "because_feedback": "Der Plan nennt eine Rückmeldung: „{line}“",
    },
}


def of_line(line: PlanLine) -> Iterator[Proposal]:
    """A form for each thing that the line speaks of; a line on self-assessment and actions gives two."""
    texts = _TEXTS["de" if _GERMAN.search(line.text) else "en"]
    if _ASSESS.search(line.text):
        yield _proposal(line, texts, "assess", texts["stand"], _assessment(line, texts), 6)
    elif _REFLECT.search(line.text):
        yield _proposal(line, texts, "reflect", texts["reflect"], _reflection(line, texts), 5)
    if _PLAN.search(line.text):
        yield _proposal(line, texts, "plan", texts["plan"], _plan(texts), 6)
    if _FEEDBACK.search(line.text):
        yield _proposal(line, texts, "feedback", texts["feedback"], _feedback(texts), 3)


def _assessment(line: PlanLine, texts: Mapping[str, str]) -> list[QuestionSpec]:
    scales = [
        replace(
            question("scale", _asked(objective, texts), points=5, labels=[texts["low"], texts["high"]]),
            privacy="confidential",
            objectives=(number,),
        )
        for number, objective in enumerate(line.objectives[:_MOST], 1)
    ]
    return [*scales, *_reflection(line, texts, else_="still")]


def _reflection(line: PlanLine, texts: Mapping[str, str], else_: str = "learned") -> list[QuestionSpec]:
    prompts = line.reflection[:_MOST] or (texts[else_],)
    return [replace(question("text", prompt, long=True), privacy="pseudonymous") for prompt in prompts]


def _plan(texts: Mapping[str, str]) -> list[QuestionSpec]:
    first = replace(question("text", texts["step"], long=True), privacy="named", required=True)
    rest = [replace(question("text", texts[name], long=True), privacy="named") for name in ("when", "know")]
    return [first, *rest, replace(question("text", texts["away"], long=True), privacy="own")]


def _feedback(texts: Mapping[str, str]) -> list[QuestionSpec]:
    return [replace(question("text", texts[name], long=True), privacy="anonymous") for name in ("good", "change")]


def _asked(objective: str, texts: Mapping[str, str]) -> str:
    text = objective.strip().rstrip(".")
    if texts is _TEXTS["en"] and _VERB.match(text):
        return texts["can"].format(objective=text[:1].lower() + text[1:])
    return texts["sure"].format(objective=text)


def _proposal(
    line: PlanLine, texts: Mapping[str, str], why: str, title: str, questions: list[QuestionSpec], minutes: int
) -> Proposal:
    spec = ActivitySpec(kind="form", title=title, questions=tuple(questions), minutes=minutes, results="staff")
    return Proposal(spec=spec, because=texts[f"because_{why}"].format(line=line.text.strip()[:200]))
