"""Colours can be read and told apart, in both themes."""

from __future__ import annotations

import json
import re

import pytest

from regcli.page.theme import DARK, LIGHT, concrete, picture_config, style_sheet


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.1: 1 is the same, 21 black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = [
    *((ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card", "sunken")),
    ("ink", "accent-ground"), ("good", "card"), ("bad", "card"), ("warn", "card"), ("validation", "card"), ("train", "card"),
    ("good", "good-ground"), ("bad", "bad-ground"), ("warn", "warn-ground"),
]  # fmt: skip
MARKS = ["validation", "train", "mark", "faint", "plus", "minus", "s7", "d0", "d8", *(f"q{i}" for i in range(8))]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_and_marks_can_be_seen(theme):
    for ink, ground in TEXTS:
        assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    for mark in MARKS:
        assert contrast(theme[mark], theme["card"]) >= 3, mark


# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour, blindness):
    linear = [((int(colour[i : i + 2], 16) / 255 + 0.055) / 1.055) ** 2.4 for i in (1, 3, 5)]
    return [sum(a * b for a, b in zip(row, linear, strict=True)) for row in BLINDNESS[blindness]]


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_opposed_keeps_apart_for_every_eye(theme, blindness):
    for one, other in (("validation", "train"), ("plus", "minus"), ("good", "bad"), ("d1", "d7")):
        distance = (
            sum((a - b) ** 2 for a, b in zip(seen(theme[one], blindness), seen(theme[other], blindness), strict=True)) ** 0.5
        )
        assert distance > 0.1, (one, other)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_scale_of_more_is_one_of_lightness(theme):
    steps = [luminance(theme[f"s{i}"]) for i in range(8)]
    assert steps in (sorted(steps), sorted(steps, reverse=True))


def test_both_themes_have_every_colour_and_nothing_asks_for_another():
    assert LIGHT.keys() == DARK.keys()
    from regcli.page.html import asset

    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", json.dumps(picture_config()) + asset("page.css") + asset("page.html")))
    assert used <= LIGHT.keys() | {"font"}


def test_files_have_colours_in_the_place_of_names():
    assert concrete('{"color": "var(--validation)"}') == f'{{"color": "{LIGHT["validation"]}"}}'
    assert "var(" not in concrete(json.dumps(picture_config()))


def test_paper_is_light():
    assert style_sheet().rpartition("@media print")[2].count(LIGHT["card"]) == 1
