"""Words of many people as one cloud: how large each is drawn, and in which line of the projector it stands.

The layout is the server's and the same for the same counts: lines from the largest words down, each filled with what
still fits, the two largest at its ends. So nothing overlaps, in any face and from either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from workshop.questions.fitting import LEAST, ROOM, WIDTH, width
from workshop.questions.words.spelling import same

#: Height of the letters of each size, in that of the smallest, and how many words of 300 may stand in it or in a larger
#: one: where all are equally frequent, none is large.
EMS = (1.0, 1.22, 1.6, 2.05, 2.65, 3.5, 4.6)
SIZES = len(EMS)
SHARES = (1.0, 0.24, 0.1, 0.05, 0.025, 0.012, 0.006)
LEAST_LARGE = (300, 40, 22, 14, 9, 6, 4)
#: Height of the smallest letters in rem, by step (``fit-1`` is the largest).
STEPS = (6.4, 5.4, 4.6, 4.0, 3.6, LEAST)
#: Between two words, in rem; a line is so much higher than its letters.
GAP = 1.4
LINE = 1.1
#: Bold letters are wider than those that ``fitting.width`` knows.
BOLD = 1.06
#: A digit of the number beside a word: in the word's own height, and never narrower than in rem.
DIGIT, LEAST_DIGIT = 0.18, 1.2
#: By so many sizes words become smaller where there is no room for all of them.
LESS_LARGE = 3
#: Height of the line that says how many words are left out.
REST = 4.0
MOST_ON_PHONES = 60
#: Share of a line's width that its words fill when it counts as full.
FULL = 0.72


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as most people wrote it, how many did, and its size from 1 to 7."""

    text: str
    count: int
    size: int

    @property
    def key(self) -> str:
        """What stays the same while its spelling and its number change."""
        return same(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the projector; a full one is drawn from edge to edge."""

    words: tuple[Word, ...]
    full: bool


class Cloud:
    """Words, the most frequent first, as phones list them and as the projector lays them out."""

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        pairs = list(counted)
        self.words = [Word(text, count, size) for (text, count), size in zip(pairs, _sizes(pairs), strict=True)]

    @property
    def first(self) -> list[Word]:
        """As many as a phone lists."""
        return self.words[:MOST_ON_PHONES]

    @property
    def left(self) -> int:
        """How many words the projector has no room for."""
        return len(self.words) - sum(len(line.words) for line in self.lines)

    @property
    def fit(self) -> int:
        """The step of the letters, from 1."""
        return self._laid_out[0]

    @property
    def lines(self) -> list[Line]:
        """The lines of the projector."""
        return self._laid_out[1]

    @cached_property
    def _laid_out(self) -> tuple[int, list[Line]]:
        return layout(self.words)


def size_of(count: int, highest: int) -> int:
    """1 to 7: by the share of the most frequent word, and no larger than 3 + the number of people."""
    if highest <= 0:
        return 1
    share: float = (count / highest) ** 0.85
    return max(1, min(round(SIZES * share), 3 + count, SIZES))


def _sizes(pairs: Sequence[tuple[str, int]]) -> list[int]:
    """The size of each, the most frequent first: by its share, as far as so many words leave room for it.

    Words of the same number have the same size.
    """
    highest = pairs[0][1] if pairs else 0
    last = {count: place for place, (_text, count) in enumerate(pairs, 1)}
    most = [max(least, share * len(pairs)) for least, share in zip(LEAST_LARGE, SHARES, strict=True)]
    found = []
    for _text, count in pairs:
        size = size_of(count, highest)
        while size > 1 and last[count] > most[size - 1]:
            size -= 1
        found.append(size)
    return found


def layout(words: Sequence[Word], room: float = ROOM + 2) -> tuple[int, list[Line]]:
    """The largest step in which all words fit, and their lines.

    Nobody reads smaller letters than the smallest step from the last row: where it does not hold all words, large ones
    become less large, and then the rarest go.

    A word that is wider than the projector stands in a smaller size than its number asks for.
    """
    boxes = [_Box(word, width(word.text) * BOLD + 0.2, len(str(word.count))) for word in words]
    for number, step in enumerate(STEPS, 1):
        fitting = [box.narrowed(step) for box in boxes]
        if any(box.wide(step) > WIDTH for box in fitting):
            continue
        if sum((box.wide(step) + GAP) * EMS[box.word.size - 1] for box in fitting) * step * LINE > room * (WIDTH + GAP):
            continue
        lines = _lines(fitting, step)
        if sum(_tall(line, step) for line in lines) <= room:
            return number, _drawn(lines, step)
    return len(STEPS), _drawn(_crowded(boxes, STEPS[-1], room), STEPS[-1])


def _crowded(boxes: Sequence[_Box], step: float, room: float) -> list[list[_Box]]:
    """Lines of the smallest letters: the large words become less large, so that the rare ones find room beside them."""
    for _turn in range(LESS_LARGE):
        boxes = [box.lowered() for box in boxes]
        lines = _lines([box.narrowed(step) for box in boxes], step)
        if sum(_tall(line, step) for line in lines) <= room and all(box.wide(step) <= WIDTH for box in boxes):
            return lines
    return _as_many(boxes, step, room - REST)


@dataclass(slots=True)
class _Box:
    """A word with its width in its own height, without the number, and the digits of that."""

    word: Word
    em: float
    digits: int

    def wide(self, step: float) -> float:
        """In rem, with its number."""
        high = EMS[self.word.size - 1] * step
        return self.em * high + self.digits * max(DIGIT * high, LEAST_DIGIT)

    def lowered(self) -> _Box:
        """One size smaller, if there is one."""
        return _Box(replace(self.word, size=max(1, self.word.size - 1)), self.em, self.digits)

    def narrowed(self, step: float) -> _Box:
        """In the largest of its sizes in which it fits into a line, else in the smallest."""
        box = self
        while box.word.size > 1 and box.wide(step) > WIDTH:
            box = _Box(replace(box.word, size=box.word.size - 1), self.em, self.digits)
        return box


def _lines(boxes: Sequence[_Box], step: float) -> list[list[_Box]]:
    """Lines of what fits, from the largest down."""
    left = [(box.wide(step) + GAP, box) for box in sorted(boxes, key=lambda box: -box.word.size)]
    lines = []
    while left:
        line, room = [], WIDTH + GAP
        rest = []
        for each in left:
            if each[0] <= room:
                line.append(each[1])
                room -= each[0]
            else:
                rest.append(each)
        lines.append(line)
        left = rest
    return lines


def _as_many(boxes: Sequence[_Box], step: float, room: float) -> list[list[_Box]]:
    fitting = [box for box in (box.narrowed(step) for box in boxes) if box.wide(step) <= WIDTH]
    kept: list[list[_Box]] = []
    height = 0.0
    for line in _lines(fitting, step):
        height += _tall(line, step)
        if height > room:
            break
        kept.append(line)
    return kept


def _tall(line: Sequence[_Box], step: float) -> float:
    return EMS[max(box.word.size for box in line) - 1] * step * LINE


def _drawn(lines: Iterable[list[_Box]], step: float) -> list[Line]:
    return [
        Line(tuple(box.word for box in _balanced(line)), sum(box.wide(step) + GAP for box in line) > FULL * WIDTH)
        for line in lines
    ]


def _balanced(line: list[_Box]) -> list[_Box]:
    """The largest in front, the second at the end, the others between them."""
    return [line[0], *line[2:], line[1]] if len(line) > 2 else line  # noqa: PLR2004 - two have nothing between them
