"""The vocabulary: headings and labels of a plan, phases and Bloom's levels, in English and German.

The first word of each list is the one that is written.
"""

from __future__ import annotations

import re
from typing import Final

BLOOM: Final = ("remember", "understand", "apply", "analyze", "evaluate", "create")
PHASE_KINDS: Final = ("engage", "explore", "explain", "elaborate", "evaluate", "break", "other")
LANGUAGES: Final = ("en", "de")

#: Headings of sections: what they are → language → names.
SECTIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "duration": {
        "en": ("Duration", "Total duration", "Total time", "Length"),
        "de": ("Dauer", "Gesamtdauer", "Zeitrahmen", "Zeitbedarf"),
    },
    "audience": {
        "en": ("Target Audience", "Audience", "Participants", "Who this is for", "Target group"),
        "de": ("Zielgruppe", "Teilnehmende", "Adressaten"),
    },
    "objectives": {
        "en": ("Learning Objectives", "Objectives", "Learning Goals", "Learning Outcomes", "Goals", "Outcomes"),
        "de": ("Lernziele", "Ziele", "Lernergebnisse", "Kompetenzen", "Kompetenzziele"),
    },
    "key_concepts": {
        "en": ("Key Concepts", "Concepts", "Key Terms", "Vocabulary", "Key Vocabulary", "Core Concepts"),
        "de": ("Schlüsselbegriffe", "Schlüsselkonzepte", "Zentrale Begriffe", "Begriffe", "Kernbegriffe"),
    },
    "prior_knowledge": {
        "en": ("Prior Knowledge", "Prerequisites", "Required Knowledge", "Prior Knowledge Required"),
        "de": ("Vorwissen", "Vorkenntnisse", "Voraussetzungen"),
    },
    "materials": {
        "en": ("Materials Needed", "Materials", "Required Materials", "Equipment", "Materials and Equipment"),
        "de": ("Materialien", "Benötigte Materialien", "Ausstattung", "Material und Ausstattung"),
    },
    "structure": {
        "en": (
            *("Lesson Structure", "Structure", "Agenda", "Schedule", "Lesson Plan", "Procedure", "Lesson Procedure"),
            *("Phases", "Session Plan", "Workshop Structure", "Workshop Agenda", "Lesson Phases", "Timeline", "Flow"),
        ),
        "de": (
            *("Ablauf", "Ablaufplan", "Verlauf", "Verlaufsplan", "Unterrichtsverlauf", "Phasen", "Stundenverlauf"),
            *("Struktur", "Tagesordnung", "Workshop-Ablauf", "Aufbau", "Unterrichtsstruktur"),
        ),
    },
    "assessments": {
        "en": ("Assessment Methods", "Assessment", "Assessments", "Assessment Strategies", "Evaluation Methods"),
        "de": ("Leistungsbewertung", "Bewertungsmethoden", "Bewertung", "Lernkontrolle", "Erfolgskontrolle"),
    },
    "profiles": {
        "en": ("Differentiation Strategies", "Differentiation", "Learner Profiles", "Accommodations"),
        "de": ("Differenzierung", "Differenzierungsstrategien", "Binnendifferenzierung", "Lernprofile"),
    },
    "cross_disciplinary": {
        "en": (
            *("Cross-Disciplinary Connections", "Cross-Curricular Connections", "Interdisciplinary Connections"),
            "Interdisciplinary Links",
        ),
        "de": ("Fächerübergreifende Bezüge", "Fächerübergreifende Verbindungen", "Interdisziplinäre Bezüge"),
    },
    "applications": {
        "en": ("Real-World Applications", "Applications", "Real-World Connections", "Practical Applications"),
        "de": ("Praxisbezug", "Anwendungen in der Praxis", "Praxisanwendungen", "Praxisbeispiele", "Anwendungen"),
    },
    "metacognition": {
        "en": ("Metacognition Opportunities", "Metacognition", "Metacognitive Opportunities"),
        "de": ("Metakognition", "Gelegenheiten zur Metakognition", "Metakognitive Anlässe"),
    },
    "extensions": {
        "en": ("Extension Activities", "Extensions", "Further Activities", "Going Further"),
        "de": ("Vertiefungsangebote", "Weiterführende Aktivitäten", "Erweiterungen", "Zusatzaufgaben"),
    },
    "safety": {
        "en": ("Safety Considerations", "Safety", "Safety and Ethics", "Ethical Considerations"),
        "de": ("Sicherheitshinweise", "Sicherheit", "Sicherheit und Ethik", "Sicherheitsaspekte"),
    },
    "reflection": {
        "en": ("Reflection Questions", "Questions for Reflection", "Reflection Prompts"),
        "de": ("Reflexionsfragen", "Fragen zur Reflexion"),
    },
    "reflection_learners": {
        "en": ("Reflection Questions for Learners", "Learner Reflection", "Learner Reflection Questions"),
        "de": ("Reflexionsfragen für Lernende", "Reflexion der Lernenden"),
    },
    "reflection_facilitator": {
        "en": ("Reflection Questions for Facilitator", "Facilitator Reflection", "Teacher Reflection"),
        "de": ("Reflexionsfragen für die Leitung", "Reflexion der Leitung"),
    },
    "virtual": {
        "en": (
            *("Adaptations for Virtual Learning", "Virtual Adaptations", "Virtual Learning Adaptations"),
            *("Online Adaptations", "Adaptations for Online Learning", "Remote Adaptations"),
        ),
        "de": ("Anpassungen für Online-Lernen", "Anpassungen für virtuelles Lernen", "Online-Anpassungen"),
    },
    "resources": {
        "en": ("Additional Resources", "Resources", "Further Resources", "Further Reading", "References"),
        "de": ("Weitere Ressourcen", "Zusätzliche Ressourcen", "Ressourcen", "Weiterführende Literatur", "Quellen"),
    },
}

