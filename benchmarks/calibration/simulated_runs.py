"""Runs without a directory: predictions on simulated rows, cross-validated with numpy alone, as a comparison reads them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from regcli.compare.metrics import metric_rows
from regcli.compare.sides import Pair, Side
from regcli.metrics import METRICS
from regcli.scored import Scored
from regcli.scoring import mean_and_error, score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.compare.rows import Row

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Predictions = tuple[list[list[Floats]], list[Floats]]

SCORES = ("mse", "rmse", "mae", "r2")
ROWS, HELD_OUT = 120, 80
# Two sets of columns that know equally much: columns 0 to 3 count alike, 4 to 7 are noise.
ONE, OTHER = [0, 1, 2, 4, 5], [1, 2, 3, 6, 7]


def draw(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Rows of standard normal columns, the first four of which count, under noise of the same size."""
    X = rng.standard_normal((n, 8))
    return X, X[:, :4].sum(axis=1) / 2 + rng.standard_normal(n)


def folds_of(rng: np.random.Generator, k: int, repeats: int = 1, n: int = ROWS) -> list[Rows]:
    """Validation rows of every fold of repeated K-fold."""
    return [part for _ in range(repeats) for part in np.array_split(rng.permutation(n), k)]


def predictions(X: Floats, y: Floats, folds: Sequence[Rows], test: tuple[Floats, Floats]) -> Predictions:
    """Least squares: by fold the predictions on training and validation rows; then the final model's on all and held-out rows."""

    def on(rows: Rows, *matrices: Floats) -> list[Floats]:
        A = np.column_stack([np.ones(len(rows)), X[rows]])
        b = np.linalg.lstsq(A, y[rows], rcond=None)[0]
        return [b[0] + M @ b[1:] for M in matrices]

    everything = np.arange(len(y))
    rests = [np.setdiff1d(everything, fold) for fold in folds]
    return [on(rest, X[rest], X[fold]) for rest, fold in zip(rests, folds, strict=True)], on(everything, X, test[0])


def fixed(predicted: Floats, folds: Sequence[Rows], held_out: Floats | None = None) -> Predictions:
    """The same of a model that is not trained at all."""
    everything = np.arange(len(predicted))
    rests = [np.setdiff1d(everything, fold) for fold in folds]
    by_fold = [[predicted[rest], predicted[fold]] for rest, fold in zip(rests, folds, strict=True)]
    return by_fold, [predicted, predicted[:0] if held_out is None else held_out]


def side(
    y: Floats, folds: Sequence[Rows], test: tuple[Any, Floats] | None, predicted: Predictions,
    metrics: Sequence[str] = SCORES,
) -> Side:  # fmt: skip
    """A run of these predictions, asked for these metrics; it was selected by the first."""
    by_fold: dict[str, dict[str, list[float]]] = {part: {m: [] for m in metrics} for part in ("train", "validation")}

    def scores(y_on: Floats, mean: Floats) -> dict[str, float]:
        return {m: float(v) for m, v in score(Scored(y_on, mean, np.ones(len(y_on)), "regression"), metrics).items()}

    for fold, (trained, validated) in zip(folds, predicted[0], strict=True):
        for part, rows, mean in (("train", np.setdiff1d(np.arange(len(y)), fold), trained), ("validation", fold, validated)):
            for name, value in scores(y[rows], mean).items():
                by_fold[part][name].append(value)
    weight = np.array([float(len(fold)) for fold in folds])
    means = {
        part: {m: float(mean_and_error(np.array(v)[:, None], weight)[0][0]) for m, v in scored.items()}
        for part, scored in by_fold.items()
    }
    sign = {m: METRICS[m].sign for m in metrics}
    sizes = {"n_validation": [len(f) for f in folds], "n_train": [len(y) - len(f) for f in folds]}
    y_test = np.empty(0) if test is None else test[1]
    found = {
        **means,
        "gap": {m: sign[m] * (means["validation"][m] - means["train"][m]) for m in metrics},
        "refit": scores(y, predicted[1][0]),
        "holdout": None if test is None else scores(y_test, predicted[1][1]),
        "folds": {**by_fold, "weight": weight.tolist(), **sizes},
    }
    columns = {
        "row": np.arange(len(y) + len(y_test)),
        "role": np.array(["train"] * len(y) + ["holdout"] * len(y_test), dtype=object),
        "y": np.concatenate([y, y_test]),
        "prediction": np.concatenate([np.zeros(len(y)), predicted[1][1]]),
    }
    manifest = {
        "task": "regression",
        "classes": [],
        "metric": metrics[0],
        "metrics": list(metrics),
        "folds": {"sha256": str(np.concatenate(folds).tolist())},
    }
    # a grid of one point
    sweep = {name: np.array([value]) for name, value in {
        "lambda": 1.0, "validation_mean": means["validation"][metrics[0]], "converged": True, "selected": True,
    }.items()}  # fmt: skip
    run = SimpleNamespace(manifest=manifest, metrics=found, predictions=lambda: columns, sweep=lambda: sweep)
    return Side(run)  # type: ignore[arg-type]


def score_rows(a: Side, b: Side) -> dict[str, Row]:
    """All rows of scores of the pair, by name."""
    return {row.name: row for row in metric_rows(Pair(a, b))}


def marks(a: Side, b: Side) -> dict[str, str]:
    """Marks by name of all scores of the pair."""
    return {name: str(row.mark) for name, row in score_rows(a, b).items()}
