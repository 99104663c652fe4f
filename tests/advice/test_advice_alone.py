"""Copies of the target are found in whatever form; columns that merely help are not."""

from __future__ import annotations

import numpy as np
import pytest
from advice_rows import codes, linear, rows, two_classes, view

from regcli.advice.alone import copies, sums

RANDOM = np.random.default_rng(5)

FORMS = {
    "itself": lambda y: y,
    "in another unit": lambda y: 1000 * y,
    "shifted": lambda y: y - 273.15,
    "turned round": lambda y: 5 - 2 * y,
    "rounded": lambda y: np.round(y, 1),
    "with noise": lambda y: y + 0.05 * RANDOM.normal(size=len(y)),
    "bent": np.exp,
    "with slips": lambda y: np.where(np.arange(len(y)) % 100 == 0, 0.0, y),
    "with gaps": lambda y: np.where(RANDOM.random(len(y)) < 0.3, np.nan, y),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_of_a_number_is_found(form):
    y, columns = linear()
    found = copies(view(rows(y, copy=FORMS[form](y), **columns)))
    assert [finding.columns for finding in found] == [("copy",)]
    assert found[0].found >= 0.98
    assert found[0].remedy == {"dataset.columns.exclude": ["copy"]}


def test_a_plain_copy_is_told_with_its_unit():
    y, columns = linear()
    (found,) = copies(view(rows(y, copy=(y - 3) / 2, **columns)))
    assert found.code == "copy_of_target"
    assert "y ≈ 2.000 · copy + 3.000" in found.text


def test_a_noisy_copy_is_found_because_the_others_know_less():
    y, columns = linear(400)
    noisy = y + 0.35 * RANDOM.normal(size=400)
    (found,) = copies(view(rows(y, noisy=noisy, **columns)))
    assert found.found < 0.98
    assert "far better than all the others together" in found.text


def test_where_the_others_know_as_much_a_good_column_is_none():
    x = RANDOM.normal(size=300)
    y = x + 0.2 * RANDOM.normal(size=300)
    others = {f"x{j}": x + 0.2 * RANDOM.normal(size=300) for j in range(4)}
    assert copies(view(rows(y, **others))) == []


CLASSES = {
    "itself": lambda y: y,
    "other numbers": lambda y: 7 - 3 * y,
    "with noise": lambda y: y + 0.1 * RANDOM.normal(size=len(y)),
    "gaps": lambda y: np.where(y == 1, np.nan, RANDOM.normal(size=len(y))),
}


@pytest.mark.parametrize("form", CLASSES)
def test_a_copy_of_a_class_is_found(form):
    y, columns = two_classes()
    found = copies(view(rows(y, classes=("no", "yes"), copy=CLASSES[form](y), **columns)))
    assert [finding.columns for finding in found] == [("copy",)]


def test_a_text_that_says_the_class_in_other_words_is_found():
    y, columns = two_classes()
    words = ["rejected" if value else "granted" for value in y]
    found = copies(view(rows(y, {"status": ("categorical", words)}, classes=("no", "yes"), **columns)))
    assert codes(found) == ["copy_of_target"]
    assert found[0].columns == ("status",)


def test_among_thousands_of_columns_luck_separates_few_rows():
    y = np.repeat([0.0, 1.0], 20)
    columns = {f"x{j}": RANDOM.normal(size=40) for j in range(2000)}
    assert copies(view(rows(y, classes=("a", "b"), **columns))) == []


def test_trends_have_levels_in_common_and_no_steps():
    t = np.arange(120.0)
    y = t + RANDOM.normal(size=120)
    assert copies(view(rows(y, year=t, price=1.5 * t + RANDOM.normal(size=120)))) == []
    assert codes(copies(view(rows(y, year=t, price=2 * y)))) == ["copy_of_target"]


def test_the_parts_of_a_sum_are_found():
    y, columns = linear(300)
    first = 3 * RANDOM.normal(size=300)
    (found,) = sums(view(rows(y, first=first, rest=y - first, **columns)))
    assert set(found.columns) == {"first", "rest"}
    assert "y ≈ " in found.text


def test_a_target_without_noise_is_no_sum():
    random = np.random.default_rng(1)
    X = random.normal(size=(200, 8))
    columns = {f"x{j}": X[:, j] for j in range(8)}
    assert sums(view(rows(X[:, :3] @ [30.0, 71.0, 12.0], **columns))) == []
    assert sums(view(rows(linear()[0], **linear()[1]))) == []