#: Subheadings that mean something below "Reflection Questions" only.
FOR_WHOM: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "reflection_learners": {
        "en": ("For Learners", "Learners", "For Participants", "Participants", "For Students", "Students"),
        "de": ("Für Lernende", "Lernende", "Für Teilnehmende", "Für die Lernenden", "Für die Teilnehmenden"),
    },
    "reflection_facilitator": {
        "en": (
            *("For Facilitator", "Facilitator", "For the Facilitator", "For Facilitators", "Facilitators"),
            *("For Teachers", "For the Teacher", "For Trainers"),
        ),
        "de": (
            *("Für die Leitung", "Leitung", "Für Moderierende", "Moderation", "Für die Moderation"),
            *("Für Lehrende", "Für Lehrkräfte", "Für Leitende"),
        ),
    },
}

#: Labels inside a phase and below the title.
LABELS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "duration": {
        "en": ("Duration", "Total Duration", "Total Time", "Time", "Length", "Time Allotted", "Timing"),
        "de": ("Dauer", "Gesamtdauer", "Zeit", "Zeitrahmen", "Zeitbedarf"),
    },
    "audience": {"en": SECTIONS["audience"]["en"], "de": SECTIONS["audience"]["de"]},
    "language": {"en": ("Language",), "de": ("Sprache",)},
    "kind": {"en": ("Phase kind", "Phase type"), "de": ("Phasenart", "Phasentyp")},
    "facilitator_actions": {
        "en": (
            *("Facilitator Actions", "Facilitator Action", "Facilitator", "Teacher Actions", "Instructor Actions"),
            *("Trainer Actions", "Teacher Activities", "Facilitator Activities", "Facilitation"),
        ),
        "de": (
            *("Aktionen der Leitung", "Leitung", "Moderation", "Lehrendenaktivitäten", "Lehreraktivitäten"),
            *("Aktivitäten der Leitung", "Aktivitäten der Moderation", "Handlungen der Leitung", "Lehrkraft"),
        ),
    },
    "learner_activities": {
        "en": (
            *("Learner Activities", "Learner Activity", "Learners", "Learner Actions", "Participant Activities"),
            *("Participant Actions", "Student Activities", "Student Actions"),
        ),
        "de": (
            *("Aktivitäten der Lernenden", "Lernaktivitäten", "Lernende", "Lerneraktivitäten", "Teilnehmende"),
            *("Aktivitäten der Teilnehmenden", "Schüleraktivitäten"),
        ),
    },
    "resources": {
        "en": ("Resources Used", "Resources", "Materials Used", "Materials", "Resources Needed"),
        "de": ("Verwendete Materialien", "Materialien", "Ressourcen", "Verwendete Ressourcen", "Medien"),
    },
    "differentiation": {
        "en": ("Differentiation", "Differentiation Strategies", "Differentiated Support"),
        "de": ("Differenzierung", "Binnendifferenzierung"),
    },
    "technology": {
        "en": ("Technology Integration", "Technology", "Use of Technology", "Tech Integration", "Digital Tools"),
        "de": ("Technologieeinsatz", "Technikeinsatz", "Technologie", "Einsatz von Technologie", "Digitale Werkzeuge"),
    },
    "notes": {"en": ("Notes",), "de": ("Notizen", "Anmerkungen")},
}
ALIGNMENT: Final = {"en": ("Alignment", "Aligned with"), "de": ("Bezug", "Ausrichtung", "Abstimmung", "Lernzielbezug")}

