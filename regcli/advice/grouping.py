"""Rows that belong together: of one entity, of one stretch of time, or next to each other in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice.association import autocorrelation, explained, is_sorted, level_means, predicted, random_folds
from regcli.advice.finding import Finding
from regcli.data.dates import iso_seconds
from regcli.data.kinds import FACTOR_LEVELS
from regcli.numerals import count, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.advice.view import View
    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray, IntArray

# What columns are called that name an entity.
ENTITY = re.compile(
    r"(.*[ _.-])?(id|uuid|guid|patient|subject|customer|client|user|player|person|household|family|student|pupil|account|member|"
    r"device|machine|sensor|session|participant|respondent|employee|firm|company)([ _.-]?(id|key|no|nr|number|code|name))?|"
    r"[a-z]+(Id|ID)",
)
# Levels of a column that is no mere category; rows of a level on average.
FEWEST_LEVELS, FEWEST_ROWS = 5, 1.5
# Without such a name: at least so many levels for each row, and so much of the target by level.
LEVELS_A_ROW, BY_LEVEL = 0.05, 0.2
# Schemes in whose validation rows come from between the training rows.
SHUFFLED = {"kfold", "stratified", "shuffle_split", "leave_one_out"}
# Neighbours' correlation: so many standard errors, and at least so large.
ERRORS, ALIKE = 4.0, 0.3
# Columns that are looked at; lags that a series of its own begins with.
AMONG, LAGS = 200, (1, 2, 3)


def entities(view: View, splits: Splits) -> list[Finding]:
    """Columns whose values come back, each naming somebody or something: with whom folds should keep rows together."""
    dataset = view.dataset
    if splits.kind not in SHUFFLED:
        return []
    found = []
    for name, code in _candidates(view, dataset, splits.train):
        n_levels = int(code.max()) + 1
        rows = len(code) / n_levels
        if n_levels < FEWEST_LEVELS or n_levels == len(code) or rows < FEWEST_ROWS:
            continue
        named = ENTITY.fullmatch(name) is not None
        if not named and n_levels < max(4 * FEWEST_LEVELS, LEVELS_A_ROW * len(code)):
            continue
        told = _by_level(view, dataset, splits.train, code)
        if named or told >= BY_LEVEL:
            share = _split_up(dataset, splits, code)
            found.append((share * len(code), _entity(name, n_levels, len(code), share, told)))
    return [finding for _, finding in sorted(found, key=lambda pair: -pair[0])]


def _candidates(view: View, dataset: Dataset, train: IntArray) -> Iterator[tuple[str, IntArray]]:
    """Columns of whole numbers and of texts, as codes of the training rows, (n,)."""
    for names, X in view.numbers(AMONG * 10):
        for j in np.flatnonzero((np.round(X) == X).all(axis=0)):
            if ENTITY.fullmatch(names[j]):
                column = np.asarray(dataset.features.numeric[train, dataset.features.numeric_names.index(names[j])])
                yield names[j], np.unique(column, return_inverse=True)[1]
    for name, cells in zip(dataset.features.text_names, dataset.features.texts, strict=True):
        if dataset.features.kinds[dataset.features.names.index(name)] == "categorical":
            texts = np.array([str(cell) for cell in cells[train].tolist()])
            yield name, np.unique(texts, return_inverse=True)[1]


def _by_level(view: View, dataset: Dataset, train: IntArray, code: IntArray) -> float:
    """Share of the target's variance that the other rows of a row's entity tell."""
    if view.is_regression:
        outcomes = dataset.y[train][:, None]
    else:
        outcomes = (dataset.y[train][:, None] == np.arange(len(dataset.classes))[None, :]).astype(np.float64)
    return explained(outcomes, level_means(code.astype(object), outcomes))


def _split_up(dataset: Dataset, splits: Splits, code: IntArray) -> float:
    """Share of the validation rows whose entity is among the training rows of their fold."""
    place = np.full(len(dataset), -1)
    place[splits.train] = np.arange(len(splits.train))
    hit = seen = 0
    for fold in splits.folds[:20]:
        known = np.zeros(int(code.max()) + 1, dtype=bool)
        known[code[place[fold.train]]] = True
        hit, seen = hit + int(known[code[place[fold.validation]]].sum()), seen + len(fold.validation)
    return hit / max(seen, 1)


def _entity(name: str, n_levels: int, n: int, share: float, told: float) -> Finding:
    alike = f" The other rows of an entity tell {percent(told)} of the target's variance." if told > 0 else ""
    return Finding(
        "entity_in_several_folds",
        "rows",
        (name,),
        "share of validation rows",
        share,
        "0",
        f"Column {name!r} names {count(n_levels, 'entity', 'entities')} in {count(n, 'row')}, and {percent(share)} of the "
        f"validation rows belong to one that their model has learnt from.{alike} Scores then say little of entities never seen.",
        f"Keep each in one fold: dataset.group: {name}.",
        {"dataset.group": name},
    )


def time_order(view: View, splits: Splits) -> list[Finding]:
    """Rows in order of time, or of anything else that makes neighbours alike, which folds draw at random."""
    dataset = view.dataset
    if splits.kind not in SHUFFLED:
        return []
    if dataset.ordered:
        return [
            Finding(
                "time_shuffled",
                "rows",
                (),
                "folds that look ahead",
                float(len(splits.folds)),
                "0",
                f"The rows are ordered by dataset.time, but {count(len(splits.folds), 'fold')} of cv.kind "
                f"{splits.kind} learn from "
                "rows that are later than those they are validated on.",
                "Learn from the past alone: cv.kind: time_series.",
                {"cv.kind": "time_series"},
            )
        ]
    return _dates(view) or _neighbours(view)


def _dates(view: View) -> list[Finding]:
    """Dates by which neighbouring rows are alike; of several columns the one by which they are most."""
    best: tuple[float, str] | None = None
    for name, cells in view.texts("date"):
        times = iso_seconds(cells)
        known = np.flatnonzero(~np.isnan(times))
        if len(known) < len(times) or len(known) < 10:
            continue
        alike = _alike(view.outcomes[np.argsort(times, kind="stable")])
        if best is None or alike > best[0]:
            best = alike, name
    if best is None:
        return []
    alike, name = best
    noise = ERRORS / np.sqrt(len(view.rows))
    said = f"In order of {name!r} neighbouring rows have a correlation of {number(alike)} in {view.dataset.target}"
    if alike <= max(noise, ALIKE / 2):
        return []
    return [
        Finding(
            "dates_without_time",
            "rows",
            (name,),
            "autocorrelation",
            alike,
            f"at most {number(max(noise, ALIKE / 2))}",
            f"{said}, and folds draw rows at random: a model is validated on days whose neighbours it has learnt from.",
            f"Learn from the past alone: dataset.time: {name}, which makes cv.kind time_series.",
            {"dataset.time": name},
        )
    ]


def _neighbours(view: View) -> list[Finding]:
    """Neighbouring rows of the file that are alike beyond what their columns explain."""
    if len(view.rows) < min(view.n, 3 * AMONG) or is_sorted(view.y) or not (view.series or not view.is_regression):
        return []
    limit = max(ERRORS / np.sqrt(len(view.rows)), ALIKE)
    if len(view.rows) < view.n and not view.series:
        return []  # a draw has no neighbours
    if _alike(view.outcomes) <= limit or _in_runs(view.y):
        return []
    parts = [X for _, X in view.numbers(AMONG)] + [level_means(cells, view.outcomes) for _, cells in view.texts("categorical")]
    X = np.hstack(parts) if parts else np.zeros((len(view.rows), 0))
    left = view.outcomes - predicted(X, view.outcomes, random_folds(len(X))) if X.shape[1] else view.outcomes
    alike = _alike(left)
    if alike <= limit:
        return []
    rising = _rising(view)
    cure = "Keep stretches of rows together: cv.shuffle: false; or name the time or place as dataset.time or dataset.group."
    remedy: dict[str, Any] = {"cv.shuffle": False}
    if rising:
        cure = f"If {rising!r} is the time, say so: dataset.time: {rising}; otherwise keep stretches of rows together: "
        cure += "cv.shuffle: false."
        remedy = {"dataset.time": rising}
        if len(view.dataset.features.names) == 1:  # a series alone is told by its own past
            target = view.dataset.target
            remedy["preprocess.lags"] = {"columns": [target], "lags": [*LAGS]}
            cure += f" Its own past is what there is to learn from: preprocess.lags: {{columns: [{target}], lags: [1, 2, 3]}}."
    return [
        Finding(
            "neighbours_alike",
            "rows",
            (rising,) if rising else (),
            "autocorrelation",
            alike,
            f"at most {number(limit)}",
            f"Neighbouring rows of the file are alike: what the columns leave open of {view.dataset.target} has a correlation of "
            f"{number(alike)} from row to row. Where the order is one of time or place, random folds are too easy.",
            cure,
            remedy,
        )
    ]


def _alike(outcomes: FloatArray) -> float:
    return max(autocorrelation(column) for column in outcomes.T)


def _in_runs(y: FloatArray) -> bool:
    """Whether equal values stand in few long runs, as in a file that is sorted by class."""
    n_values = len(np.unique(y))
    return n_values <= FACTOR_LEVELS and int((np.diff(y) != 0).sum()) < 3 * n_values


def _rising(view: View) -> str | None:
    """A column of numbers that never falls in the order of the file and takes many values: perhaps the time."""
    for names, X in view.numbers(AMONG):
        for name, x in zip(names, X.T, strict=True):
            steps = np.diff(x)
            if not np.isnan(x).any() and (steps >= 0).all() and (steps > 0).sum() >= 0.02 * len(x):
                return name
    return None
