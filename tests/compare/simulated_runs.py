"""Runs without a directory: least squares on simulated rows, cross-validated with numpy alone, as a comparison reads them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from regcli.compare.metrics import metric_rows
from regcli.compare.sides import Pair, Side
from regcli.scoring import HIGHER_IS_BETTER, Scored, mean_and_error, score

METRICS = ("mse", "rmse", "mae", "r2")
ROWS, HELD_OUT = 120, 80
# Two sets of columns that know equally much: columns 0 to 3 count alike, 4 to 7 are noise.
ONE, OTHER = [0, 1, 2, 4, 5], [1, 2, 3, 6, 7]


def draw(rng, n):
    """Rows of standard normal columns, the first four of which count, under noise of the same size."""
    X = rng.standard_normal((n, 8))
    return X, X[:, :4].sum(axis=1) / 2 + rng.standard_normal(n)


def folds_of(rng, k, repeats=1):
    return [part for _ in range(repeats) for part in np.array_split(rng.permutation(ROWS), k)]


def predictions(X, y, folds, test):
    """Fold by fold the predictions on (training rows, validation rows); then the final model's on (all rows, held-out rows)."""

    def on(rows, *matrices):
        A = np.column_stack([np.ones(len(rows)), X[rows]])
        b = np.linalg.lstsq(A, y[rows], rcond=None)[0]
        return [b[0] + M @ b[1:] for M in matrices]

    everything = np.arange(len(y))
    rests = [np.setdiff1d(everything, fold) for fold in folds]
    return [on(rest, X[rest], X[fold]) for rest, fold in zip(rests, folds, strict=True)], on(everything, X, test[0])


def side(y, folds, test, predicted):
    """A run of these predictions."""
    by_fold = {part: {m: [] for m in METRICS} for part in ("train", "validation")}

    def scores(y_on, mean):
        return {m: float(v) for m, v in score(Scored(y_on, mean, np.ones(len(y_on)), "regression"), METRICS).items()}

    for fold, (trained, validated) in zip(folds, predicted[0], strict=True):
        for part, rows, mean in (("train", np.setdiff1d(np.arange(len(y)), fold), trained), ("validation", fold, validated)):
            for name, value in scores(y[rows], mean).items():
                by_fold[part][name].append(value)
    weight = np.array([float(len(fold)) for fold in folds])
    means = {
        part: {m: float(mean_and_error(np.array(v)[:, None], weight)[0][0]) for m, v in scored.items()}
        for part, scored in by_fold.items()
    }
    sign = {m: -1.0 if m in HIGHER_IS_BETTER else 1.0 for m in METRICS}
    sizes = {"n_validation": [len(f) for f in folds], "n_train": [len(y) - len(f) for f in folds]}
    metrics = {
        **means,
        "gap": {m: sign[m] * (means["validation"][m] - means["train"][m]) for m in METRICS},
        "refit": scores(y, predicted[1][0]),
        "holdout": scores(test[1], predicted[1][1]),
        "folds": {**by_fold, "weight": weight.tolist(), **sizes},
    }
    columns = {
        "row": np.arange(len(y) + len(test[1])),
        "role": np.array(["train"] * len(y) + ["holdout"] * len(test[1]), dtype=object),
        "y": np.concatenate([y, test[1]]),
        "prediction": np.concatenate([np.zeros(len(y)), predicted[1][1]]),
    }
    manifest = {
        "task": "regression",
        "classes": [],
        "metric": "mse",
        "metrics": list(METRICS),
        "folds": {"sha256": str(np.concatenate(folds).tolist())},
    }
    return Side(SimpleNamespace(manifest=manifest, metrics=metrics, predictions=lambda: columns))


def marks(a, b):
    """Marks by name of all scores of the pair."""
    return {row.name: str(row.mark) for row in metric_rows(Pair(a, b))}
