"""What the people of the demonstration are called and what they say. All of it is made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PEOPLE = (
    "Ana", "Ben", "Chidi", "Dilnoza", "Emre", "Farah", "Goran", "Hanna", "Ines", "Jonas", "Kaveh", "Lina", "Mateus",
    "Noor", "Olu", "Petra", "Quentin", "Rosa", "Sven", "Tomoko", "Ursula", "Viktor", "Wanjiru", "Ximena", "Yusuf",
    "Zofia", "Adaeze", "Björn", "Clara", "Dmitri", "Eleni", "Felix", "Greta", "Hamza", "Ioana", "Jules", "Katja",
    "Lars", "Mina", "Nils",
)  # fmt: skip
ARABIC = "ليلى الأحمد"
#: 80 characters.
LONG = "Maximiliane Theodora Freifrau von der Schulenburg zu Altenhausen-Wolfenbüttel II"
RUDE = "This is bullshit, nobody reads that bill"

#: By activity or question key: the options with their weights, by place.
CHOICES: dict[str, tuple[int, ...]] = {
    "driver": (14, 9, 8, 5),
    "worth": (16, 11, 6, 3),
    "lever": (22, 19, 15, 6),
    "grew": (4, 25, 7),
    "waits": (2, 20, 3, 11),
}
#: By question key: numbers that people write down in turn.
NUMBERS: dict[str, tuple[str, ...]] = {"unit": ("67", "66", "60", "67", "70", "150", "66.6", "41", "68", "6.7")}
SCALES: dict[str, tuple[int, ...]] = {
    "trust": (1, 4, 9, 14, 8),
    "drivers": (0, 0, 8, 16, 12),
    "compare": (1, 5, 12, 13, 5),
}
WORDS = (
    "egress", "GPUs", "tokens", "tokens", "storage", "logs", "egress", "sandbox", "GPUs", "tokens", "retries", "agents",
    "idle GPUs", "tokens", "trial", "sandbox", "embeddings", "licences", "egress", "GPUs", "backups", "tokens", "agents",
    "training", "vector search", "logs", "tokens", "GPUs", "consultants", "idle GPUs", "snapshots", "tokens", "agents",
    "support", "egress", "sandbox",
)  # fmt: skip
UNCLEAR = (
    "Who decides when engineering and finance disagree?",
    "How do we count the people who would have called us instead?",
    "What is a good first alert?",
    "Is a commitment still right when models change every quarter?",
    "How do I find out which team started a machine?",
    "Do smaller models treat all languages equally well?",
)
STEPS = (
    "Ask for the bill of my own product, before the end of next week",
    "Switch off the two sandboxes nobody uses. Tuesday.",
    "Put a price next to every feature in the next planning",
    "Half an hour with finance, first Monday of the month",
    "Measure how many questions repeat, then try a cache",
    "Tag everything of our team until the 30th",
    "An alert at 120 % of the forecast",
    "Show the unit cost on our team's dashboard",
)
CHANGE = (
    "More time for the boards",
    "A bill from our own industry",
    "The break was just right",
    "Fewer abbreviations in the first half",
    "Let us keep the tables for the whole day",
)
#: By activity key: what stands on the boards, as ``(column, text)``.
CARDS: dict[str, tuple[tuple[int, str], ...]] = {
    "sort": (
        (0, "Storage and logs: 3,600"),
        (0, "Search index"),
        (1, "Reserved GPUs: who uses them at night?"),
        (1, "Why did training triple?"),
        (2, "Trials: 7,700 and nobody knows whose"),
        (2, "Model calls grew faster than conversations"),
        (1, "Is August a normal month?"),
        (2, "Put an owner on every line"),
    ),
    "plan": (
        (0, "Switch off trials older than 30 days"),
        (0, "Name an owner for every line"),
        (1, "Cache “where is my parcel?”"),
        (1, "Small model for easy questions"),
        (2, "Spot machines for the route model"),
        (2, "Decide on the commitment with six months of data"),
        (3, "Cents per conversation, every Monday"),
        (3, "Complaints stay as low as they are"),
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A question to the room.

    Args:
        asker: the place of who asks, among ``PEOPLE``.
        answer: what was answered in writing; '' when it was answered aloud, None when it was not.
        soon: answered while the talk goes on; else at its end.
        late: nobody has looked at it yet.
    """

    text: str
    asker: int
    category: int = 0
    votes: int = 0
    story: bool = False
    pinned: bool = False
    answer: str | None = None
    soon: bool = False
    late: bool = False


#: What people ask during the talk, in the order in which they do.
ENQUIRIES = (
    Said("Who pays for the trials of a team that does not exist any more?", 3, 1, votes=9, answer="", soon=True),
    Said("Does a smaller model answer worse in Portuguese?", 12, 2, votes=14, pinned=True, story=True),
    Said("How long does it take until a cache pays for itself?", 20, 1, votes=6, answer=(
        "About as long as it takes to see the same question a second time: measure repeats for a week, then decide."
    )),
    Said("May we see the tags that Halden uses?", 8, 3, votes=4, answer=""),
    Said("Are small models good enough in other languages?", 27, 2, votes=3),
    Said("What do we do when the vendor changes the price in the middle of the year?", 31, 1, votes=7),
    Said("Can finance read the dashboard, too?", 17, 3, late=True),
    Said(RUDE + "!", 24, late=True),
)  # fmt: skip
#: Questions that ask the same as another.
SAME = {"Are small models good enough in other languages?": "Does a smaller model answer worse in Portuguese?"}
#: How people feel about the pace, from 1 (too slow) to 5 (too fast), wave by wave.
PACE = ((3, 3, 4, 3, 3), (4, 3, 4, 3, 4), (4, 5, 4, 4, 3), (5, 4, 4, 4, 4), (4, 4, 3, 4, 3), (3, 3, 3, 4, 3))
#: Signs that may be tapped.
SIGNS = 4
BACKGROUNDS = (0, 1, 1, 0, 1, None)
TEXTS: dict[str, tuple[str, ...]] = {
    "surprise": WORDS,
    "open": UNCLEAR,
    "step": STEPS,
    "change": CHANGE,
    "note": ("Did you ever ask for that bill?", "Be patient with the tags."),
}


def value_for(key: str, person: int, options: int) -> Any:
    """What person number ``person`` answers to the question or activity ``key``; None for nothing.

    Args:
        key: of the question, or of the activity when it has one question.
        person: counts from 0; the same person always says the same.
        options: how many things may be chosen in the question, 0 where that means nothing.
    """
    if key in CHOICES:
        first = _pick(CHOICES[key], person)
        letters = "abcdefghijklmnopqrstuvwxyz"
        second = (first + 1 + person % 2) % len(CHOICES[key])
        return letters[first] if options == 1 else sorted({letters[first], letters[second]})
    if key in NUMBERS:
        return NUMBERS[key][person % len(NUMBERS[key])]
    if key in SCALES:
        return _pick(SCALES[key], person) + 1
    said = TEXTS.get(key, ())
    if not said or (key != "surprise" and person % 2 and key != "step"):
        return None
    return said[(person if key in ("surprise", "step") else person // 2) % len(said)]


def _pick(weights: tuple[int, ...], person: int) -> int:
    """The place of a person in weights that are shared out in turn, so that totals come out as written."""
    place = (person * 7) % sum(weights)
    for index, weight in enumerate(weights):
        if place < weight:
            return index
        place -= weight
    return 0