_BLOOM_STEMS: Final[dict[str, str]] = {
    "remember": r"remember|recall|knowledge|erinner|wissen|kennen",
    "understand": r"understand|comprehen|versteh|verständ",
    "apply": r"appl(?:y|ying|ication|ies)|anwend",
    "analyze": r"analy[sz]|analyti",
    "evaluate": r"evaluat|assess|bewert|beurteil|evaluier",
    "create": r"creat|synthes|design|erschaff|kreier|(?:er)?schaffen|gestalt|entwickeln|erstellen",
}
_BLOOM = re.compile(
    r"\b(?:" + "|".join(f"(?P<{level}>{stems})" for level, stems in _BLOOM_STEMS.items()) + ")", re.IGNORECASE
)

#: Words in a title of a phase. The five names come first; else the word that stands first in the title decides.
_FIVE: Final[dict[str, str]] = {
    "engage": r"engag(?:e|ement|ing)|einstieg",
    "explore": r"explor(?:e|ation|ing)|erkund(?:en|ung)|erforschen",
    "explain": r"explain(?:ing)?|explanation|erklär(?:en|ung)",
    "elaborate": r"elaborat(?:e|ion|ing)|vertief(?:en|ung)|ausarbeit(?:en|ung)",
    "evaluate": r"evaluat(?:e|ion|ing)|auswert(?:en|ung)|bewert(?:en|ung)",
}
_SYNONYMS: Final[dict[str, str]] = {
    "break": (
        r"break(?!-?\s?outs?\b)(?!\s+(?:the|down|into|up)\b)|(?:\w+)?pause|lunch|recess|coffee|tea\s+time|intermission"
    ),
    "engage": (
        r"warm[- ]?up|welcome|opening|ice-?breaker|introduction|intro|hook|check-?in|kick-?off|motivation|aktivierung"
        r"|begrüßung|einführung|auftakt|ankommen|kennenlernen|willkommen|eröffnung"
    ),
    "explore": r"discover(?:y)?|investigat(?:e|ion)|entdecken|erarbeitung|untersuch(?:en|ung)|hands-on|ausprobieren",
    "explain": r"input|lecture|theory|theorie|vortrag|presentation|präsentation|erläuter(?:n|ung)|instruction|demo\w*",
    "elaborate": (
        r"appl(?:y|ication)|practice|practise|extend|case\s+study|fallstudie|anwend(?:en|ung)|übung(?:en)?|transfer"
        r"|gruppenarbeit|group\s+work|project\s+work|deepen"
    ),
    "evaluate": (
        r"reflect(?:ion)?|reflexion|wrap-?\s?up|closing|closure|conclusion|debrief(?:ing)?|abschluss|schluss|ausklang"
        r"|sicherung|assess(?:ment)?|exit|feedback|take-?aways|retrospective|rückblick"
    ),
}
_NAME = re.compile(r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _FIVE.items()) + r")\b", re.IGNORECASE)
_HINT = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _SYNONYMS.items()) + r")\b", re.IGNORECASE
)
_BREAK = re.compile(rf"\b(?:{_SYNONYMS['break']})\b", re.IGNORECASE)

