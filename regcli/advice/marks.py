"""Columns that say which rows are for training and which for the test, or in which fold a row is: roles, and no features."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.data.types import Dataset

# What such columns are called, and what marks the rows of the test in them.
TRAIN = re.compile(r"(is|in)?[ _.-]?(train|training)([ _.-]?(set|row|flag))?", re.IGNORECASE)
TEST = re.compile(r"(is|in)?[ _.-]?(test|holdout|hold[ _.-]out|testing)([ _.-]?(set|row|flag))?", re.IGNORECASE)
PART = re.compile(r"(data)?[ _.-]?(split|subset|partition|set)", re.IGNORECASE)
FOLD = re.compile(r"(cv)?[ _.-]?folds?([ _.-]?(id|no|nr|number))?", re.IGNORECASE)
NO, YES, HELD = (
    ("F", "FALSE", "False", "false", "0", "no", "N"),
    ("T", "TRUE", "True", "true", "1", "yes", "Y"),
    ("test", "holdout"),
)
# Folds that somebody may have drawn, and rows of each.
FOLDS, ROWS = (2, 20), 5


def holdout_marks(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Holdouts that a column may mark, to be tried in turn: how cells are written is known to the file alone."""
    for name, values in _few(dataset):
        wanted = NO if TRAIN.fullmatch(name) else YES if TEST.fullmatch(name) else HELD if PART.fullmatch(name) else ()
        if len(values) == 2 or (wanted is HELD and len(values) <= 3):
            yield from ({"column": name, "test_value": value} for value in wanted)


def fold_marks(dataset: Dataset) -> str | None:
    """The column that names each row's fold."""
    for name, values in _few(dataset):
        if FOLD.fullmatch(name) and FOLDS[0] <= len(values) <= FOLDS[1] and min(values.values()) >= ROWS:
            return name
    return None


def _few(dataset: Dataset) -> Iterator[tuple[str, dict[Any, int]]]:
    """Columns with a telling name and few different cells, and how often these come."""
    features = dataset.features
    for name in features.names:
        if not any(form.fullmatch(name) for form in (TRAIN, TEST, PART, FOLD)):
            continue
        if name in features.numeric_names:
            cells = np.asarray(features.numeric[:, [features.numeric_names.index(name)]])[:, 0]
        else:
            cells = np.array([str(cell) for cell in features.texts[features.text_names.index(name)].tolist()])
        values, times = np.unique(cells, return_counts=True)
        if len(values) <= FOLDS[1]:
            yield name, dict(zip(values.tolist(), times.tolist(), strict=True))
