"""The outline of a plan: which heading is the title, which are phases, and what the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workshop.plans.text import words
from workshop.plans.text.durations import title_duration
from workshop.plans.text.errors import PlanUnreadable
from workshop.plans.text.pieces import labels_in
from workshop.plans.text.source import Block


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks up to the next one."""

    heading: Block
    blocks: tuple[Block, ...]

    @property
    def level(self) -> int:
        """1 to 6."""
        return self.heading.level

    @property
    def title(self) -> str:
        """The heading's words."""
        return self.heading.text


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a file.

    Args:
        title: the heading that is the plan's title, or None.
        top: blocks before the first section that is not the title.
        phases: each phase with the sections inside it.
        others: all other sections, each with what it is ('' for unknown) and the language of its heading.
    """

    title: Block | None
    top: tuple[Block, ...]
    phases: tuple[tuple[Section, ...], ...]
    others: tuple[tuple[Section, str, str], ...]
    headings: tuple[str, ...] = ()
    structure: tuple[Section, ...] = ()


def outline(blocks: Sequence[Block]) -> Outline:
    """The outline of a file."""
    before, sections = _sections(blocks)
    title = None
    if sections and _is_title(sections):
        title = sections[0].heading
        before += sections[0].blocks
        sections = sections[1:]
    phases, rest, structure = _phases(sections)
    headings = tuple(section.title for section in sections)
    return Outline(title, before, phases, tuple(_known(rest)), headings, structure)


def _sections(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[Section]]:
    starts = [number for number, block in enumerate(blocks) if block.kind == "heading"]
    before = tuple(blocks[: starts[0]] if starts else blocks)
    ends = [*starts[1:], len(blocks)]
    return before, [
        Section(blocks[start], tuple(blocks[start + 1 : end])) for start, end in zip(starts, ends, strict=False)
    ]


def _is_title(sections: Sequence[Section]) -> bool:
    first, rest = sections[0], sections[1:]
    if words.section(first.title):
        return False
    deepest_like_it = not rest or first.level >= min(section.level for section in rest)
    return not (deepest_like_it and words.phase_kind(first.title) != "other" and _is_timed(first))


def _phases(sections: list[Section]) -> tuple[tuple[tuple[Section, ...], ...], list[Section], tuple[Section, ...]]:
    """The phases below the structure headings, else all that look like phases; and the sections that are left."""
    structure = tuple(section for section in sections if _what(section) == "structure")
    inside = [
        number
        for number, below in enumerate(_below(sections, "structure"))
        if below and (_what(sections[number]) != "structure" or _has_time(sections, number))
    ]
    if inside:
        level = min(sections[number].level for number in inside)
        starts = [
            number
            for number in inside
            if sections[number].level == level and (not _what(sections[number]) or _has_time(sections, number))
        ]
    else:
        timed = [number for number in range(len(sections)) if _looks_like_phase(sections[number])]
        level = min((sections[number].level for number in timed), default=0)
        starts = [number for number in timed if sections[number].level == level]
    return (*_grouped(sections, starts), structure)


def _grouped(sections: list[Section], starts: list[int]) -> tuple[tuple[tuple[Section, ...], ...], list[Section]]:
    phases = []
    taken: set[int] = set()
    for start in starts:
        end = _end(sections, start)
        phases.append(tuple(sections[start:end]))
        taken.update(range(start, end))
    return tuple(phases), [section for number, section in enumerate(sections) if number not in taken]


def _end(sections: Sequence[Section], start: int) -> int:
    """The number of the first section behind ``start`` that does not lie inside it."""
    for number in range(start + 1, len(sections)):
        if sections[number].level <= sections[start].level:
            return number
    return len(sections)


def _what(section: Section) -> str:
    known = words.section(section.title)
    return known[0] if known else ""


def _below(sections: Sequence[Section], what: str) -> list[bool]:
    """For each section, whether one of the headings above it in the outline is a ``what``."""
    answers: list[bool] = []
    open_sections: list[tuple[int, bool]] = []  # level, and whether it or one above it is a ``what``
    for section in sections:
        while open_sections and open_sections[-1][0] >= section.level:
            open_sections.pop()
        inside = bool(open_sections) and open_sections[-1][1]
        answers.append(inside)
        open_sections.append((section.level, inside or _what(section) == what))
    return answers


def _is_timed(section: Section) -> bool:
    if "duration" in labels_in(section.blocks):
        return True
    try:
        return title_duration(section.title) is not None
    except PlanUnreadable:
        return True


def _has_time(sections: Sequence[Section], start: int) -> bool:
    inner = sections[start + 1 : _end(sections, start)]
    return _is_timed(sections[start]) or any(_is_duration(section.title) for section in inner)


def _is_duration(title: str) -> bool:
    known = words.label(title)
    return known is not None and known[0] == "duration"


def _looks_like_phase(section: Section) -> bool:
    what = _what(section)
    if what in {"duration", "audience"}:
        return False
    return _is_timed(section) or (not what and words.names_phase(section.title))


def _known(sections: Sequence[Section]) -> list[tuple[Section, str, str]]:
    known = []
    for section, reflects in zip(sections, _below(sections, "reflection"), strict=True):
        found = words.section(section.title)
        if not found and reflects:
            found = words.for_whom(section.title)
        what, language = found or ("", "")
        known.append((section, what, language))
    return known