_NUMBERING = re.compile(r"^(?:(?:\d+|[ivx]+|[a-z])(?:\.\d+)*[.):]\s+|§\s*\d+\s+|[^\w(]+)", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`\\]+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")


def plain(heading: str) -> str:
    """A heading for comparison: without case, numbering, pictograms, markup, a trailing colon or an aside."""
    text = _NUMBERING.sub("", _MARKUP.sub("", heading).strip())
    text = _ASIDE.sub("", text.rstrip(" :.")).rstrip(" :.").casefold()
    return " ".join(text.replace("&", " and ").replace("-", " ").replace("’", "'").split())


def _index(table: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, tuple[str, str]]:
    return {
        plain(name): (what, language)
        for what, languages in table.items()
        for language, names in languages.items()
        for name in names
    }


_SECTION_INDEX: Final = _index(SECTIONS)
_FOR_WHOM_INDEX: Final = _index(FOR_WHOM)
_LABEL_INDEX: Final = _index(LABELS)


def section(heading: str) -> tuple[str, str] | None:
    """``(what, language)`` of the heading of a section, or None when it is no heading of the format.

    A backslash before a heading makes it an ordinary one (see ``guard``).
    """
    return None if heading.startswith("\\") else _SECTION_INDEX.get(plain(heading))


def for_whom(heading: str) -> tuple[str, str] | None:
    """``(what, language)`` of a subheading of the reflection questions, or None."""
    return _FOR_WHOM_INDEX.get(plain(heading))


def label(words: str) -> tuple[str, str] | None:
    """``(what, language)`` of a label, or None when it is none of the format."""
    return _LABEL_INDEX.get(plain(words))


def bloom_level(words: str) -> str:
    """Bloom's level in ``words`` as one of ``BLOOM``, or '' when they name none."""
    found = _BLOOM.search(words)
    return found.lastgroup or "" if found else ""


def phase_kind(title: str) -> str:
    """The kind of a phase by its title: ``engage`` … ``evaluate``, ``break`` or ``other``."""
    named, broken = _NAME.search(title), _BREAK.search(title)
    if named and not (broken and broken.start() < named.start()):
        return named.lastgroup or "other"
    found = _HINT.search(title)
    return found.lastgroup or "other" if found else "other"


_ASSESSMENT = re.compile(
    r"(?P<type>formativ|summativ)(?:e[rs]?)?(?:\s+(?:assessments?|evaluation|bewertung|beurteilung))?:?$", re.IGNORECASE
)


def assessment_type(label: str) -> str:
    """``formative``, ``summative``, or another label as written."""
    found = _ASSESSMENT.match(label)
    return f"{found['type'].lower()}e" if found else label


def names_phase(title: str) -> bool:
    """Whether the title is nothing but the name of a phase or a break."""
    words = plain(title)
    return bool(_NAME.fullmatch(words) or _BREAK.fullmatch(words))


_CODES: Final = {"english": "en", "englisch": "en", "german": "de", "deutsch": "de"}


def language_code(name: str) -> str:
    """``de`` for "German" and "Deutsch"; another name or code as it is."""
    return _CODES.get(name.casefold(), name)


def write(what: str, table: dict[str, dict[str, tuple[str, ...]]], language: str) -> str:
    """The word that is written for ``what``."""
    return table[what].get(language, table[what]["en"])[0]
