"""The colours of results: seen on their ground, and told apart by people who see colours otherwise.

What others see is computed with the matrices of G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based
Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009,
severity 1.0, applied to linear RGB. Distances are Euclidean in Oklab (B. Ottosson, "A perceptual color space for image
processing", 2020), times 100; contrast is that of WCAG 2.2.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from math import dist
from pathlib import Path

import pytest

from workshop.reports.beside import COLOURS

ROOT = Path(__file__).resolve().parents[3]
CSS = ROOT / "workshop/live/static/live/css/plenary.css"
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]

SEEN: dict[str, Matrix] = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
_LMS: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB: Matrix = (
    (0.2104542553, 0.793617785, -0.0040720468),
    (1.9779984951, -2.428592205, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.808675766),
)
#: Of bars and marks to what lies behind them (WCAG 1.4.11).
CONTRAST = 3.0
#: Neighbours in a legend, and any two of the palette. Below 2 two colours are one, from 5 on nobody takes them for one.
NEIGHBOURS, ANY_TWO = 10.0, 9.0


def times(matrix: Matrix, colour: Colour) -> Colour:
    one, two, three = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return one, two, three


def linear(code: str) -> Colour:
    digits = code.removeprefix("#")
    whole = digits if len(digits) == 6 else "".join(2 * each for each in digits)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    one, two, three = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return one, two, three


def as_seen(code: str, by: str) -> Colour:
    """Linear RGB as somebody sees it, inside what a screen can show."""
    one, two, three = (min(max(part, 0.0), 1.0) for part in times(SEEN[by], linear(code)))
    return one, two, three


def oklab(colour: Colour) -> Colour:
    one, two, three = (part ** (1 / 3) for part in times(_LMS, colour))
    return times(_LAB, (one, two, three))


def apart(one: str, other: str, by: str) -> float:
    return 100 * dist(oklab(as_seen(one, by)), oklab(as_seen(other, by)))


def contrast(one: str, other: str, by: str = "everybody") -> float:
    light, dark = sorted((_luminance(as_seen(each, by)) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def palettes() -> dict[str, dict[str, str]]:
    """The custom properties of both themes; dark stands twice and must be the same."""
    blocks = [block for block in CSS.read_text().split("}") if "--c8:" in block]
    found = [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block)) for block in blocks]
    assert len(found) == 3
    assert found[1] == found[2]
    return {"light": found[0], "dark": found[2]}


THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
PEOPLE = pytest.mark.parametrize("by", SEEN)


def series(theme: str) -> list[str]:
    return [palettes()[theme][f"c{number}"] for number in range(1, 9)]


@THEMES
@PEOPLE
def test_every_series_is_seen_on_its_ground(theme: str, by: str) -> None:
    palette = palettes()[theme]
    grounds = [palette[name] for name in ("bg", "surface")]
    seen = {
        name: min(contrast(palette[name], ground, by) for ground in grounds)
        for name in palette
        if re.fullmatch(r"c\d", name)
    }

    assert len(seen) == 8
    assert {name: round(value, 2) for name, value in seen.items() if value < CONTRAST} == {}


@THEMES
@PEOPLE
def test_neighbours_and_any_two_series_are_told_apart(theme: str, by: str) -> None:
    colours = series(theme)
    near = {(one, other): round(apart(one, other, by), 1) for one, other in pairwise(colours)}
    every = {pair: round(apart(*pair, by), 1) for pair in combinations(colours, 2)}

    assert {pair: value for pair, value in near.items() if value < NEIGHBOURS} == {}
    assert {pair: value for pair, value in every.items() if value < ANY_TWO} == {}


def test_pictures_of_results_have_the_same_colours() -> None:
    assert list(COLOURS) == series("light")


def test_the_measure_knows_what_is_confused() -> None:
    """Red and green of the same lightness are far apart for most people, and nearly one for a tenth of the men."""
    assert apart("#c00000", "#5a7a00", "everybody") > 3 * apart("#c00000", "#5a7a00", "deuteranopia")
    assert contrast("#fff", "#000") == pytest.approx(21)
