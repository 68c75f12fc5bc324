"""The plan that Plenary was made for, and the same plan turned over in many ways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from workshop.plans.text import PlanDocument, PlanUnreadable, read_plan, write_plan
from workshop.plans.text.words import phase_kind

from .conftest import sample

MINUTES = (30, 45, 45, 45, 15)
KINDS = ("engage", "explore", "explain", "elaborate", "evaluate")
FIELDS = ("facilitator_actions", "learner_activities", "resources", "differentiation", "technology")


def test_the_whole_plan_is_read(plan_text: str) -> None:
    plan = read_plan(plan_text).document
    assert plan.stated_minutes == plan.total_minutes == 180
    assert tuple(phase.minutes for phase in plan.phases) == MINUTES
    assert tuple(phase.kind for phase in plan.phases) == KINDS
    assert all(getattr(phase, field) for phase in plan.phases for field in FIELDS)
    assert [objective.level for objective in plan.objectives] == ["analyze", "evaluate", "create", "evaluate"]
    assert [objective.level_text for objective in plan.objectives][:2] == ["Analyzing", "Evaluating"]
    assert (len(plan.key_concepts), len(plan.profiles), plan.language, plan.extras) == (9, 2, "en", ())
    assert {assessment.type for assessment in plan.assessments} == {"formative", "summative"}
    assert all(assessment.alignment for assessment in plan.assessments)
    for name in ("prior_knowledge", "materials", "cross_disciplinary", "applications", "metacognition", "extensions"):
        assert getattr(plan, name)
    for name in ("safety", "reflection_learners", "reflection_facilitator", "virtual", "resources"):
        assert getattr(plan, name)
    assert not any(phase.notes for phase in plan.phases)


def test_lines_are_where_things_stand(plan_text: str) -> None:
    lines = plan_text.split("\n")
    plan = read_plan(plan_text).document
    assert all(lines[phase.line - 1] == f"### {phase.title}" for phase in plan.phases)
    assert all(objective.text in lines[objective.line - 1] for objective in plan.objectives)


def test_the_author_is_warned_of_what_is_missing(plan_text: str) -> None:
    codes = [warning.code for warning in read_plan(plan_text).warnings]
    assert codes == ["objective_without_activity"] * 4 + ["no_break"]


def tables_to_lists(text: str) -> str:
    text = re.sub(r"\| Objective.*\n\|[-|]+\n", "", text)
    return re.sub(r"^\| (.+) \| (\w+) \|$", r"- \1 (\2)", text, flags=re.MULTILINE)


def lists_to_tables(text: str) -> str:
    """Materials and profiles as tables."""
    text = re.sub(
        r"(## Materials Needed\n)((?:\* .*\n)+)",
        lambda m: f"{m[1]}\n| Item |\n|---|\n" + m[2].replace("* ", "| "),
        text,
    )
    rows = re.sub(
        r"^\* \*\*(.+)\*\*: (.+)$",
        r"| \1 | \2 |",
        text.split("## Differentiation Strategies\n")[1].split("\n\n")[0],
        flags=re.MULTILINE,
    )
    old = text.split("## Differentiation Strategies\n")[1].split("\n\n")[0]
    return text.replace(old, f"\n| Profile | What we do |\n|---|---|\n{rows}\n")


def fields_to_lists(text: str) -> str:
    return re.sub(r"^(\*\*[\w ]+:\*\* .*)$\n+(?=\*\*|\n|#|$)", r"- \1\n", text, flags=re.MULTILINE)


def fields_to_headings(text: str) -> str:
    head, body = text.split("## Lesson Structure", 1)
    return head + "## Lesson Structure" + re.sub(r"^\*\*([\w ]+):\*\* (.*)$", r"#### \1\n\2", body, flags=re.MULTILINE)


def fields_to_table(text: str) -> str:
    """Each phase as a table of two columns."""

    def table(found: re.Match[str]) -> str:
        rows = re.sub(r"\*\*([\w ]+):\*\* (.*)\n+", r"| \1 | \2 |\n", found[0])
        first, rest = rows.split("\n", 1)
        return f"\n{first}\n|---|---|\n{rest}\n"

    head, body = text.split("## Lesson Structure", 1)
    tables = re.sub(r"(?:^\*\*[\w ]+:\*\* .*\n+)+", table, body, flags=re.MULTILINE)
    return f"{head}## Lesson Structure{tables}"


SAME: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "windows": lambda text: text.replace("\n", "\r\n"),
    "old mac": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "deeper headings": lambda text: re.sub(r"^#", "##", text, flags=re.MULTILINE),
    "setext headings": lambda text: re.sub(
        r"^# (.*)$", r"\1\n===", re.sub(r"^## (.*)$", r"\1\n---", text, flags=re.MULTILINE), flags=re.MULTILINE
    ),
    "all on one level": lambda text: re.sub(
        r"^#+ ", "## ", re.sub(r"### For (\w+)", r"## Reflection Questions for \1", text), flags=re.MULTILINE
    ).replace("for Learners", "for Learners"),
    "colon outside": lambda text: text.replace(":** ", "**: "),
    "underscores": lambda text: re.sub(r"\*\*([\w ]+):\*\*", r"__\1:__", text),
    "plain labels": lambda text: re.sub(r"^\*\*([\w ]+):\*\*", r"\1:", text, flags=re.MULTILINE),
    "italic labels": lambda text: re.sub(r"^\*\*([\w ]+):\*\*", r"*\1:*", text, flags=re.MULTILINE),
    "labels in one paragraph": lambda text: re.sub(r"(:\*\* .*)\n\n(?=\*\*)", r"\1\n", text),
    "labels in one line": lambda text: re.sub(r"(:\*\* .*)\n\n?(?=\*\*)", r"\1 ", text),
    "text below labels": lambda text: re.sub(r":\*\* (?!\d|AI|Neigh)", r":**\n\n", text),
    "numbered sections": lambda text: re.sub(r"^## ", "## 7. ", text, flags=re.MULTILINE),
    "pictograms": lambda text: re.sub(r"^## ", "## 🎯 ", text, flags=re.MULTILINE),
    "bold headings": lambda text: re.sub(r"^(#+) (.*)$", r"\1 **\2**", text, flags=re.MULTILINE),
    "closed headings": lambda text: re.sub(r"^(#+) (.*)$", r"\1 \2 \1", text, flags=re.MULTILINE),
    "colons behind headings": lambda text: re.sub(r"^(##) (.*)$", r"\1 \2:", text, flags=re.MULTILINE),
    "rules between sections": lambda text: text.replace("\n## ", "\n---\n\n## "),
    "no structure heading": lambda text: text.replace("## Lesson Structure\n", ""),
    "agenda": lambda text: text.replace("## Lesson Structure", "## Agenda"),
    "other bullets": lambda text: re.sub(r"^\* ", "- ", text, flags=re.MULTILINE),
    "numbered items": lambda text: re.sub(r"^\* (?!\*)", "1. ", text, flags=re.MULTILINE),
    "loose lists": lambda text: re.sub(r"^(\* .*)\n(?=\* )", r"\1\n\n", text, flags=re.MULTILINE),
    "tables to lists": tables_to_lists,
    "lists to tables": lists_to_tables,
    "fields to lists": fields_to_lists,
    "fields to headings": fields_to_headings,
    "fields to table": fields_to_table,
    "duration in the heading": lambda text: re.sub(
        r"^### (\w+)\n\*\*Duration:\*\* (.*)$", r"### \1 (\2)", text, flags=re.MULTILINE
    ),
    "duration behind a dash": lambda text: re.sub(
        r"^### (\w+)\n\*\*Duration:\*\* (.*)$", r"### \1 – \2", text, flags=re.MULTILINE
    ),
    "other ways to say it": lambda text: (
        text.replace("45 minutes", "45 min.").replace("3 hours", "3h").replace("30 minutes", "half an hour")
    ),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "many blank lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_variant_is_the_same_plan(name: str, plan_text: str) -> None:
    changed = SAME[name](plan_text)
    assert name == "as it is" or changed != plan_text
    assert read_plan(changed).document == read_plan(plan_text).document


def test_utf_16_and_windows_text_are_understood() -> None:
    text = sample().replace("Case study", "Caf\u00e9 study")
    plan = read_plan(text).document
    assert read_plan(text.encode("utf-16")).document == plan
    reading = read_plan(text.encode("cp1252"))
    assert reading.document == plan
    assert "encoding" in {warning.code for warning in reading.warnings} or "é" not in text


def renamed(text: str) -> str:
    names = {
        "Engage": "Warm-up",
        "Explore": "Hands-on",
        "Explain": "Lecture",
        "Elaborate": "Case study",
        "Evaluate": "Wrap-up",
    }
    return re.sub(r"^### (\w+)$", lambda found: f"### {names.get(found[1], found[1])}", text, flags=re.MULTILINE)


def test_renamed_phases_keep_their_kind(plan_text: str) -> None:
    before, after = read_plan(plan_text).document, read_plan(renamed(plan_text)).document
    assert [phase.title for phase in after.phases] == ["Warm-up", "Hands-on", "Lecture", "Case study", "Wrap-up"]
    assert tuple(phase.kind for phase in after.phases) == KINDS
    assert [phase.facilitator_actions for phase in after.phases] == [p.facilitator_actions for p in before.phases]


def parts(text: str) -> tuple[str, list[str], str]:
    """What stands before the phases, the phases, and what stands behind them."""
    head, rest = text.split("## Lesson Structure\n")
    body, tail = rest.split("## Assessment Methods")
    return (
        f"{head}## Lesson Structure\n",
        re.split(r"^(?=### )", body, flags=re.MULTILINE)[1:],
        f"## Assessment Methods{tail}",
    )


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_reordered_phases_come_in_their_new_order(order: tuple[int, ...], plan_text: str) -> None:
    head, phases, tail = parts(plan_text)
    before = read_plan(plan_text).document
    after = read_plan(head + "".join(phases[number] for number in order) + tail).document
    assert after.phases == tuple(before.phases[number] for number in order)
    assert after.assessments == before.assessments


@pytest.mark.parametrize("number", [1, 3, 12, 100])
def test_any_number_of_phases(number: int, plan_text: str) -> None:
    head, phases, tail = parts(plan_text)
    many = [re.sub(r"^### (\w+)", rf"### \1 {n}", phases[n % 5]) for n in range(number)]
    plan = read_plan(head + "".join(many) + tail).document
    assert len(plan.phases) == number
    assert plan.total_minutes == sum(MINUTES[n % 5] for n in range(number))
    assert read_plan(write_plan(plan)).document == plan


def test_sections_in_another_order(plan_text: str) -> None:
    head, *sections = re.split(r"^(?=## )", plan_text, flags=re.MULTILINE)
    assert read_plan(head + "\n\n".join(reversed(sections))).document == read_plan(plan_text).document


GERMAN = {
    "Target Audience": "Zielgruppe",
    "Learning Objectives": "Lernziele",
    "Bloom's Taxonomy Level": "Taxonomiestufe",
    "Key Concepts": "Schlüsselbegriffe",
    "Prior Knowledge": "Vorwissen",
    "Materials Needed": "Materialien",
    "Lesson Structure": "Ablauf",
    "Facilitator Actions": "Aktionen der Leitung",
    "Learner Activities": "Aktivitäten der Lernenden",
    "Resources Used": "Verwendete Materialien",
    "Technology Integration": "Technologieeinsatz",
    "Assessment Methods": "Leistungsbewertung",
    "**Formative**": "**Formativ**",
    "**Summative**": "**Summativ**",
    "- Alignment": "- Bezug",
    "Differentiation Strategies": "Differenzierungsstrategien",
    "Differentiation:": "Differenzierung:",
    "Cross-Disciplinary Connections": "Fächerübergreifende Bezüge",
    "Real-World Applications": "Praxisbezug",
    "Metacognition Opportunities": "Metakognition",
    "Extension Activities": "Weiterführende Aktivitäten",
    "Safety Considerations": "Sicherheitshinweise",
    "Reflection Questions": "Reflexionsfragen",
    "### For Learners": "### Für Lernende",
    "### For Facilitator": "### Für die Leitung",
    "Adaptations for Virtual Learning": "Anpassungen für Online-Lernen",
    "Additional Resources": "Weitere Ressourcen",
    "Duration": "Dauer",
    " minutes\n": " Minuten\n",
    "3 hours": "3 Stunden",
    "### Engage": "### Einstieg",
    "### Explore": "### Erkundung",
    "### Explain": "### Erklärung",
    "### Elaborate": "### Vertiefung",
    "### Evaluate": "### Auswertung",
}


def test_the_plan_in_german(plan_text: str) -> None:
    german = plan_text
    for english, word in GERMAN.items():
        german = german.replace(english, word)
    before, plan = read_plan(plan_text).document, read_plan(german).document
    assert plan.language == "de"
    assert tuple(phase.kind for phase in plan.phases) == KINDS
    assert plan.phases[1].facilitator_actions == before.phases[1].facilitator_actions
    same = PlanDocument.from_json(
        {
            **plan.to_json(),
            "language": "en",
            "phases": [
                phase | {"title": old.title} for phase, old in zip(plan.to_json()["phases"], before.phases, strict=True)
            ],
        }
    )
    assert same == before
    assert read_plan(write_plan(plan)).document == plan


INTRUDERS = (
    "Zebra crossing.",
    "Zebra crossing  \nsecond line",
    "## Zebra",
    "# Zebra",
    "### Zebra\nwith text",
    "#### Zebra",
    "###### Zebra: Duration",
    "**Zebra:** with a label",
    "**Duration:** Zebra",
    "Duration: 10 minutes (Zebra)",
    "**Notes:** Zebra",
    "- Zebra",
    "1. Zebra\n   - inner Zebra",
    "> Zebra",
    "```python\nzebra = 'Zebra'\n```",
    "~~~\nZebra\n~~~",
    "    Zebra as code",
    "| Zebra | b |\n|---|---|\n| c | d |",
    "| a | Zebra |\n|---|---|\n| c | d |",
    "| Duration | Zebra |\n|---|---|\n| Duration | 20 minutes |",
    "<!-- Zebra -->",
    "<table><tr><td>Zebra</td></tr></table>",
    "[Zebra]: https://example.org",
    "Zebra\n---",
    "Zebra\n===",
    "**Zebra**",
    "* * *\nZebra",
    "Alignment: Zebra",
    "Language: Zebra",
)


@pytest.mark.parametrize("intruder", INTRUDERS)
def test_nothing_is_lost_wherever_it_stands(intruder: str) -> None:
    lines = sample().split("\n")
    # Every fifth place, each intruder beginning at another: all places together.
    for number in range(INTRUDERS.index(intruder) % 5, len(lines), 5):
        text = "\n".join([*lines[:number], "", intruder, "", *lines[number:]])
        try:
            document = read_plan(text).document
        except PlanUnreadable:
            # Only a second, strange length of time may be refused.
            assert "Duration" in intruder
            continue
        assert "Zebra" in json.dumps(document.to_json()), f"lost behind line {number}"
        assert read_plan(write_plan(document)).document == document, f"changed behind line {number}"


def test_every_word_of_the_plan_is_kept(plan_text: str) -> None:
    kept = set(re.findall(r"\w+", write_plan(read_plan(plan_text).document)))
    assert set(re.findall(r"\w+", plan_text)) <= kept


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Engage", "engage"),
        ("1. Einstieg (Plenum)", "engage"),
        ("Phase 2: Erarbeitung", "explore"),
        ("Coffee break", "break"),
        ("Mittagspause", "break"),
        ("Pause", "break"),
        ("Breakout groups", "other"),
        ("Break-out rooms", "other"),
        ("Break the ice", "other"),
        ("Ice-breaker", "engage"),
        ("Evaluate after the break", "evaluate"),
        ("Gruppenarbeit", "elaborate"),
        ("Abschluss", "evaluate"),
        ("Something else", "other"),
    ],
)
def test_the_kind_of_a_phase_is_in_its_title(title: str, kind: str) -> None:
    assert phase_kind(title) == kind
