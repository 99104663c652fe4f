"""What columns are taken for, and which of them no model should be given as they stand."""

from __future__ import annotations

import pytest


def column(*cells, more=""):
    """A table whose first column is of these cells, beside numbers."""
    return "c,b,y\n" + "".join(f"{cell},{i % 3},{i}.5\n" for i, cell in enumerate(cells)) + more


FEW = ["red", "green", "blue", "red", "green", "red"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(["1", "2.5", "-3", "", "1e3", "7"], "numeric"), (["true", "false", "true", "true", "false", "true"], "boolean"),
     (FEW, "categorical")],
)  # fmt: skip
def test_a_column_is_what_its_cells_are(csv, cells, kind):
    dataset = csv(column(*cells), preprocess={"missing": "median"})
    assert dict(zip(dataset.features.names, dataset.features.kinds, strict=True))["c"] == kind


@pytest.mark.parametrize(
    ("cells", "why"),
    [([""] * 6, "without any value"), (["5"] * 6, "the same value in all rows"), (["x"] * 6, "the same value in all rows")],
)
def test_columns_that_say_nothing_are_left_out_with_a_warning(csv, cells, why):
    dataset = csv(column(*cells))
    assert dataset.features.names == ("b",)
    assert any("'c'" in warning and why in warning for warning in dataset.warnings)


def test_names_of_rows_are_refused_with_what_helps(refusal):
    error = refusal(column(*(f"n{i}" for i in range(40))))
    assert "column 'c' looks like an identifier: 40 different texts in 40 rows" in error.message
    assert {"dataset.columns.exclude": ["c"]} in error.remedies
    assert {"dataset.types": {"c": "category"}} in error.remedies


def test_free_text_is_offered_to_be_counted(refusal):
    error = refusal(column(*(f"it was {i} days of rain and wind" for i in range(40))))
    assert "column 'c' holds free text" in error.message
    assert error.remedies[0] == {"preprocess.text": {"column": "c"}}


def test_many_levels_that_come_back_are_worth_a_word_and_combined_ones_are_not(csv):
    content = column(*(f"n{i % 60}" for i in range(240)))
    assert any("'c' has 60 levels, 60 of them in fewer than 10 rows" in warning for warning in csv(content).warnings)
    combined = csv(content, preprocess={"categorical": {"min_frequency": 10}})
    assert not any("levels" in warning for warning in combined.warnings)


def test_dates_are_no_features_until_their_parts_are_asked_for(csv, refusal):
    content = column(*(f"2024-0{1 + i % 6}-1{i % 7}" for i in range(12)))
    error = refusal(content)
    assert "column 'c' holds dates" in error.message
    assert {"preprocess.dates.cyclic": True} in error.remedies
    assert "date" in csv(content, preprocess={"dates": {"cyclic": True}}).features.kinds


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [("patient_id", [7 * i for i in range(20)], "another whole number in every row"), ("x", range(20), "counts the rows"),
     ("x", [7 * i for i in range(20)], None), ("id", [i // 2 for i in range(20)], None)],
)  # fmt: skip
def test_numbers_of_rows_are_warned_of(csv, name, values, told):
    dataset = csv(f"{name},b,y\n" + "".join(f"{v},{i % 3},{i * i}.5\n" for i, v in enumerate(values)))
    found = [warning for warning in dataset.warnings if f"'{name}'" in warning]
    assert bool(found) == (told is not None)
    assert told is None or told in found[0]


def test_a_text_column_without_words_cannot_be_counted(refusal):
    error = refusal(column(*map(str, range(12))), preprocess={"text": {"column": "c"}})
    assert "holds numbers alone" in error.message
